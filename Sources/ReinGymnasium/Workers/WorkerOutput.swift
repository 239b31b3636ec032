import ReinCheckpoints
import ReinProcesses
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What workers print: a thread reads it as soon as it is there, so that no worker ever waits, and hands lines on.
final class WorkerOutput: Sendable {
    /// That of all workers of this program; lines go to standard error.
    static let shared = WorkerOutput { StandardError.write($0) }

    private struct State {
        var sources: [Source] = []
        var waker: OpenStream?
    }

    private let write: @Sendable (String) -> Void
    private let state = Mutex(State())

    /// Hands lines, each with its end, to a function.
    init(_ write: @escaping @Sendable (String) -> Void) { self.write = write }

    /// Begins to read what a worker prints.
    ///
    /// - Parameters:
    ///   - pipe: the end that is read.
    ///   - environment: the name of what it has.
    ///   - worker: its number.
    func add(_ pipe: OpenStream, of environment: String, worker: Int) -> Source {
        pipe.stopWaiting()
        let source = Source(pipe, environment: environment, worker: worker) { [weak self] in self?.wake() }
        let needsThread = state.withLock { state in
            state.sources.append(source)
            return state.waker == nil
        }
        if needsThread { startReading() } else { wake() }
        return source
    }

    /// Hands on what is to be known of an environment.
    func tell(_ note: String, of environment: String) {
        write("[\(environment.escapingControls)] \(note.cleanLines.joined(separator: " "))\n")
    }

    private func startReading() {
        // Without a thread what is printed is lost, and a worker that prints a lot waits: there is no better way.
        guard let pipe = try? OpenStream.pipe() else { return }
        let isFirst = state.withLock { state in
            guard state.waker == nil else { return false }
            state.waker = pipe.writing
            return true
        }
        guard isFirst else { return wake() }
        pipe.reading.stopWaiting()
        pipe.writing.stopWaiting()
        if WaitingThread.start({ self.read(wokenBy: pipe.reading) }) != 0 { state.withLock { $0.waker = nil } }
    }

    private func wake() {
        let waker = state.withLock { $0.waker }
        var byte: UInt8 = 0
        // A pipe that is full wakes as well.
        if let waker { _ = uninterrupted { Self.writeByte(waker.descriptor, &byte) } }
    }

    private static func writeByte(_ descriptor: Int32, _ byte: inout UInt8) -> Int {
        #if canImport(Glibc)
        Glibc.write(descriptor, &byte, 1)
        #elseif canImport(Musl)
        Musl.write(descriptor, &byte, 1)
        #else
        Darwin.write(descriptor, &byte, 1)
        #endif
    }

    private func read(wokenBy waker: OpenStream) {
        var lines = OutputLines()
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let sources = state.withLock { $0.sources }
            var entries = sources.map { pollfd(fd: $0.pipe.descriptor, events: Int16(POLLIN), revents: 0) }
            entries.append(pollfd(fd: waker.descriptor, events: Int16(POLLIN), revents: 0))
            _ = uninterrupted { poll(&entries, nfds_t(entries.count), -1) }
            _ = waker.readAvailable(into: &piece)
            for source in sources {
                // Whoever ends a source has waited for its process: nothing comes after what is there now.
                let isFinished = source.isFinished
                let isClosed = source.take(into: &piece) { lines.take($0, of: source, write) }
                guard isClosed || isFinished else { continue }
                lines.end(source, write)
                state.withLock { state in state.sources.removeAll { $0 === source } }
                source.end()
            }
            if state.withLock({ $0.sources.isEmpty }) { lines = OutputLines() }
        }
    }
}

extension OpenStream {
    /// Reads what is there.
    ///
    /// - Returns: the number of bytes; 0 at the end of the stream, −1 when there is nothing now.
    func readAvailable(into piece: inout [UInt8]) -> Int {
        piece.withUnsafeMutableBytes { memory in
            uninterrupted { read(descriptor, memory.baseAddress, memory.count) }
        }
    }
}
