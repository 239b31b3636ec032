public import ReinEnvironments
public import ReinNumerics
public import ReinPolicies

/// The experience of one rollout: `steps` steps of `lanes` environments, one column for each kind of number.
///
/// Columns are time-major, `[steps, lanes]` or `[steps, lanes, width]`, row-major; the buffers are allocated once and
/// filled again by every rollout. A reference, since it is one resource that runner and learner hand to each other.
public final class RolloutBatch: Sendable {
    /// The number of steps of each environment, T.
    public let steps: Int
    /// The number of environments, N.
    public let lanes: Int
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
    /// The policy heads that the actions were drawn from: `[steps, lanes, headWidth]`.
    public let heads: AlignedBuffer<Float>
    /// The log-probability or log-density of each action when it was drawn: `[steps, lanes]`.
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
    /// Whether final observations are kept, as replay needs them, instead of their values.
    public let keepsFinalObservations: Bool
    /// What is kept of a recurrent policy's memory, or nil for a policy without one.
    public let memory: RolloutMemory?

    /// Allocates the columns for a policy's spaces.
    ///
    /// - Parameter sequenceLength: the number of steps between states of memory that are kept; all when nil.
    public init(
        steps: Int, lanes: Int, policy: Policy, keepsFinalObservations: Bool = false, sequenceLength: Int? = nil
    ) {
        precondition(steps > 0 && lanes > 0, "a rollout needs steps and lanes")
        memory =
            policy.isRecurrent
            ? RolloutMemory(steps: steps, lanes: lanes, policy: policy, sequenceLength: sequenceLength ?? steps) : nil
        self.steps = steps
        self.lanes = lanes
        observationWidth = policy.observationSpace.count
        actionWidth = policy.distribution.actionWidth
        headWidth = policy.distribution.headWidth
        maskWidth = policy.maskWidth
        let count = steps * lanes
        observations = AlignedBuffer(count: (count + lanes) * observationWidth)
        actions = AlignedBuffer(count: count * actionWidth)
        heads = AlignedBuffer(count: count * headWidth)
        logDensities = AlignedBuffer(count: count)
        rewards = AlignedBuffer(count: count)
        statuses = AlignedBuffer(count: count)
        bootstraps = AlignedBuffer(count: count)
        self.keepsFinalObservations = keepsFinalObservations
        finalObservations = AlignedBuffer(count: keepsFinalObservations ? count * observationWidth : 0)
        masks = AlignedBuffer(count: (count + lanes) * maskWidth)
        finalMasks = AlignedBuffer(count: keepsFinalObservations ? count * maskWidth : 0)
    }

    /// The number of transitions, T · N.
    public var count: Int { steps * lanes }
}
