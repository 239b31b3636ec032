import ReinEnvironments
import ReinNumerics
import ReinPolicies

/// One policy among those that act in environments of several agents: the lanes it may act in, and the batch that
/// keeps what happened where it is improved.
///
/// Unchecked: during a rollout each of its parts is touched by the thread of one piece of the environments only, and
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
    /// One for each piece of the environments; none for a policy that acts for nobody.
    let parts: [MultiAgentPart]
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
    ///   - division: the environments of each piece.
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
        parts = (agents.isEmpty ? [] : division).enumerated().map { index, environments in
            MultiAgentPart(
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
    var lanes: Int { parts.last?.piece.lanes.upperBound ?? 0 }

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
        for part in parts { part.begin(policy: policy, firstRow: firstRow(of: part, steps: steps)) }
    }

    /// Where the rows of a part begin in a rollout of a number of steps.
    func firstRow(of part: MultiAgentPart, steps: Int) -> Int {
        (keepsExperience ? steps : 1) * part.piece.lanes.lowerBound
    }

    /// The episodes of agents that ended in this iteration, in a fixed order.
    var finishedEpisodes: [Episode] { parts.flatMap(\.piece.episodes) }

    /// The number of actions chosen in this iteration.
    var agentSteps: Int { parts.reduce(0) { $0 + $1.agentSteps } }

    /// The statistics of the raw observations of the last rollout, of each part of the environments.
    var observationMoments: [RunningMoments] { parts.map(\.piece.observationMoments) }

    /// The statistics of the discounted returns of the last rollout, of each part of the environments.
    var returnMoments: [RunningMoments] { parts.map(\.piece.returnMoments) }
}

/// What an actor needs in one piece of the environments.
final class MultiAgentPart: @unchecked Sendable {
    let piece: RolloutPiece
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
    /// The first row of the part's in the batch, and the number of its rows so far.
    var firstRow = 0
    var rowCount = 0
    var agentSteps = 0
    /// The number that ended the last rollout early, if one did.
    var fault: EnvironmentFault?

    init(lanes: Range<Int>, policy: Policy, noiseStream: RandomStream) {
        piece = RolloutPiece(lanes: lanes, policy: policy, noiseStream: noiseStream)
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
        piece.beginRollout(of: policy)
        self.firstRow = firstRow
        rowCount = 0
        fault = nil
    }

    /// Forgets what the last iteration reported.
    func beginIteration() {
        piece.beginIteration()
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
