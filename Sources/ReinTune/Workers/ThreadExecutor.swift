import ReinCheckpoints
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A thread of its own for whoever works for long: tasks share few threads, and would wait for one that computes.
///
/// The thread ends with the last owner. One that never comes back from its work is left to itself.
final class ThreadExecutor: SerialExecutor {
    private let queue = JobQueue()

    /// Starts the thread.
    ///
    /// - Throws: `StateError` with `.unavailable` when there are no more threads.
    init() throws(StateError) {
        let queue = queue
        let code = WaitingThread.start { queue.work() }
        guard code == 0 else {
            throw StateError(.unavailable, StateError.system("start a thread", "", number: code).message)
        }
    }

    deinit { queue.close() }

    func enqueue(_ job: consuming ExecutorJob) {
        queue.append(UnownedJob(job), of: asUnownedSerialExecutor())
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}

/// What a thread has to do.
private final class JobQueue: Sendable {
    private struct Contents {
        var jobs: [(job: UnownedJob, executor: UnownedSerialExecutor)] = []
        var isClosed = false
    }

    private let contents = Mutex(Contents())
    private let semaphore = Semaphore()

    func append(_ job: UnownedJob, of executor: UnownedSerialExecutor) {
        contents.withLock { $0.jobs.append((job, executor)) }
        semaphore.signal()
    }

    func close() {
        contents.withLock { $0.isClosed = true }
        semaphore.signal()
    }

    /// Does what comes, until the queue is closed.
    func work() {
        while true {
            semaphore.wait()
            let (jobs, isClosed) = contents.withLock { contents in
                defer { contents.jobs = [] }
                return (contents.jobs, contents.isClosed)
            }
            for (job, executor) in jobs { job.runSynchronously(on: executor) }
            if isClosed { return }
        }
    }
}

/// A counting semaphore.
private final class Semaphore: @unchecked Sendable {
    // The system's semaphore must not move in memory.
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func signal() { sem_post(semaphore) }

    func wait() { while sem_wait(semaphore) != 0 && errno == EINTR {} }
}
