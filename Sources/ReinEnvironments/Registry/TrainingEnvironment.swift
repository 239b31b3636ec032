public import ReinCheckpoints

/// What policies are trained in: an environment of one agent, of which every agent plays copies of its own, or one that
/// several agents share.
public enum TrainingEnvironment: Sendable {
    /// An environment of one agent.
    case singleAgent(EnvironmentSpecification)
    /// An environment of several agents.
    case multiAgent(MultiAgentSpecification)

    /// The environment of a name: one that is registered, or one that a provider makes of a name with its scheme, such
    /// as `gymnasium:HalfCheetah-v5`.
    ///
    /// - Parameters:
    ///   - id: the name.
    ///   - settings: what there is to say about an environment of a provider.
    ///   - record: what a checkpoint says that the environment was, where it is made again.
    /// - Throws: `EnvironmentError` with the nearest name, and for what is wrong with the settings.
    public init(
        named id: String, settings: StateMap = [:], record: StateTree? = nil
    ) throws(EnvironmentError) {
        self = try EnvironmentRegistry.environment(id, settings: settings, record: record)
    }

    /// The name, such as "CartPole-v1".
    public var id: String {
        switch self {
        case .singleAgent(let specification): specification.id
        case .multiAgent(let specification): specification.id
        }
    }

    /// Whether several agents share the environment.
    public var hasSeveralAgents: Bool { if case .multiAgent = self { true } else { false } }

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

    /// What was said about an environment that lives outside of this program, which makes it again; empty for all others.
    public var settings: StateMap {
        switch self {
        case .singleAgent(let specification): specification.settings
        case .multiAgent(let specification): specification.settings
        }
    }

    /// What such an environment is, for checkpoints; nil for all others.
    public var record: StateTree? {
        switch self {
        case .singleAgent(let specification): specification.record
        case .multiAgent(let specification): specification.record
        }
    }

    /// Why copies of the environment cannot be made; nil when they can.
    public var problem: String? {
        switch self {
        case .singleAgent(let specification): specification.problem
        case .multiAgent(let specification): specification.problem
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
