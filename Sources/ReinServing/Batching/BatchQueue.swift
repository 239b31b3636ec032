#if Serving
import ReinPolicies
import Synchronization

/// Requests that wait for one policy to act. What waits is taken together, as it has come: as many rows as may be, and
/// without waiting for more, unless the rules say so. Between two batches other policies have their turn.
final class BatchQueue: Sendable {
    private let policy: Policy
    private let pool: ActingPool
    private let state: Mutex<State>
    private let noteWaiting: @Sendable (Int) -> Void

    /// What the lock guards.
    fileprivate struct State {
        var waiting: [QueuedInference] = []
        var rows = 0
        /// The number of threads that have, or will get, a batch.
        var active = 0
        /// The number of rows that threads act on.
        var acting = 0
        /// When somebody will look again, to end a delay; nil when nobody will.
        var nextLook: ContinuousClock.Instant?
        /// How long a row takes, by those before.
        var nanosecondsPerRow: Double
    }

    /// What is to be done after the state has changed.
    private enum Step {
        case none
        /// A thread has to be given a batch.
        case work
        /// Somebody has to look again at this time.
        case look(ContinuousClock.Instant)
    }

    /// Makes an empty queue.
    ///
    /// - Parameters:
    ///   - policy: who acts.
    ///   - pool: memory to act in.
    ///   - cost: how long it takes, until something has been measured.
    ///   - noteWaiting: is told how many more requests wait.
    init(
        _ policy: Policy, _ pool: ActingPool, cost: ActingCost,
        noteWaiting: @escaping @Sendable (_ change: Int) -> Void = { _ in }
    ) {
        self.noteWaiting = noteWaiting
        self.policy = policy
        self.pool = pool
        state = Mutex(State(nanosecondsPerRow: Double(cost.batchRow)))
    }

    /// The number of requests that wait.
    var count: Int { state.withLock { $0.waiting.count } }

    /// Lets a request wait for its turn.
    ///
    /// - Throws: `ServingError` with `.unavailable` when too many wait, or it would have to wait for too long.
    func enter(_ item: QueuedInference, under rules: BatchRules) throws(ServingError) {
        let step = try state.withLock { state throws(ServingError) -> Step in
            try Self.admit(state, rules)
            state.waiting.append(item)
            state.rows += item.request.rows
            return Self.step(&state, rules)
        }
        noteWaiting(1)
        take(step, rules)
    }

    private static func admit(_ state: borrowing State, _ rules: BatchRules) throws(ServingError) {
        guard state.waiting.count < rules.requests else {
            throw ServingError(
                .unavailable, "\(state.waiting.count) requests wait for the model, as many as may; try again later")
        }
        // What is acted on is in the way, too, unless there is another thread.
        let rows = state.rows + (state.active < rules.workers.count ? 0 : state.acting)
        let wait = state.nanosecondsPerRow * Double(rows) / Double(rules.workers.count)
        guard wait <= Double(rules.wait.nanoseconds) else {
            throw ServingError(
                .unavailable,
                "the request would wait for about \(Int(wait / 1e6)) ms behind \(rows) rows; at most "
                    + "\(rules.wait.nanoseconds / 1_000_000) ms are waited; try again later")
        }
    }

    /// What those who wait need now.
    private static func step(_ state: inout State, _ rules: BatchRules) -> Step {
        guard !state.waiting.isEmpty, state.active < rules.workers.count else { return .none }
        if rules.delay > .zero, state.rows < rules.rows {
            let (now, end) = (ContinuousClock.now, state.end(ofDelay: rules.delay))
            if end > now {
                if let look = state.nextLook, look <= end { return .none }
                state.nextLook = end
                return .look(end)
            }
        }
        state.active += 1
        return .work
    }

    private func take(_ step: Step, _ rules: BatchRules) {
        switch step {
        case .none: break
        case .work: rules.workers.submit { self.work(rules) }
        case .look(let time):
            Task.detached {
                try? await Task.sleep(until: time, clock: .continuous)
                let step = self.state.withLock { state -> Step in
                    if state.nextLook == time { state.nextLook = nil }
                    return Self.step(&state, rules)
                }
                self.take(step, rules)
            }
        }
    }

    /// Acts on one batch of what waits.
    private func work(_ rules: BatchRules) {
        let batch = state.withLock { $0.takeBatch(under: rules) }
        noteWaiting(-batch.count)
        let taken = batch.reduce(0) { $0 + $1.request.rows }
        let began = ContinuousClock.now
        var due: [QueuedInference] = []
        for item in batch {
            do throws(ServingError) {
                try item.deadline?.require(began)
                due.append(item)
            } catch { item.complete(.refused(error)) }
        }
        var measured: Double?
        if !due.isEmpty {
            let rows = due.reduce(0) { $0 + $1.request.rows }
            InferenceBatch(due, of: policy).act(in: pool)
            let ended = ContinuousClock.now
            measured = Double((ended - began).nanoseconds) / Double(rows)
            for (index, item) in due.enumerated() {
                item.complete(.acted(began: began, ended: ended, executed: index == 0 ? rows : nil))
            }
        }
        let step = state.withLock { state -> Step in
            if let measured { state.nanosecondsPerRow += 0.2 * (measured - state.nanosecondsPerRow) }
            state.active -= 1
            state.acting -= taken
            return Self.step(&state, rules)
        }
        take(step, rules)
    }
}

extension BatchQueue.State {
    /// Until when others may be waited for: none of those that wait is to wait longer for them than the delay, nor so long that
    /// the time of its client is over before the policy could act.
    fileprivate func end(ofDelay delay: Duration) -> ContinuousClock.Instant {
        let acting = Duration.nanoseconds(Int64(nanosecondsPerRow * Double(rows)))
        return waiting.lazy.map { item in
            let end = item.entered + delay
            // Half of what is left, since who acts has to be woken.
            guard let last = item.deadline?.instant else { return end }
            return min(end, item.entered + max(.zero, last - item.entered - acting) / 2)
        }.min() ?? .now
    }

    /// Takes out the first ones, and those after them that can be acted on with them: as many rows as may be, but no more
    /// than take half of the time that a request may wait. Those that come meanwhile have to wait for all of them.
    fileprivate mutating func takeBatch(under rules: BatchRules) -> [QueuedInference] {
        guard let first = waiting.first else { return [] }
        let timely = Double(rules.wait.nanoseconds) / 2 / max(nanosecondsPerRow, 1)
        let limit = max(1, Int(min(timely, Double(rules.rows))))
        var batch: [QueuedInference] = []
        var left: [QueuedInference] = []
        var count = 0
        for (index, item) in waiting.enumerated() {
            // Nobody overtakes one that is too large for what is left.
            if index > 0, count + item.request.rows > limit {
                left += waiting[index...]
                break
            }
            if item.request.explores == first.request.explores {
                batch.append(item)
                count += item.request.rows
            } else {
                left.append(item)
            }
        }
        waiting = left
        rows -= count
        acting += count
        return batch
    }
}
#endif
