public import ReinCheckpoints
public import ReinEnvironments
import ReinNetworks
public import ReinNumerics
public import ReinPolicies

/// The learner of SAC: collects a few steps, keeps them in a replay buffer, and takes gradient steps on batches drawn
/// from it.
///
///     y = r + γ · (min(Q₁', Q₂')(s', a') − α log π(a' | s'))      a' drawn anew; γ is 0 after termination
///     critics: ½ mean (Q₁(s, a) − y)² + ½ mean (Q₂(s, a) − y)², or another loss of both errors
///     policy:  mean α log π(a | s) − min(Q₁, Q₂)(s, a)           a drawn anew, and differentiated
///     α:       −log α · mean (log π(a | s) + target entropy)
///
/// Log-densities are those of actions between −1 and 1, whatever the bounds of the action space. Under masks log π is
/// relative to uniform valid actions in y: log π + log n, where n actions are valid.
///
/// A value: copies learn apart from each other, at the same time if need be. They share the replay's memory until one
/// of them adds to it.
public struct SACLearner: Learner {
    /// The name of the method.
    public static let algorithmName = "SAC"
    /// Expectations are over the valid actions.
    public static let learnsWithMasks = true
    /// Transitions lead from one action of an agent to its next.
    public static let learnsFromAgentsInTurn = true

    private let configuration: SACConfiguration
    private var update: SACUpdate
    private var replay: TransitionReplay
    private let interval: TrainingInterval
    private var metrics = SACMetrics()
    /// The number of gradient steps of the present round; nil between rounds.
    private var updates: Int?
    private var scratch = Scratch<SACWorkspace>()

    /// The number of steps of each environment in one iteration.
    public static func stepsPerIteration(of configuration: SACConfiguration) -> Int { configuration.stepsPerIteration }

    /// That of the critics.
    public var largestMatrix: Int { update.largestMatrix }

    /// The discount γ, with which the runner accumulates returns.
    public static func discount(of configuration: SACConfiguration) -> Double { configuration.discount }

    /// What policies look like: those of one head, whose critics are the learner's.
    ///
    /// - Throws: `StateError` when a continuous action has no bounds that it can be stretched to, or the network or its
    ///   critics are impossible for these spaces; `ConfigurationError` for state-dependent exploration of discrete
    ///   actions.
    public static func form(
        observationSpace: Box, actionSpace: ActionSpace, configuration: SACConfiguration
    ) throws -> PolicyForm {
        var distribution: ActionDistribution
        switch actionSpace {
        case .discrete(let discrete): distribution = .categorical(Categorical(count: discrete.count))
        case .multiDiscrete:
            throw StateError(
                .outOfRange, "SAC needs a discrete or a continuous action space; PPO learns multi-discrete ones too",
                path: "actionSpace")
        case .box(let box):
            let shape = configuration.network
            distribution = .squashedGaussian(
                SquashedGaussian(
                    count: box.count,
                    logDeviationBounds: Float(shape.logDeviationMinimum)...Float(shape.logDeviationMaximum)))
        }
        if configuration.usesStateDependentExploration {
            distribution = .stateDependentGaussian(
                try StateDependentGaussian(
                    exploring: actionSpace, observationSpace: observationSpace, hidden: configuration.network.hidden,
                    isSquashed: true, interval: configuration.explorationInterval))
        }
        let hidden = configuration.network.hidden
        let outputs = distribution.headWidth
        let deviates = distribution.hasLogDeviation
        func architecture(inputs: Int, hidden: [Int], deviates: Bool) -> ActorCriticArchitecture {
            ActorCriticArchitecture(
                inputs: inputs, outputs: outputs, hidden: hidden,
                activation: configuration.network.activation, value: .none, hasLogDeviation: deviates,
                hasLogDeviationPerFeature: deviates)
        }
        let critics = architecture(
            inputs: observationSpace.count + actionSpace.width, hidden: configuration.network.criticHidden ?? hidden,
            deviates: false)
        if let problem = critics.problem { throw StateError(.outOfRange, problem, path: "network") }
        return try PolicyForm(
            observationSpace: observationSpace, actionSpace: actionSpace, distribution: distribution,
            architecture: architecture(inputs: observationSpace.count, hidden: hidden, deviates: deviates),
            actionTransform: actionSpace.isDiscrete ? ActionTransform.none : .rescale)
    }

    /// Creates an untrained policy with weights as PyTorch draws them.
    ///
    /// - Throws: `StateError` when the settings do not fit the form.
    public static func makePolicy(
        of form: PolicyForm, configuration: SACConfiguration, random: RandomStream
    ) throws -> Policy {
        var network = ActorCritic(form.architecture)
        var initialization = random.stream("initialization")
        network.initializeUniformly(
            logDeviation: Float(configuration.network.logDeviation), using: &initialization)
        return try Policy(form, network: network)
    }

