import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Threads for work that waits for networks and disks. Tasks have few threads, which none of them should hold meanwhile.
package enum WaitingThread {
    /// Does work on a thread of its own, and waits for it without one.
    ///
    /// - Parameter work: the work. It is given what says whether the task has been cancelled meanwhile.
    /// - Returns: what `work` returns.
    /// - Throws: `StateError` of `work`, and with `.unavailable` when there are no more threads.
    package static func run<Value: Sendable>(
        _ work: @escaping @Sendable (_ isCancelled: @escaping @Sendable () -> Bool) throws(StateError) -> Value
    ) async throws(StateError) -> Value {
        let flag = Flag()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Result<Value, StateError>, Never>) in
                let code = start {
                    continuation.resume(
                        returning: Result { () throws(StateError) in
                            try work { flag.isSet.load(ordering: .relaxed) }
                        })
                }
                if code != 0 {
                    let failure = StateError.system("start a thread", "", number: code)
                    continuation.resume(returning: .failure(StateError(.unavailable, failure.message)))
                }
            }
        } onCancel: {
            flag.isSet.store(true, ordering: .relaxed)
        }
        return try result.get()
    }

    private final class Flag: Sendable {
        let isSet = Atomic(false)
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread that ends with `body`.
    ///
    /// - Returns: 0, or the number of the system's error; nothing is called then.
    package static func start(_ body: @escaping @Sendable () -> Void) -> Int32 {
        let body = Unmanaged.passRetained(Body(body))
        #if canImport(Darwin)
        var thread: pthread_t?
        let code = pthread_create(&thread, nil, { WaitingThread.main($0) }, body.toOpaque())
        if code == 0, let thread { pthread_detach(thread) }
        #else
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, { $0.flatMap { WaitingThread.main($0) } }, body.toOpaque())
        if code == 0 { pthread_detach(thread) }
        #endif
        if code != 0 { body.release() }
        return code
    }

    private static func main(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
        return nil
    }
}
