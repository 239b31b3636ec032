import ReinProcesses
import Synchronization

extension WorkerOutput {
    /// What one worker prints.
    final class Source: Sendable {
        private struct State {
            /// The end of what was printed.
            var tail: [UInt8] = []
            var isFinished = false
            var hasEnded = false
        }

        /// The number of bytes of the end that are kept.
        private static let tailLimit = 8 << 10

        let pipe: OpenStream
        /// The name of what the worker has.
        let environment: String
        /// The number of the worker.
        let worker: Int
        private let wake: @Sendable () -> Void
        private let state = Mutex(State())

        init(_ pipe: OpenStream, environment: String, worker: Int, wake: @escaping @Sendable () -> Void) {
            self.pipe = pipe
            self.environment = environment
            self.worker = worker
            self.wake = wake
        }

        /// The last 8 KiB that were printed.
        var tail: String { state.withLock { String(decoding: $0.tail.suffix(Self.tailLimit), as: UTF8.self) } }

        /// Whether the process is gone.
        var isFinished: Bool { state.withLock { $0.isFinished } }

        /// Says that the process is gone, and waits a moment for what it has printed last. Whoever else has its pipe is not
        /// read any more.
        func finish() {
            state.withLock { $0.isFinished = true }
            wake()
            for _ in 0..<1_000 where !state.withLock({ $0.hasEnded }) { pauseAMillisecond() }
        }

        /// Says that everything was read.
        func end() { state.withLock { $0.hasEnded = true } }

        /// Reads what is there, up to a megabyte, so that others get their turn.
        ///
        /// - Returns: whether nobody has the other end any more.
        func take(into piece: inout [UInt8], _ body: (ArraySlice<UInt8>) -> Void) -> Bool {
            for _ in 0..<16 {
                let count = pipe.readAvailable(into: &piece)
                if count == 0 { return true }
                guard count > 0 else { return false }
                let bytes = piece[..<count]
                state.withLock { state in
                    state.tail += bytes.suffix(Self.tailLimit)
                    if state.tail.count > 2 * Self.tailLimit {
                        state.tail.removeFirst(state.tail.count - Self.tailLimit)
                    }
                }
                body(bytes)
            }
            return false
        }
    }
}
