#if Serving
import NIOPosix
import Synchronization

/// Threads that may wait and work for long, which begin with the first work for them.
final class WorkerThreads: Sendable {
    /// The number of threads.
    let count: Int
    private let pool: NIOThreadPool
    private let hasBegun = Mutex(false)

    init(count: Int) {
        self.count = max(1, count)
        pool = NIOThreadPool(numberOfThreads: max(1, count))
    }

    deinit { pool.shutdownGracefully { _ in } }

    /// Has work done, after that which was submitted before; whoever waits for it keeps these threads.
    func submit(_ work: @escaping @Sendable () -> Void) {
        hasBegun.withLock { hasBegun in
            if !hasBegun { pool.start() }
            hasBegun = true
        }
        pool.submit { _ in work() }
    }

    /// Has something made, and suspends until it is.
    func run<Value: Sendable, Failure: Error>(
        _ work: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result = await withCheckedContinuation { (waiter: CheckedContinuation<Result<Value, Failure>, Never>) in
            submit { waiter.resume(returning: Result(catching: work)) }
        }
        return try result.get()
    }
}
#endif
