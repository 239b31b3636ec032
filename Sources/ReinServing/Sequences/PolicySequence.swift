#if Serving
import ReinNumerics
import ReinPolicies
import Synchronization

/// A sequence of observations that a recurrent policy acts on one after the other, and what it remembers of those so far.
///
/// It holds a lease, so that its version of the model stays in memory. Whoever acts has its turn, in the order in which they
/// came.
final class PolicySequence: Sendable {
    /// What the client calls it.
    let id: RequestParameters.SequenceID
    /// Whose turn it is: its requests are answered one at a time.
    let line = Mutex(Line())

    // The places in the table's order, and the time, are read and written under the lock of the table, which keeps the
    // neighbours alive for as long as they are neighbours.
    nonisolated(unsafe) unowned(unsafe) var older: PolicySequence?
    nonisolated(unsafe) unowned(unsafe) var newer: PolicySequence?
    /// When a request last named it.
    nonisolated(unsafe) var lastUse: ContinuousClock.Instant

    private let lease: ModelLease
    // Not a buffer of its own class: there are many of these. Whoever has the turn is its only user.
    nonisolated(unsafe) private let memory: UnsafeMutablePointer<Float>
    private let over = Atomic<Bool>(false)

    /// Makes a sequence that remembers nothing, and is in no table yet.
    init(_ id: RequestParameters.SequenceID, by lease: consuming ModelLease, now: ContinuousClock.Instant) {
        self.id = id
        let width = lease.model.policy.stateWidth
        self.lease = lease
        lastUse = now
        memory = .allocate(capacity: width)
        memory.initialize(repeating: 0, count: width)
    }

    deinit { memory.deallocate() }

    /// The version of the model that acts.
    var model: ServedModel { lease.model }

    /// Whether it has left its table: it has ended, was begun anew, or was dropped.
    var isOver: Bool { over.load(ordering: .acquiring) }

    /// Notes that it has left its table, under whose lock that is done.
    func finish() { over.store(true, ordering: .releasing) }

    /// Gives a request what is remembered. The caller has the turn.
    ///
    /// - Parameter request: one row for `model`.
    func recall(for request: PreparedInference) {
        guard let states = request.states else { preconditionFailure("a sequence of a policy without memory") }
        states.pointer.update(from: memory, count: states.count)
    }

    /// Remembers what follows from a request that was acted on. The caller has the turn.
    func remember(_ request: PreparedInference) {
        guard let states = request.states else { preconditionFailure("a sequence of a policy without memory") }
        memory.update(from: states.pointer, count: states.count)
    }
}
#endif
