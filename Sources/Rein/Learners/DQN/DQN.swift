public import ReinCheckpoints
public import ReinEnvironments
import ReinNetworks
public import ReinNumerics
public import ReinPolicies

/// The learner of DQN: collects steps into a replay buffer and, every few of them, takes gradient steps on batches
/// drawn from it towards targets of a slower network.
///
/// A value: copies learn apart from each other, at the same time if need be. They share the replay's memory until one
/// of them adds to it.
public struct DQNLearner: Learner {
    /// The name of the method.
    public static let algorithmName = "DQN"
    /// Targets are values of valid actions.
    public static let learnsWithMasks = true
    /// Transitions lead from one action of an agent to its next.
    public static let learnsFromAgentsInTurn = true

    private let configuration: DQNConfiguration
    private var update: DQNUpdate
    private var replay: TransitionReplay
    private let interval: TrainingInterval
    private var metrics = DQNMetrics()
    /// The number of gradient steps of the present round; nil between rounds.
    private var updates: Int?
    private var scratch = Scratch<DQNWorkspace>()

    /// The number of steps of each environment in one iteration.
    public static func stepsPerIteration(of configuration: DQNConfiguration) -> Int { configuration.stepsPerIteration }

    /// The discount γ.
    public static func discount(of configuration: DQNConfiguration) -> Double { configuration.discount }

    /// What policies look like: those of action values, with or without noise.
    ///
    /// - Throws: `StateError` when the actions are not discrete or the network is impossible.
    public static func form(
        observationSpace: Box, actionSpace: ActionSpace, configuration: DQNConfiguration
    ) throws -> PolicyForm {
        guard case .discrete(let discrete) = actionSpace else {
            throw StateError(
                .outOfRange,
                "DQN needs a discrete action space, which has one choice among actions; PPO learns others too",
                path: "actionSpace")
        }
        let settings = configuration.resolved
        let values = ActionValues(
            count: discrete.count, atoms: settings.atoms, low: Float(settings.minimumReturn),
            high: Float(settings.maximumReturn), isDueling: settings.dueling)
        return try PolicyForm(
            observationSpace: observationSpace, actionSpace: actionSpace, distribution: .actionValues(values),
            architecture: settings.architecture(inputs: observationSpace.count, actions: discrete.count),
            hasNoise: settings.noisy)
    }

    /// Creates an untrained policy, its weights initialised as PyTorch does.
    ///
    /// - Throws: `StateError` when the settings do not fit the form.
    public static func makePolicy(
        of form: PolicyForm, configuration: DQNConfiguration, random: RandomStream
    ) throws -> Policy {
        var network = ActorCritic(form.architecture)
        var initialization = random.stream("initialization")
        network.initializeUniformly(using: &initialization)
        return try Policy(
            form, network: network,
            noise: form.hasNoise ? ParameterNoise(for: network, initial: configuration.resolved.noiseScale) : nil)
    }

    /// Creates the learner, with an empty replay buffer and a target network like the policy's.
    public init(for policy: Policy, lanes: RolloutLanes, configuration: DQNConfiguration, random: RandomStream) {
        let settings = configuration.resolved
        self.configuration = settings
        replay = TransitionReplay(for: policy, lanes: lanes.count, settings: settings)
        update = DQNUpdate(for: policy, configuration: settings, random: random)
        interval = TrainingInterval(steps: settings.trainingInterval, environments: settings.environmentCount)
    }

    /// The steps of one interval.
    public static func makeBatch(
        for policy: Policy, lanes: RolloutLanes, configuration: DQNConfiguration
    ) -> RolloutBatch {
        RolloutBatch(
            steps: min(configuration.trainingInterval, configuration.stepsPerIteration), lanes: lanes, policy: policy,
            columns: .finalObservations)
    }

    /// Forgets the windows of steps that are not transitions yet.
    public mutating func forgetStepsInFlight() { replay.forgetStepsInFlight() }

    /// Gets ready for windows of other lanes; transitions stay.
    public mutating func adapt(
        to lanes: RolloutLanes, for policy: Policy, configuration: DQNConfiguration, random: RandomStream
    ) { replay.adapt(to: lanes.count) }

