#if os(Linux)
import CSystemCalls
import Foundation
import Testing

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

@Suite("The patience of a thread that waits for several workers")
struct PatienceTests {
    /// SCHED_BATCH of sched(7), which only GNU programs see.
    private let batch: Int32 = 3

    /// What a new thread sees, whose patience is nobody else's.
    private func onThread<T: Sendable>(_ body: @escaping @Sendable () -> T) async -> T {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: body()) }
        }
    }

    @Test("A thread is one of batches while it is patient, and as before afterwards")
    func batches() async {
        let seen = await onThread {
            var seen = [sched_getscheduler(0)]
            let first = rein_set_patience(1)
            seen.append(sched_getscheduler(0))
            let second = rein_set_patience(1)
            let third = rein_set_patience(0)
            seen.append(sched_getscheduler(0))
            return seen + [first, second, third, rein_set_patience(0)]
        }
        #expect(seen == [SCHED_OTHER, batch, SCHED_OTHER, 0, 1, 1, 0])
    }

    @Test("A thread that somebody has made one of batches stays one")
    func others() async {
        let seen = await onThread { [batch] in
            var parameters = sched_param()
            guard sched_setscheduler(0, batch, &parameters) == 0 else { return [Int32(-1)] }
            let before = rein_set_patience(1)
            return [before, rein_set_patience(before), sched_getscheduler(0)]
        }
        #expect(seen == [0, 0, batch])
    }
}
#endif
