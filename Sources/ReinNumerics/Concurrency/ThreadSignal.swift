#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Lets threads sleep until something has come true that others bring about.
///
/// `@unchecked Sendable`: a mutex and a condition, which are made for sharing.
package final class ThreadSignal: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    /// Makes one.
    package init() {
        mutex.initialize(to: pthread_mutex_t())
        changed.initialize(to: pthread_cond_t())
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Says that something has changed. Whoever calls this has changed it before.
    package func notify() {
        pthread_mutex_lock(mutex)
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
    }

    /// Sleeps until a condition holds, which is looked at after each `notify`.
    ///
    /// - Parameter limit: how long to wait at most; for ever when nil.
    /// - Returns: whether it holds.
    package func wait(atMost limit: Duration? = nil, until condition: () -> Bool) -> Bool {
        var deadline: timespec?
        if let limit {
            var now = timespec()
            clock_gettime(CLOCK_REALTIME, &now)
            let (seconds, attoseconds) = limit.components
            let nanoseconds = now.tv_nsec + Int(attoseconds / 1_000_000_000)
            deadline = timespec(
                tv_sec: now.tv_sec + Int(seconds) + nanoseconds / 1_000_000_000,
                tv_nsec: nanoseconds % 1_000_000_000)
        }
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !condition() {
            guard var deadline else {
                pthread_cond_wait(changed, mutex)
                continue
            }
            if pthread_cond_timedwait(changed, mutex, &deadline) == ETIMEDOUT { return condition() }
        }
        return true
    }
}
