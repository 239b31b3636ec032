public import ReinNumerics

/// A ring of transitions in flat columns, overwritten from the oldest on when it is full.
///
/// A transition may span several steps: its reward is their discounted sum and its discount is γᵐ for the m steps that
/// it really spans, or 0 when the episode terminated, so that a target is always `reward + discount · V(next)`.
/// Samples are whole rows; nothing is put together across the write head or the end of an episode.
public final class ReplayBuffer: Sendable {
    /// The largest number of transitions.
    public let capacity: Int
    /// The number of floats of an observation.
    public let observationWidth: Int
    /// The number of floats of an action.
    public let actionWidth: Int
    /// The number of entries of an action mask; 0 when transitions have none.
    public let maskWidth: Int

    /// The observations that actions were chosen from, `[capacity, observationWidth]`.
    public let observations: AlignedBuffer<Float>
    /// The observations that transitions led to, `[capacity, observationWidth]`.
    public let nextObservations: AlignedBuffer<Float>
    /// The actions, `[capacity, actionWidth]`.
    public let actions: AlignedBuffer<Float>
    /// The discounted sums of rewards, `[capacity]`.
    public let rewards: AlignedBuffer<Float>
    /// The discounts of what follows, `[capacity]`.
    public let discounts: AlignedBuffer<Float>
    /// Which actions were valid in the observations, `[capacity, maskWidth]`.
    public let masks: AlignedBuffer<Bool>
    /// Which actions were valid in the observations that transitions led to, `[capacity, maskWidth]`.
    public let nextMasks: AlignedBuffer<Bool>
    /// How many transitions there are, and where the next one goes.
    private let position: AlignedBuffer<Int>

    /// Allocates an empty buffer.
    public init(capacity: Int, observationWidth: Int, actionWidth: Int, maskWidth: Int = 0) {
        precondition(capacity > 0, "a replay buffer needs room")
        self.capacity = capacity
        self.observationWidth = observationWidth
        self.actionWidth = actionWidth
        self.maskWidth = maskWidth
        observations = AlignedBuffer(count: capacity * observationWidth)
        nextObservations = AlignedBuffer(count: capacity * observationWidth)
        actions = AlignedBuffer(count: capacity * actionWidth)
        rewards = AlignedBuffer(count: capacity)
        discounts = AlignedBuffer(count: capacity)
        masks = AlignedBuffer(count: capacity * maskWidth)
        nextMasks = AlignedBuffer(count: capacity * maskWidth)
        position = AlignedBuffer(count: 2)
    }

    /// Allocates a buffer with the transitions of another one in the same rows.
    ///
    /// - Precondition: `capacity` is that of `other`, or larger and `other` is not full, so that no row is missing
    ///   between its youngest transition and the next.
    convenience init(copying other: ReplayBuffer, capacity: Int) {
        precondition(capacity == other.capacity || capacity > other.capacity && other.count < other.capacity)
        self.init(
            capacity: capacity, observationWidth: other.observationWidth, actionWidth: other.actionWidth,
            maskWidth: other.maskWidth)
        let count = other.count
        observations.pointer.update(from: other.observations.pointer, count: count * observationWidth)
        nextObservations.pointer.update(from: other.nextObservations.pointer, count: count * observationWidth)
        actions.pointer.update(from: other.actions.pointer, count: count * actionWidth)
        rewards.pointer.update(from: other.rewards.pointer, count: count)
        discounts.pointer.update(from: other.discounts.pointer, count: count)
        masks.pointer.update(from: other.masks.pointer, count: count * maskWidth)
        nextMasks.pointer.update(from: other.nextMasks.pointer, count: count * maskWidth)
        restore(count: count, head: other.head)
    }

    /// The number of transitions.
    public private(set) var count: Int {
        get { position.pointer[0] }
        set { position.pointer[0] = newValue }
    }

    /// The row that the next transition is written to.
    public private(set) var head: Int {
        get { position.pointer[1] }
        set { position.pointer[1] = newValue }
    }

    /// Writes a transition in place of the oldest one when there is no room.
    ///
    /// - Parameters:
    ///   - observation: what the action was chosen from.
    ///   - action: the action.
    ///   - reward: the discounted sum of rewards.
    ///   - discount: the discount of what follows; 0 after a termination.
    ///   - nextObservation: what the transition led to.
    ///   - mask: which actions were valid; all when nil.
    ///   - nextMask: which actions were valid in the observation that it led to; all when nil.
    /// - Returns: the row it was written to.
    @discardableResult
    public func append(
        observation: UnsafePointer<Float>, action: UnsafePointer<Float>, reward: Float, discount: Float,
        nextObservation: UnsafePointer<Float>, mask: UnsafePointer<Bool>? = nil,
        nextMask: UnsafePointer<Bool>? = nil
    ) -> Int {
        let row = head
        observations.mutableRows(of: observationWidth).copy(observation, to: row)
        nextObservations.mutableRows(of: observationWidth).copy(nextObservation, to: row)
        actions.mutableRows(of: actionWidth).copy(action, to: row)
        rewards.pointer[row] = reward
        discounts.pointer[row] = discount
        if maskWidth > 0 {
            write(mask, to: masks.mutableRows(of: maskWidth)[row])
            write(nextMask, to: nextMasks.mutableRows(of: maskWidth)[row])
        }
        head = row + 1 == capacity ? 0 : row + 1
        count = min(count + 1, capacity)
        return row
    }

    private func write(_ mask: UnsafePointer<Bool>?, to row: UnsafeMutablePointer<Bool>) {
        if let mask {
            row.update(from: mask, count: maskWidth)
        } else {
            row.update(repeating: true, count: maskWidth)
        }
    }

    /// Empties the buffer and says how many transitions will be written into its columns, and where the head stands.
    func restore(count: Int, head: Int) {
        self.count = count
        self.head = head
    }
}
