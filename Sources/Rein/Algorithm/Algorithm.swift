public import ReinCheckpoints
public import ReinEnvironments
public import ReinNumerics
public import ReinPolicies

/// A learning method at work: policies by id, the mapping from agents to policies, environments, learners and
/// counters. It is the thing that trains and is saved.
///
///     let algorithm = try PPO(environment: CartPole.self, configuration: PPO.Configuration(seed: 7))
///     for _ in 0..<50 { print(try algorithm.train()) }
///     try algorithm.save(to: "checkpoint")
///
/// An environment of one agent is played by each agent in copies of its own; one of several agents is shared by them.
/// Which policy acts for an agent is data (`PolicyMapping`); policies that are not in `policiesToTrain` act and stay as
/// they are.
///
/// An algorithm is used from one thread at a time; inside an iteration it works on as many threads as it was given,
/// with the same results for any number of them. An iteration of any length can be stopped, saved, and gone on with:
/// see `train(while:)`.
public final class Algorithm<Method: Learner> {
    /// The settings of the method.
    public typealias Configuration = Method.Configuration

    /// The settings, of all policies that have none of their own.
    public var configuration: Configuration { configurations.base }
    /// The environment that policies are trained in.
    public let environment: TrainingEnvironment
    /// The policies, and what they are for.
    public var lineup: Lineup { roster.configuring(configurations.differences) }
    /// The agents that act in each copy of the environment.
    public var agents: [AgentID] { roster.agents ?? [] }
    /// Which policy acts for which agent.
    public var mapping: PolicyMapping { roster.mapping }
    /// Which policy acts for which agent in `evaluate`; as in training when nil.
    public var evaluationMapping: PolicyMapping? { roster.evaluationMapping }
    /// The policies that are improved; the others only act.
    public var policiesToTrain: [PolicyID] { roster.policiesToTrain }
    /// How much has been done since the start of training.
    public internal(set) var counters = TrainingCounters()
    /// The last 100 episodes of all policies.
    public internal(set) var episodes = EpisodeWindow()

    /// Who computes: what the last bits of results depend on, besides seed and settings.
    public var arithmetic: Arithmetic { Arithmetic(largestMatrix: players.map(\.largestMatrix).max() ?? 0) }
    /// Who computed before, in the checkpoint that this was restored from; nil for a new algorithm, and for checkpoints
    /// that do not tell.
    public internal(set) var earlierArithmetic: Arithmetic?

    /// The settings that are others than in the checkpoint that this was restored from; none otherwise.
    public internal(set) var settingChanges: [SettingChange] = []

    /// When `train` evaluates the policies after an iteration; never when nil. It is not part of checkpoints, and training
    /// has the same bits whatever it says.
    public var evaluationSchedule: EvaluationSchedule?

    var configurations: PolicyConfigurations<Configuration>
    /// The lineup without the settings of policies, which are in `configurations`, and with its agents named.
    var roster: Lineup
    /// What the checkpoint of RLlib's that this was restored from has beyond what is known here; nil for all others.
    var rllib: StateTree?
    var players: [Player<Method>]
    /// The environments that several agents share; nil where every agent has its own.
    var sharedRunner: MultiAgentRunner?
    /// The iteration that was begun and not finished; nil between iterations.
    var iteration: UnfinishedIteration?
    /// How much is collected at a time.
    var pace = RolloutPace()
    let pool: WorkerPool

    /// Creates an algorithm with untrained policies.
    ///
    /// - Parameters:
    ///   - environment: the environment.
    ///   - configuration: the settings.
    ///   - lineup: the policies, each of which has the spaces of the agents that it may act for. Agents have copies of an
    ///     environment of one agent; an environment of several agents has its own. Policies may have their own settings,
    ///     except for the seed, the number of environments and the number of steps of an iteration.
    ///   - threads: the number of threads to work on, without effect on results.
    /// - Throws: `ConfigurationError` for impossible settings, `StateError` when the lineup does not fit the environment
    ///   or the method cannot act in its spaces, `ThreadError` when the system does not give so many threads.
    public convenience init(
        environment: TrainingEnvironment, configuration: Configuration = Configuration(), lineup: Lineup = .one,
        threads: Int = 1
    ) throws {
        try Arithmetic.checkEnvironment()
        let pool = try WorkerPool(threads: threads)
        let resolved = try ResolvedLineup(lineup, in: environment)
        let configurations = try PolicyConfigurations(configuration, own: lineup.policyConfigurations)
        let made = try lineup.policies.enumerated().map { index, id in
            try Self.makePolicy(
                id, with: configurations[id],
                spaces: environment.spaces(of: id, for: resolved.mapping.agents(of: index))
            )
        }
        try resolved.requireEvaluationMapping()
        let (players, sharedRunner) = try Self.assemble(
            made, as: resolved, environment: environment, configurations: configurations)
        self.init(
            environment: environment, configurations: configurations, lineup: resolved, players: players,
            sharedRunner: sharedRunner, pool: pool)
    }

    init(
        environment: TrainingEnvironment, configurations: PolicyConfigurations<Configuration>,
        lineup: ResolvedLineup, players: [Player<Method>], sharedRunner: MultiAgentRunner?, pool: WorkerPool
    ) {
        self.configurations = configurations
        self.environment = environment
        roster = lineup.lineup
        self.players = players
        self.sharedRunner = sharedRunner
        self.pool = pool
    }

    static func rootStream(_ configuration: Configuration) -> RandomStream {
        RandomStream(seed: UInt64(configuration.seed), name: Method.algorithmName)
    }

    /// The ids of the policies, in their order.
    public var policyIDs: [PolicyID] { players.map(\.id) }

    /// The settings of a policy, which may be its own; nil when there is no policy of this id.
    public func configuration(of id: PolicyID) -> Configuration? { players.first { $0.id == id }?.configuration }

    /// A snapshot of a policy with its learner's state, but without its replay, or nil when there is no policy of this
    /// id.
    public func policy(_ id: PolicyID = .default) -> Policy? {
        guard let player = players.first(where: { $0.id == id }) else { return nil }
        return player.policyWithLearnerState
    }

    /// The number of steps that each copy of the environment takes in one iteration.
    public var stepsPerIteration: Int { Method.stepsPerIteration(of: configuration) }

    /// Takes over everything of another algorithm in the same environment.
    func adopt(_ other: Algorithm) {
        roster = other.roster
        configurations = other.configurations
        settingChanges = other.settingChanges
        counters = other.counters
        episodes = other.episodes
        rllib = other.rllib
        earlierArithmetic = other.earlierArithmetic
        players = other.players
        sharedRunner = other.sharedRunner
        iteration = other.iteration
    }
}
