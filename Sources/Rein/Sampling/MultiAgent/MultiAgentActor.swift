import ReinEnvironments
import ReinNumerics
import ReinPolicies

/// One policy among those that act in environments of several agents: the lanes it may act in, and the batch that
/// keeps what happened where it is improved.
///
/// Unchecked: during a rollout each of its shards is touched by the thread of one shard of the environments only, and
/// between rollouts by the runner's caller.
final class MultiAgentActor: @unchecked Sendable {
    let id: PolicyID
    /// The indices of the agents that the policy may act for.
    let agents: [Int]
    /// The place of each agent of the environment among `agents`; −1 for others.
    let places: [Int]
    /// Whether what happens is kept for a learner.
    let keepsExperience: Bool
    /// γ, for the accumulated returns of reward scaling.
    let discount: Double
    /// One for each shard of the environments; none for a policy that acts for nobody.
    let shards: [MultiAgentShard]
    /// Rows whose outcome is not known at the end of a rollout; nil where nothing is kept.
    let carry: CarriedRows?
    /// The batch that is filled, the policy that acts and how it explores, during a rollout.
    private(set) var batch: RolloutBatch?
    private var acting: Policy?
    private(set) var exploration = Exploration.policy
    private let actsOnly: RolloutBatch?
    /// The new numbers of rows when a rollout is closed.
    let numbers: AlignedBuffer<Int32>

    /// - Parameters:
    ///   - division: the environments of each shard.
    ///   - random: the stream that the policy's own are derived from.
    init(_ role: MultiAgentRole, agentCount: Int, division: [Range<Int>], random: RandomStream) {
        let (policy, agents, keepsExperience) = (role.policy, role.agents, role.keepsExperience)
        id = role.id
        acting = nil
        self.agents = agents
        self.keepsExperience = keepsExperience
        discount = role.discount
        var places = [Int](repeating: -1, count: agentCount)
        for (place, agent) in agents.enumerated() { places[agent] = place }
        self.places = places
        let lanes = (division.last?.upperBound ?? 0) * agents.count
        // A policy that acts for nobody takes no memory.
        shards = (agents.isEmpty ? [] : division).enumerated().map { index, environments in
            MultiAgentShard(
                lanes: environments.lowerBound * agents.count..<environments.upperBound * agents.count,
                policy: policy, noiseStream: random.stream("noise", index: index))
        }
        numbers = AlignedBuffer(count: keepsExperience ? lanes * role.steps : 0)
        carry = keepsExperience ? CarriedRows(lanes: lanes, policy: policy, columns: role.columns) : nil
        actsOnly =
            keepsExperience || agents.isEmpty
            ? nil : RolloutBatch(steps: 1, lanes: RolloutLanes(lanes, actTogether: false), policy: policy)
    }

    /// The policy, during a rollout.
    var policy: Policy {
        guard let acting else { preconditionFailure("policy \(id) acts before the rollout begins") }
        return acting
    }

    /// Ends a rollout: lets go of the policy and the batch.
    func finish() {
        acting = nil
        batch = nil
    }

    /// The number of lanes.
    var lanes: Int { shards.last?.rollout.lanes.upperBound ?? 0 }

    /// The columns that rows are written to.
    var columns: RolloutBatch {
        guard let columns = batch ?? actsOnly else { preconditionFailure("a rollout without a batch") }
        return columns
    }

    /// Gets ready for a rollout, or for going on with one.
    ///
    /// - Parameters:
    ///   - batch: the columns to fill, for an actor that keeps experience.
    ///   - steps: the number of steps of the rollout.
    ///   - part: which of them will be taken; all when nil.
    func begin(
        _ policy: Policy, exploration: Exploration, batch: RolloutBatch?, steps: Int, part: Range<Int>? = nil
    ) {
        precondition((batch != nil) == keepsExperience, "a batch belongs to a policy that is improved")
        acting = policy
        self.exploration = exploration
        self.batch = batch
        guard part?.lowerBound ?? 0 == 0 else { return }
        for shard in shards { shard.begin(policy: policy, firstRow: firstRow(of: shard, steps: steps)) }
    }

    /// Where the rows of a shard begin in a rollout of a number of steps.
    func firstRow(of shard: MultiAgentShard, steps: Int) -> Int {
        (keepsExperience ? steps : 1) * shard.rollout.lanes.lowerBound
    }

    /// The episodes of agents that ended in this iteration, in a fixed order.
    var finishedEpisodes: [Episode] { shards.flatMap(\.rollout.episodes) }

    /// The number of actions chosen in this iteration.
    var agentSteps: Int { shards.reduce(0) { $0 + $1.agentSteps } }

    /// The statistics of the raw observations of the last rollout, of each shard of the environments.
    var observationMoments: [RunningMoments] { shards.map(\.rollout.observationMoments) }

    /// The statistics of the discounted returns of the last rollout, of each shard of the environments.
    var returnMoments: [RunningMoments] { shards.map(\.rollout.returnMoments) }
}

/// What an actor needs in one shard of the environments.
final class MultiAgentShard: @unchecked Sendable {
    let rollout: RolloutShard
    /// The agents that act in the present step.
    let places: AlignedBuffer<AgentPlace>
    /// Their random streams, observations before and after normalisation, and actions on the way to the environments.
    let streams: AlignedBuffer<RandomStream>
    let observations: AlignedBuffer<Float>
    let seen: AlignedBuffer<Float>
    let sent: AlignedBuffer<Float>
    let masks: AlignedBuffer<Bool>
    /// The number of agents that act in the present step.
    var placeCount = 0
    /// The first row of the shard's in the batch, and the number of its rows so far.
    var firstRow = 0
    var rowCount = 0
    var agentSteps = 0
    /// The number that ended the last rollout early, if one did.
    var fault: EnvironmentFault?

    init(lanes: Range<Int>, policy: Policy, noiseStream: RandomStream) {
        rollout = RolloutShard(lanes: lanes, policy: policy, noiseStream: noiseStream)
        let count = lanes.count
        places = AlignedBuffer(count: count)
        streams = AlignedBuffer((0..<count).map { RandomStream(seed: 0, name: "unused", index: $0) })
        observations = AlignedBuffer(count: count * policy.observationSpace.count)
        seen = AlignedBuffer(count: observations.count)
        sent = AlignedBuffer(count: count * policy.actionSpace.width)
        masks = AlignedBuffer(count: count * policy.maskWidth)
    }

    /// Gets ready for a rollout.
    func begin(policy: Policy, firstRow: Int) {
        rollout.beginRollout(of: policy)
        self.firstRow = firstRow
        rowCount = 0
        fault = nil
    }

    /// Forgets what the last iteration reported.
    func beginIteration() {
        rollout.beginIteration()
        agentSteps = 0
    }

    /// Notes that an agent acts in the present step.
    func add(environment: Int, agent: Int) {
        places.pointer[placeCount] = AgentPlace(environment: Int32(environment), agent: Int32(agent))
        placeCount += 1
    }

    /// The agents that act in the present step.
    var acting: UnsafeBufferPointer<AgentPlace> { UnsafeBufferPointer(start: places.pointer, count: placeCount) }
}
