public import ReinEnvironments
public import ReinNumerics
public import ReinPolicies

/// The experience of one rollout, one column for each kind of number.
///
/// Where all lanes act together, rows are the steps of all lanes in turn: columns are `[steps, lanes]` or
/// `[steps, lanes, width]`, row-major. Where agents act at their own times, as in games, rows are in the order in which
/// their actions were chosen, and `successor(of:)` leads from one row of a lane to the next. Either way a row comes
/// before its successor, the observations after the last steps lie behind the last row, one for each lane, and
/// `count` says how many rows there are.
///
/// The buffers are allocated once and filled again by every rollout. A reference, since it is one resource that runner
/// and learner hand to each other.
public final class RolloutBatch: Sendable {
    /// The number of steps of each environment, T.
    public let steps: Int
    /// The number of lanes, N: environments, or agents in environments.
    public let lanes: Int
    /// Whether all lanes act in every step.
    public let isRegular: Bool
    /// The number of floats of an observation.
    public let observationWidth: Int
    /// The number of floats of an action.
    public let actionWidth: Int
    /// The number of floats of a policy head.
    public let headWidth: Int
    /// The number of entries of an action mask; 0 when the policy is trained without masks.
    public let maskWidth: Int

    /// What the policy saw, normalised if it normalises: `[steps + 1, lanes, observationWidth]`. The last block holds
    /// the observations after the last step.
    public let observations: AlignedBuffer<Float>
    /// The actions drawn, before the action transform: `[steps, lanes, actionWidth]`; a discrete action is its index.
    public let actions: AlignedBuffer<Float>
    /// The policy heads that the actions were drawn from: `[steps, lanes, headWidth]`; empty unless they are kept.
    public let heads: AlignedBuffer<Float>
    /// The log-probability or log-density of each action when it was drawn: `[steps, lanes]`; empty unless they are
    /// kept.
    public let logDensities: AlignedBuffer<Float>
    /// The environment's rewards: `[steps, lanes]`.
    public let rewards: AlignedBuffer<Float>
    /// How each episode stood after the step: `[steps, lanes]`.
    public let statuses: AlignedBuffer<Status>
    /// The state value of the final observation of steps that were truncated: `[steps, lanes]`, 0 elsewhere. Left
    /// alone when final observations are kept.
    public let bootstraps: AlignedBuffer<Float>
    /// The last observations of episodes that ended, as the policy would have seen them: `[steps, lanes,
    /// observationWidth]`, written where the status is not `running`; empty unless they are kept.
    public let finalObservations: AlignedBuffer<Float>
    /// Which actions were valid, `[steps + 1, lanes, maskWidth]`, beside `observations`; empty without masks.
    public let masks: AlignedBuffer<Bool>
    /// Which actions were valid in the last states of episodes that ended, `[steps, lanes, maskWidth]`, written where
    /// the status is not `running`, all true after termination; empty without masks, or unless final observations are
    /// kept.
    public let finalMasks: AlignedBuffer<Bool>
    /// What is kept beside what every learner reads.
    public let columns: RolloutColumns
    /// What is kept of a recurrent policy's memory, or nil for a policy without one.
    public let memory: RolloutMemory?

    private let extent = AlignedBuffer<Int>(count: 1)
    /// Where agents act at their own times: the row that follows in the same lane, and the lane of each row, `[rows]`.
    let successors: AlignedBuffer<Int32>
    let rowLanes: AlignedBuffer<Int32>

    /// Allocates the columns for a policy's spaces.
    ///
    /// - Parameters:
    ///   - steps: the largest number of steps of each environment.
    ///   - lanes: where experience comes from.
    ///   - policy: the policy that acts, for its spaces and heads.
    ///   - columns: what to keep beside what every learner reads.
    ///   - sequenceLength: the number of steps between states of memory that are kept; all when nil.
    public init(
        steps: Int, lanes: RolloutLanes, policy: Policy, columns: RolloutColumns = [], sequenceLength: Int? = nil
    ) {
        precondition(steps > 0 && lanes.count > 0, "a rollout needs steps and lanes")
        precondition(lanes.actTogether || !policy.isRecurrent, "a policy with memory needs lanes that act together")
        memory =
            policy.isRecurrent
            ? RolloutMemory(
                steps: steps, lanes: lanes.count, policy: policy, sequenceLength: sequenceLength ?? steps) : nil
        self.steps = steps
        self.lanes = lanes.count
        isRegular = lanes.actTogether
        observationWidth = policy.observationSpace.count
        actionWidth = policy.distribution.actionWidth
        headWidth = policy.distribution.headWidth
        maskWidth = policy.maskWidth
        let count = steps * lanes.count
        let all = count + lanes.count
        observations = AlignedBuffer(count: all * observationWidth)
        actions = AlignedBuffer(count: count * actionWidth)
        self.columns = columns
        heads = AlignedBuffer(count: columns.contains(.heads) ? count * headWidth : 0)
        logDensities = AlignedBuffer(count: columns.contains(.logDensities) ? count : 0)
        rewards = AlignedBuffer(count: count)
        statuses = AlignedBuffer(count: count)
        bootstraps = AlignedBuffer(count: count)
        let keepsFinalObservations = columns.contains(.finalObservations)
        finalObservations = AlignedBuffer(count: keepsFinalObservations ? count * observationWidth : 0)
        masks = AlignedBuffer(count: all * maskWidth)
        finalMasks = AlignedBuffer(count: keepsFinalObservations ? count * maskWidth : 0)
        successors = AlignedBuffer(count: isRegular ? 0 : count)
        rowLanes = AlignedBuffer(count: isRegular ? 0 : count)
        self.count = count
    }

    /// Whether final observations are kept, as replay needs them, instead of their values.
    public var keepsFinalObservations: Bool { columns.contains(.finalObservations) }

    /// Where the log-densities of actions from a row on go; nil when they are not kept.
    func logDensities(from row: Int) -> UnsafeMutablePointer<Float>? {
        columns.contains(.logDensities) ? logDensities.mutableRows(of: 1)[row] : nil
    }

    /// Keeps the heads of rows from `first` on, where that is asked for.
    func keepHeads(_ heads: UnsafePointer<Float>, first: Int, count: Int) {
        guard columns.contains(.heads) else { return }
        self.heads.mutableRows(of: headWidth)[first..<first + count].copy(
            Rows(heads, count: count, width: headWidth))
    }

    /// The largest number of rows, T · N.
    public var capacity: Int { steps * lanes }

    /// The number of rows of the last rollout; T · N before the first.
    public internal(set) var count: Int {
        get { extent.pointer[0] }
        set { extent.pointer[0] = newValue }
    }

    /// The row of what the same lane saw next, for rows whose status is `running`. Rows from `count` on hold nothing but
    /// observations and masks.
    @inlinable public func successor(of row: Int) -> Int { isRegular ? row &+ lanes : irregularSuccessor(of: row) }

    /// The lane of a row.
    @inlinable public func lane(of row: Int) -> Int { isRegular ? row % lanes : irregularLane(of: row) }

    @usableFromInline func irregularSuccessor(of row: Int) -> Int { Int(successors.pointer[row]) }
    @usableFromInline func irregularLane(of row: Int) -> Int { Int(rowLanes.pointer[row]) }
}
