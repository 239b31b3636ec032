#if Serving
import ReinNumerics
import Synchronization

/// The turns of a sequence: those who want it to themselves have it one at a time, in the order in which they came.
extension PolicySequence {
    /// Who has the turn, and who waits for it.
    struct Line {
        /// The largest number of those who wait.
        fileprivate static let limit = 1024

        fileprivate var isTaken = false
        fileprivate var waiting: [@Sendable () -> Void] = []
    }

    /// Takes the turn if nobody has it.
    ///
    /// - Returns: whether it is the caller's now.
    private func tryEnter() -> Bool {
        line.withLock { state in
            defer { state.isTaken = true }
            return !state.isTaken
        }
    }

    /// Takes the turn if nobody has it, or waits for it.
    ///
    /// - Parameter whenFree: called when the caller has waited, by whoever leaves, once it is the caller's turn.
    /// - Returns: whether it is the caller's turn now.
    /// - Throws: `ServingError` with `.unavailable` when too many wait.
    private func enter(orWait whenFree: @escaping @Sendable () -> Void) throws(ServingError) -> Bool {
        try line.withLock { state throws(ServingError) in
            guard state.isTaken else {
                state.isTaken = true
                return true
            }
            guard state.waiting.count < Line.limit else {
                throw ServingError(
                    .unavailable,
                    "\(state.waiting.count) requests of the sequence wait, as many as may; try again later")
            }
            state.waiting.append(whenFree)
            return false
        }
    }

    /// Takes the turn when it is the caller's, who suspends until then.
    ///
    /// - Throws: `ServingError` with `.unavailable` when too many wait.
    func enterTurn() async throws(ServingError) {
        if tryEnter() { return }
        model.statistics.noteWaiting(1)
        defer { model.statistics.noteWaiting(-1) }
        let refusal = await withCheckedContinuation { (waiter: CheckedContinuation<ServingError?, Never>) in
            do throws(ServingError) {
                if try enter(orWait: { waiter.resume(returning: nil) }) { waiter.resume(returning: nil) }
            } catch { waiter.resume(returning: error) }
        }
        if let refusal { throw refusal }
    }

    /// Takes the turn when it is the caller's, whose thread sleeps until then.
    ///
    /// - Throws: `ServingError` with `.unavailable` when too many wait.
    func enterTurnSleeping() throws(ServingError) {
        if tryEnter() { return }
        model.statistics.noteWaiting(1)
        defer { model.statistics.noteWaiting(-1) }
        let sleeper = Sleeper()
        if try enter(orWait: sleeper.wake) { return }
        sleeper.sleep()
    }

    /// Leaves, and lets the next one take the turn.
    func leaveTurn() {
        let next = line.withLock { state -> (@Sendable () -> Void)? in
            guard !state.waiting.isEmpty else {
                state.isTaken = false
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?()
    }

    /// A thread that sleeps until it is woken.
    private final class Sleeper: Sendable {
        private let isAwake = Atomic(false)
        private let signal = ThreadSignal()

        @Sendable func wake() {
            isAwake.store(true, ordering: .sequentiallyConsistent)
            signal.notify()
        }

        func sleep() { _ = signal.wait { isAwake.load(ordering: .sequentiallyConsistent) } }
    }
}
#endif
