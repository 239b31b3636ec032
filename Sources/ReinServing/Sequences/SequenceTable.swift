#if Serving
import Synchronization

/// The sequences that have begun and not ended, by their models and ids.
///
/// One that no request has named for longer than `idle` is dropped: it is never found any more, and its memory is freed by
/// one of the next requests, or by `dropIdle`. What leaves the table is let go of outside its lock, since that may free a
/// version of a model.
final class SequenceTable: Sendable {
    /// How many idle sequences one request drops, so that none waits for the end of thousands.
    private static let dropsPerRequest = 4
    /// How many are dropped before others get a turn.
    private static let dropsPerTurn = 256

    private let limit: Int
    private let idle: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State())

    /// Makes an empty table.
    ///
    /// - Parameters:
    ///   - limit: the largest number of sequences.
    ///   - idle: for how long one is kept that no request names.
    ///   - now: tells the time.
    init(limit: Int, idle: Duration, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.limit = limit
        self.idle = idle
        self.now = now
    }

    /// The number of sequences, those included that are idle and not dropped yet.
    var count: Int { state.withLock { $0.count } }

    /// A sequence that has begun, to act on its next observation. Asking is a use of it, whatever comes of the request.
    ///
    /// - Returns: nil when there is none, or it was idle for too long.
    func sequence(_ id: RequestParameters.SequenceID, of model: String) -> PolicySequence? {
        let now = now()
        let (found, dropped) = state.withLock { state -> (PolicySequence?, [PolicySequence]) in
            var found = state.models[model]?[id]
            if let sequence = found {
                if isIdle(sequence, now) {
                    // Older ones may be dropped before it.
                    found = nil
                } else {
                    sequence.lastUse = now
                    state.order.touch(sequence)
                }
            }
            return (found, dropIdle(atMost: Self.dropsPerRequest, now, &state))
        }
        _ = dropped
        return found
    }

    /// Makes room for a sequence, and takes it in; another one of its id is over then.
    ///
    /// - Parameter sequence: a new one, whose turn is the caller's, so that nobody acts before.
    /// - Returns: false when its version takes no new requests any more, so that the next one has to be asked for.
    /// - Throws: `ServingError` with `.unavailable` when there are too many.
    func begin(_ sequence: PolicySequence) throws(ServingError) -> Bool {
        let now = now()
        let (outcome, dropped) = state.withLock { state -> (Outcome, [PolicySequence]) in
            // Looked at under the lock, which whoever unloads the model takes after it was retired: either this is seen
            // here, or the sequence there.
            guard !sequence.model.isRetired else { return (.retired, []) }
            var dropped = dropIdle(atMost: Self.dropsPerRequest, now, &state)
            if let other = state.models[sequence.model.name]?[sequence.id] {
                state.remove(other)
                dropped.append(other)
            }
            guard state.count < limit else { return (.full, dropped) }
            sequence.lastUse = now
            state.insert(sequence)
            return (.begun, dropped)
        }
        _ = dropped
        switch outcome {
        case .begun: return true
        case .retired: return false
        case .full:
            throw ServingError(
                .unavailable,
                "there are \(limit) sequences, as many as are kept at once: end some with \"sequence_end\", or raise the "
                    + "limit with --sequences")
        }
    }

    private enum Outcome { case begun, retired, full }

    /// Ends a sequence; one that is over, or has begun anew meanwhile, stays as it is.
    func end(_ sequence: PolicySequence) {
        state.withLock { state in
            guard state.models[sequence.model.name]?[sequence.id] === sequence else { return }
            state.remove(sequence)
        }
    }

    /// Ends the sequence of an id, if there is one.
    func end(_ id: RequestParameters.SequenceID, of model: String) {
        let ended = state.withLock { state -> PolicySequence? in
            guard let sequence = state.models[model]?[id] else { return nil }
            state.remove(sequence)
            return sequence
        }
        _ = ended
    }

    /// Ends the sequences of a model that was unloaded, whose leases would keep it in memory: those whose version takes no
    /// new requests. None begins with such a version any more.
    func end(model: String) {
        let ended = state.withLock { state -> [PolicySequence] in
            let ended = state.models[model]?.values.filter(\.model.isRetired) ?? []
            for sequence in ended { state.remove(sequence) }
            if state.models[model]?.isEmpty == true { state.models[model] = nil }
            return ended
        }
        _ = ended
    }

    /// Drops all sequences that are idle, so that versions are freed that nobody else uses. Somebody calls this now and
    /// then, since there may be no requests that would.
    func dropIdle() {
        let now = now()
        while state.withLock({ dropIdle(atMost: Self.dropsPerTurn, now, &$0) }).count == Self.dropsPerTurn {}
    }

    private func isIdle(_ sequence: PolicySequence, _ now: ContinuousClock.Instant) -> Bool {
        sequence.lastUse.duration(to: now) > idle
    }

    /// Takes out idle sequences, the oldest first.
    ///
    /// - Returns: what was taken out, to be let go of outside the lock.
    private func dropIdle(atMost count: Int, _ now: ContinuousClock.Instant, _ state: inout State) -> [PolicySequence] {
        var dropped: [PolicySequence] = []
        while dropped.count < count, let oldest = state.order.oldest, isIdle(oldest, now) {
            state.remove(oldest)
            dropped.append(oldest)
        }
        return dropped
    }

    /// What the lock guards.
    private struct State {
        /// The sequences of each model; the names of models are few.
        var models: [String: [RequestParameters.SequenceID: PolicySequence]] = [:]
        var order = SequenceOrder()
        var count = 0

        mutating func insert(_ sequence: PolicySequence) {
            models[sequence.model.name, default: [:]][sequence.id] = sequence
            order.append(sequence)
            count += 1
        }

        /// Takes a sequence out, which the caller keeps alive until the lock is free.
        mutating func remove(_ sequence: PolicySequence) {
            order.remove(sequence)
            models[sequence.model.name]?[sequence.id] = nil
            count -= 1
            sequence.finish()
        }
    }
}
#endif
