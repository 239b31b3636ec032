public import ReinCheckpoints
import ReinNumerics

/// A kind of environment for several agents: its name, limits, agents and spaces, and how to make a vector of it.
public struct MultiAgentSpecification: Sendable {
    /// The name, such as "ConnectFour-v3".
    public let id: String
    /// The number of steps after which an episode is truncated for everyone, if any.
    public let timeLimit: Int?
    /// The mean return, summed over the agents, at which the task counts as solved, if there is one.
    public let rewardThreshold: Double?
    /// Every agent that may ever take part, in order.
    public let agents: [AgentID]
    /// The space of each agent's observations.
    public let observationSpaces: [Box]
    /// How rows of those spaces are made of what the outside world observes, see
    /// ``EnvironmentSpecification/observationEncoding``.
    public let observationEncodings: [ObservationEncoding]
    /// The space of each agent's actions.
    public let actionSpaces: [ActionSpace]
    /// Whether the environment says which actions are valid.
    public let masksActions: Bool
    /// What is wrong with the environment, so that no vector can be made of it; nil when nothing is. Whoever is given an
    /// environment looks at it before `makeVector`, which stops the program.
    public let problem: String?
    /// What was said about an environment that lives outside of this program, which makes it again; empty for all others.
    public let settings: StateMap
    /// What such an environment is, for checkpoints; nil for all others.
    public let record: StateTree?

    @usableFromInline let makeEnvironments: @Sendable ([UInt64], _ pieces: [Range<Int>]) -> MultiAgentVector

    /// Describes an environment type; what is not given is as the type says.
    ///
    /// - Parameters:
    ///   - type: the type of the environments.
    ///   - id: its name; that of the type unless given.
    ///   - timeLimit: the number of steps after which an episode is cut off; that of the type unless given.
    ///   - rewardThreshold: the mean return at which it counts as solved; that of the type unless given.
    ///   - observationEncodings: how the outside world's observations become rows, for each agent; they are rows unless
    ///     given.
    ///   - make: creates one environment, without its time limit.
    @inlinable public init<E: MultiAgentEnvironment>(
        _ type: E.Type, id: String = E.id, timeLimit: Int? = E.timeLimit,
        rewardThreshold: Double? = E.rewardThreshold, observationEncodings: [ObservationEncoding]? = nil,
        make: @escaping @Sendable () -> E = { E() }
    ) {
        let sample = make()
        self.id = id
        self.timeLimit = timeLimit
        self.rewardThreshold = rewardThreshold
        agents = sample.agents
        observationSpaces = sample.agents.indices.map { sample.observationSpace(of: $0) }
        self.observationEncodings = observationEncodings ?? sample.agents.map { _ in .numbers }
        actionSpaces = sample.agents.indices.map { sample.actionSpace(of: $0) }
        masksActions = E.masksActions
        settings = [:]
        record = nil
        problem = Soundness.problem(
            timeLimit: timeLimit, agents: agents, observationSpaces: observationSpaces,
            observationEncodings: self.observationEncodings, actionSpaces: actionSpaces, masksActions: E.masksActions)
        makeEnvironments = { seeds, _ in
            if let timeLimit {
                MultiAgentVector(seeds: seeds) { MultiAgentTimeLimit(make(), limit: timeLimit) }
            } else {
                MultiAgentVector(seeds: seeds, make: make)
            }
        }
    }

    /// Describes environments that live outside of this program.
    ///
    /// - Parameters:
    ///   - id: the name, with the scheme of its provider.
    ///   - timeLimit: the number of steps after which an episode is cut off by the environment itself, to be known.
    ///   - rewardThreshold: the mean return, summed over the agents, at which it counts as solved.
    ///   - agents: every agent that may ever take part, in order.
    ///   - observationSpaces: the space of each agent's observations.
    ///   - observationEncodings: how the outside world's observations become rows, for each agent; they are rows unless
    ///     given.
    ///   - actionSpaces: the space of each agent's actions.
    ///   - masksActions: which agents have masks.
    ///   - settings: what was said about it, which makes it again.
    ///   - record: what it is: what its provider wants to know of it when it is made again.
    ///   - makeBatch: makes the environments by their seeds, the pieces that they are stepped in, and the rows that they
    ///     share with their vector. Nothing has to
    ///     be started yet: the first reset, or the restoring of a state, may do that, and fail.
    public init(
        id: String, timeLimit: Int? = nil, rewardThreshold: Double? = nil, agents: [AgentID],
        observationSpaces: [Box], observationEncodings: [ObservationEncoding]? = nil,
        actionSpaces: [ActionSpace], masksActions: [Bool], settings: StateMap,
        record: StateTree,
        makeBatch:
            @escaping @Sendable (_ seeds: [UInt64], _ pieces: [Range<Int>], MultiAgentRows) -> any MultiAgentBatch
    ) {
        self.id = id
        self.timeLimit = timeLimit
        self.rewardThreshold = rewardThreshold
        self.agents = agents
        self.observationSpaces = observationSpaces
        self.observationEncodings = observationEncodings ?? agents.map { _ in .numbers }
        self.actionSpaces = actionSpaces
        self.masksActions = masksActions.contains(true)
        self.settings = settings
        self.record = record
        problem = Soundness.problem(
            timeLimit: timeLimit, agents: agents, observationSpaces: observationSpaces,
            observationEncodings: self.observationEncodings, actionSpaces: actionSpaces, masksActions: self.masksActions
        )
        makeEnvironments = { seeds, pieces in
            MultiAgentVector(
                count: seeds.count, agents: agents, observationSpaces: observationSpaces, actionSpaces: actionSpaces,
                masksActions: masksActions
            ) { makeBatch(seeds, pieces, $0) }
        }
    }

    /// Makes `seeds.count` environments with the time limit; environment i is first reset with `seeds[i]`.
    ///
    /// - Parameters:
    ///   - seeds: one for each environment.
    ///   - pieces: the ranges that environments outside of this program will be stepped in, which divide them all; those
    ///     of ``LaneDivision`` when nil. Without effect on others, and on results.
    public func makeVector(seeds: [UInt64], pieces: [Range<Int>]? = nil) -> MultiAgentVector {
        makeEnvironments(seeds, pieces ?? LaneDivision.pieces(of: seeds.count))
    }

    /// Makes `count` environments with the time limit, each with a seed of its own derived from (`seed`, index).
    public func makeVector(count: Int, seed: UInt64) -> MultiAgentVector {
        makeVector(
            seeds: (0..<count).map { index in
                var stream = RandomStream(seed: seed, name: "environment", index: index)
                return stream.next()
            })
    }
}
