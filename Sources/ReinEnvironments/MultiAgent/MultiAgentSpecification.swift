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
    /// The space of each agent's actions.
    public let actionSpaces: [ActionSpace]
    /// Whether the environment says which actions are valid.
    public let masksActions: Bool
    /// What is wrong with the environment, so that no vector can be made of it; nil when nothing is. Whoever is given an
    /// environment looks at it before `makeVector`, which stops the program.
    public let problem: String?

    @usableFromInline let makeEnvironments: @Sendable ([UInt64]) -> MultiAgentVector

    /// Describes an environment type; what is not given is as the type says.
    ///
    /// - Parameters:
    ///   - type: the type of the environments.
    ///   - id: its name; that of the type unless given.
    ///   - timeLimit: the number of steps after which an episode is cut off; that of the type unless given.
    ///   - rewardThreshold: the mean return at which it counts as solved; that of the type unless given.
    ///   - make: creates one environment, without its time limit.
    @inlinable public init<E: MultiAgentEnvironment>(
        _ type: E.Type, id: String = E.id, timeLimit: Int? = E.timeLimit,
        rewardThreshold: Double? = E.rewardThreshold, make: @escaping @Sendable () -> E = { E() }
    ) {
        let sample = make()
        self.id = id
        self.timeLimit = timeLimit
        self.rewardThreshold = rewardThreshold
        agents = sample.agents
        observationSpaces = sample.agents.indices.map { sample.observationSpace(of: $0) }
        actionSpaces = sample.agents.indices.map { sample.actionSpace(of: $0) }
        masksActions = E.masksActions
        problem = Soundness.problem(
            timeLimit: timeLimit, agents: agents, actionSpaces: actionSpaces, masksActions: E.masksActions)
        makeEnvironments = { seeds in
            if let timeLimit {
                MultiAgentVector(seeds: seeds) { MultiAgentTimeLimit(make(), limit: timeLimit) }
            } else {
                MultiAgentVector(seeds: seeds, make: make)
            }
        }
    }

    /// Makes `seeds.count` environments with the time limit; environment i is first reset with `seeds[i]`.
    public func makeVector(seeds: [UInt64]) -> MultiAgentVector {
        makeEnvironments(seeds)
    }

    /// Makes `count` environments with the time limit, each with a seed of its own derived from (`seed`, index).
    public func makeVector(count: Int, seed: UInt64) -> MultiAgentVector {
        makeEnvironments(
            (0..<count).map { index in
                var stream = RandomStream(seed: seed, name: "environment", index: index)
                return stream.next()
            })
    }
}
