#if Serving
import Synchronization

/// What a server has taken on over HTTP, for all of its connections together: how many those are, the requests whose heads have
/// come and that are not answered yet, and the memory that bodies take.
final class ServerLoad: Sendable {
    /// The largest number of connections that are served.
    let connectionLimit: Int
    /// The memory that bodies take.
    let memory: BodyMemory

    /// Is told why a connection is refused or given up, where nobody else answers.
    let onRefusal: @Sendable (ServingError.Kind) -> Void

    private let connections = Atomic<Int>(0)
    private let requests = Atomic<Int>(0)
    private let hasStopped = Atomic<Bool>(false)
    private let waiting = Mutex<CheckedContinuation<Void, Never>?>(nil)

    init(
        connectionLimit: Int, memory: BodyMemory,
        onRefusal: @escaping @Sendable (ServingError.Kind) -> Void = { _ in }
    ) {
        self.onRefusal = onRefusal
        self.connectionLimit = connectionLimit
        self.memory = memory
    }

    /// Counts one connection more; whether it is served.
    func enterConnection() -> Bool { connections.add(1, ordering: .relaxed).newValue <= connectionLimit }

    /// The number of connections that are open.
    var connectionCount: Int { connections.load(ordering: .relaxed) }

    /// Counts one connection less.
    func leaveConnection() { connections.subtract(1, ordering: .relaxed) }

    /// Counts one request more that is to be answered.
    func beginRequest() { requests.add(1, ordering: .relaxed) }

    /// Counts requests that have been answered, or never will be.
    func endRequests(_ count: Int) {
        guard count > 0, requests.subtract(count, ordering: .sequentiallyConsistent).newValue == 0 else { return }
        if isStopping { resume() }
    }

    /// Whether requests whose heads come from now on are refused.
    var isStopping: Bool { hasStopped.load(ordering: .sequentiallyConsistent) }

    /// Takes no new requests any more.
    func stop() { hasStopped.store(true, ordering: .sequentiallyConsistent) }

    /// Returns when all requests that were taken have been answered, or the task is cancelled. One task at a time waits, after
    /// `stop`.
    func drain() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiting.withLock { $0 = continuation }
                // Who was the last may have looked before.
                if requests.load(ordering: .sequentiallyConsistent) == 0 || Task.isCancelled { resume() }
            }
        } onCancel: {
            resume()
        }
    }

    private func resume() {
        let continuation = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        continuation?.resume()
    }
}
#endif