    /// Steps until gradient steps are due, with random actions now and then.
    public func plan(after environmentSteps: Int, remaining: Int) -> RolloutPlan {
        RolloutPlan(
            steps: interval.stepsUntilDue(after: environmentSteps, limit: remaining),
            exploration: .greedy(
                rate: configuration.noisy ? 0 : configuration.explorationRate, steps: environmentSteps,
                stride: configuration.environmentCount))
    }

    /// Keeps the steps, and takes gradient steps where they are due.
    public mutating func learn(_ policy: inout Policy, from rollout: Rollout, in context: LearningContext) {
        _ = learn(&policy, from: rollout, in: context) { true }
    }

    /// The same, for as long as `goesOn` says so between gradient steps.
    public mutating func learn(
        _ policy: inout Policy, from rollout: Rollout, in context: LearningContext, while goesOn: () -> Bool
    ) -> Bool {
        let (batch, steps) = (rollout.batch, rollout.stepsAfter)
        if updates == nil {
            configuration.rewardClip?.apply(to: batch.rewards.pointer, count: batch.count)
            replay.append(batch)
            update.moveTarget(towards: policy, stepsBefore: rollout.stepsBefore, stepsAfter: steps)
        }
        if interval.isDue(after: steps), steps >= configuration.learningStarts, replay.buffer.count > 0 {
            let workspace = scratch.own {
                DQNWorkspace(for: policy, configuration: configuration, buffer: replay.buffer)
            }
            for count in (updates ?? 0)..<configuration.updatesPerInterval {
                guard goesOn() else {
                    updates = count
                    return false
                }
                update.step(
                    &policy, from: &replay, workspace, environmentSteps: steps, metrics: &metrics, in: context)
            }
        }
        updates = nil
        policy.explorationRate = configuration.noisy ? 0 : configuration.explorationRate.value(at: steps)
        metrics.learningRate = configuration.learningRate.value(at: steps)
        metrics.explorationRate = policy.explorationRate
        return true
    }

    /// The means over the gradient steps of the iteration.
    public mutating func report() -> DQNMetrics {
        defer { metrics = DQNMetrics() }
        return metrics.averaged(batchSize: configuration.batchSize, replayCount: replay.buffer.count)
    }
}

extension DQNLearner {
    /// Optimizer, target network and random streams.
    public var state: StateTree {
        [
            "algorithm": .string(Self.algorithmName),
            "networks": update.networkState,
            "replay": ["sampling": StateEncoder().encode(update.sampling)],
        ]
    }

    /// Takes over the state of a learner for the same network. States of earlier versions hold the transitions, too;
    /// otherwise there are none.
    ///
    /// - Throws: `StateError` when something is missing, does not fit, or belongs to another algorithm; then nothing
    ///   has changed.
    public mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        try reader.requireAlgorithm(Self.algorithmName)
        let saved = try reader.child("replay")
        var restored = self
        try restored.update.restore(networks: try reader.child("networks"), replay: saved)
        do {
            try restored.replay.restore(from: saved.optionalChild("experience") == nil ? .null : saved.tree)
        } catch {
            throw error.nested(under: "replay")
        }
        self = restored
    }

    /// Goes on with the optimizer's settings that have been changed.
    public mutating func adoptSettings(changedFrom saved: DQNConfiguration) { update.adoptSettings(changedFrom: saved) }

    /// The shape of rounds.
    public static let settingsOfIterations: [String]? = [
        "stepsPerIteration", "trainingInterval", "updatesPerInterval", "stepCount",
    ]

    /// What has been measured, and the gradient steps taken of a round that is not over.
    public var unfinishedState: StateTree { UnfinishedRound(updates: updates, metrics: metrics).state }

    /// Takes over an unfinished iteration.
    ///
    /// - Throws: `StateError` when something is missing or does not fit; then nothing has changed.
    public mutating func restoreUnfinished(from state: StateTree, batch: RolloutBatch?) throws(StateError) {
        let round = try UnfinishedRound(state, of: configuration.updatesPerInterval, none: DQNMetrics())
        (updates, metrics) = (round.updates, round.metrics)
    }

    /// The transitions, their priorities and the steps in flight, when the settings say so.
    public var replayState: ReplayState { configuration.savesReplay ? .included(replay.state) : .omitted }

    /// Takes over the transitions of a learner with the same settings.
    ///
    /// - Throws: `StateError` when something is missing or does not fit; then nothing has changed.
    public mutating func restoreReplay(from state: StateTree) throws(StateError) {
        try replay.restore(from: state)
    }
}
