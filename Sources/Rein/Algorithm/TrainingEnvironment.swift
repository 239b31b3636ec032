import ReinCheckpoints
public import ReinEnvironments
import ReinPolicies

/// What policies are trained in: an environment of one agent, of which every agent plays copies of its own, or one that
/// several agents share.
public enum TrainingEnvironment: Sendable {
    /// An environment of one agent.
    case singleAgent(EnvironmentSpecification)
    /// An environment of several agents.
    case multiAgent(MultiAgentSpecification)

    /// The environment that is registered under a name.
    ///
    /// - Throws: `EnvironmentError` with the nearest name.
    public init(named id: String) throws(EnvironmentError) {
        if let specification = EnvironmentRegistry.allMultiAgent.first(where: { $0.id == id }) {
            self = .multiAgent(specification)
        } else {
            self = .singleAgent(try EnvironmentRegistry.specification(id))
        }
    }

    /// The name, such as "CartPole-v1".
    public var id: String {
        switch self {
        case .singleAgent(let specification): specification.id
        case .multiAgent(let specification): specification.id
        }
    }

    /// The number of steps after which an episode is truncated, if any.
    public var timeLimit: Int? {
        switch self {
        case .singleAgent(let specification): specification.timeLimit
        case .multiAgent(let specification): specification.timeLimit
        }
    }

    /// The mean return, all agents together, at which the task counts as solved, if there is one.
    public var rewardThreshold: Double? {
        switch self {
        case .singleAgent(let specification): specification.rewardThreshold
        case .multiAgent(let specification): specification.rewardThreshold
        }
    }

    /// Whether the environment says which actions are valid.
    public var masksActions: Bool {
        switch self {
        case .singleAgent(let specification): specification.masksActions
        case .multiAgent(let specification): specification.masksActions
        }
    }
}

extension TrainingEnvironment {
    /// What a policy sees and does.
    struct Spaces: Equatable {
        var observations: Box
        var actions: ActionSpace
    }

    /// The spaces of a policy that acts for agents of the environment.
    ///
    /// - Parameter agents: indices of agents; with none of them the spaces are those that all agents have.
    /// - Throws: `StateError` when agents have different spaces.
    func spaces(of policy: PolicyID, for agents: [Int]) throws(StateError) -> Spaces {
        switch self {
        case .singleAgent(let specification):
            return Spaces(observations: specification.observationSpace, actions: specification.actionSpace)
        case .multiAgent(let specification):
            func spaces(_ agent: Int) -> Spaces {
                Spaces(
                    observations: specification.observationSpaces[agent], actions: specification.actionSpaces[agent])
            }
            let players = agents.isEmpty ? Array(specification.agents.indices) : agents
            let first = spaces(players[0])
            if let other = players.first(where: { spaces($0) != first }) {
                let names = "\"\(specification.agents[players[0]])\" and \"\(specification.agents[other])\""
                throw StateError(
                    .wrongShape,
                    agents.isEmpty
                        ? "policy \"\(policy)\" acts for nobody, so its spaces are unknown: agents \(names) differ in "
                            + "theirs"
                        : "policy \"\(policy)\" cannot act for both agents \(names), whose spaces differ",
                    path: "mapping")
            }
            return first
        }
    }
}