    /// Creates the learner, with new critics and an empty replay buffer.
    public init(for policy: Policy, lanes: RolloutLanes, configuration: SACConfiguration, random: RandomStream) {
        self.configuration = configuration
        replay = TransitionReplay(for: policy, lanes: lanes.count, settings: configuration)
        update = SACUpdate(
            for: policy, configuration: configuration, areMasked: policy.maskWidth > 0, random: random)
        interval = TrainingInterval(
            steps: configuration.trainingInterval, environments: configuration.environmentCount)
    }

    /// The steps of one interval.
    public static func makeBatch(
        for policy: Policy, lanes: RolloutLanes, configuration: SACConfiguration
    ) -> RolloutBatch {
        RolloutBatch(
            steps: min(configuration.trainingInterval, configuration.stepsPerIteration), lanes: lanes, policy: policy,
            columns: .finalObservations)
    }

    /// Forgets the windows of steps that are not transitions yet.
    public mutating func forgetStepsInFlight() { replay.forgetStepsInFlight() }

    /// Gets ready for windows of other lanes; transitions stay.
    public mutating func adapt(
        to lanes: RolloutLanes, for policy: Policy, configuration: SACConfiguration, random: RandomStream
    ) { replay.adapt(to: lanes.count) }

    /// Steps until gradient steps are due, at first with nothing but random actions.
    public func plan(after environmentSteps: Int, remaining: Int) -> RolloutPlan {
        RolloutPlan(
            steps: interval.stepsUntilDue(after: environmentSteps, limit: remaining),
            exploration: environmentSteps < configuration.learningStarts ? .uniform : .policy)
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
        }
        if interval.isDue(after: steps), steps >= configuration.learningStarts, replay.buffer.count > 0 {
            let workspace = scratch.own { update.makeWorkspace(for: policy, buffer: replay.buffer) }
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
        return true
    }

    /// The means over the gradient steps of the iteration.
    public mutating func report() -> SACMetrics {
        defer { metrics = SACMetrics() }
        metrics.average()
        metrics.temperature = update.temperatureValue
        metrics.replayCount = replay.buffer.count
        return metrics
    }

    /// Smaller steps, or an entropy that the policy can have.
    public var divergenceAdvice: String {
        let steps = "lower actorLearningRate and criticLearningRate, or give a maximumGradientNorm"
        guard configuration.learnsTemperature else { return steps }
        return steps + "; where temperature, \(update.temperatureValue) now, had grown without end, give a "
            + "targetEntropy that the policy can reach, or fix it with learnsTemperature=false"
    }
}

extension SACLearner {
    /// Everything that gradient steps need but the transitions.
    public var state: StateTree {
        [
            "algorithm": .string(Self.algorithmName),
            "updater": update.state,
        ]
    }

    /// Takes over the state of a learner for the same networks. States of earlier versions hold the transitions, too;
    /// otherwise there are none.
    ///
    /// - Throws: `StateError` when something is missing, does not fit, or belongs to another algorithm.
    public mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        try reader.requireAlgorithm(Self.algorithmName)
        var (update, replay) = (update, replay)
        try reader.restore("updater", into: &update)
        do {
            try replay.restore(from: reader.optionalChild("replay")?.tree ?? .null)
        } catch {
            throw error.nested(under: "replay")
        }
        self.update = update
        self.replay = replay
    }

    /// Goes on with the temperature and the optimizers' settings that have been changed.
    public mutating func adoptSettings(changedFrom saved: SACConfiguration) { update.adoptSettings(changedFrom: saved) }

    /// The shape of rounds.
    public static let settingsOfIterations: [String]? = [
        "stepsPerIteration", "trainingInterval", "updatesPerInterval", "stepCount",
    ]

    /// What has been measured, and the gradient steps taken of a round that is not over.
    public var unfinishedState: StateTree { UnfinishedRound(updates: updates, metrics: metrics).state }

    /// Takes over an unfinished iteration.
    ///
    /// - Throws: `StateError` when something is missing or does not fit.
    public mutating func restoreUnfinished(from state: StateTree, batch: RolloutBatch?) throws(StateError) {
        let round = try UnfinishedRound(state, of: configuration.updatesPerInterval, none: SACMetrics())
        (updates, metrics) = (round.updates, round.metrics)
    }

    /// The transitions, their priorities and the steps in flight, when the settings say so.
    public var replayState: ReplayState { configuration.savesReplay ? .included(replay.state) : .omitted }

    /// Takes over the transitions of a learner with the same settings.
    ///
    /// - Throws: `StateError` when something is missing or does not fit.
    public mutating func restoreReplay(from state: StateTree) throws(StateError) { try replay.restore(from: state) }
}
