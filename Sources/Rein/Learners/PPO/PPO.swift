public import ReinCheckpoints
public import ReinEnvironments
import ReinNetworks
public import ReinNumerics
public import ReinPolicies

/// The learner of PPO: collects a rollout, estimates advantages, and takes gradient steps on the clipped surrogate
/// over shuffled minibatches for a number of epochs.
///
/// A value: copies learn apart from each other, at the same time if need be.
public struct PPOLearner: Learner {
    /// The name of the method.
    public static let algorithmName = "PPO"
    /// Loss, entropy and KL divergence are those of the valid actions.
    public static let learnsWithMasks = true
    /// Advantages follow each agent from action to action.
    public static let learnsFromAgentsInTurn = true

    let configuration: PPOConfiguration
    private var update: PPOUpdate
    var metrics = PPOMetrics()
    /// Where gradient steps are; nil before the first and after the last of an iteration.
    var progress: PPOProgress?
    /// What they are taken on; nil before the first rollout. Copies share it until one of them learns.
    var samples: PPOSamples?
    /// The number of those that were collected.
    var sampleCount = 0
    private let deviationCount: Int
    private var scratch = Scratch<PPOWorkspace>()

    /// The number of steps of each environment in one iteration.
    public static func stepsPerIteration(of configuration: PPOConfiguration) -> Int { configuration.rolloutLength }

    /// The discount γ, with which the runner accumulates returns.
    public static func discount(of configuration: PPOConfiguration) -> Double { configuration.discount }

    /// What policies look like: those with a value network, and what the settings say of it and of exploration.
    ///
    /// - Throws: `StateError` when the network is impossible for these spaces, `ConfigurationError` for
    ///   state-dependent exploration of discrete actions.
    public static func form(
        observationSpace: Box, actionSpace: ActionSpace, configuration: PPOConfiguration
    ) throws -> PolicyForm {
        let distribution = try configuration.distribution(over: actionSpace, observationSpace: observationSpace)
        let architecture = ActorCriticArchitecture(
            inputs: observationSpace.count, outputs: distribution.headWidth, hidden: configuration.network.hidden,
            activation: configuration.network.activation, value: configuration.network.value,
            hasLogDeviation: distribution.hasLogDeviation,
            hasLogDeviationPerFeature: distribution.hasLogDeviationPerFeature,
            recurrent: configuration.network.recurrentArchitecture)
        return try PolicyForm(
            observationSpace: observationSpace, actionSpace: actionSpace, distribution: distribution,
            architecture: architecture,
            actionTransform: actionSpace.isDiscrete ? ActionTransform.none : configuration.actionTransform)
    }

    /// Creates an untrained policy: orthogonal weights, a small policy head.
    ///
    /// - Throws: `StateError` when the settings do not fit the form.
    public static func makePolicy(
        of form: PolicyForm, configuration: PPOConfiguration, random: RandomStream
    ) throws -> Policy {
        var network = ActorCritic(form.architecture)
        var initialization = random.stream("initialization")
        let logDeviation = Float(configuration.network.logDeviation)
        if configuration.network.hasOrthogonalWeights {
            network.initialize(
                policyGain: configuration.network.policyGain, logDeviation: logDeviation, using: &initialization)
        } else {
            network.initializeUniformly(logDeviation: logDeviation, using: &initialization)
        }
        if case .conditionalGaussian(let gaussian) = form.distribution {
            network.shiftHeadBiases(gaussian.count..<gaussian.headWidth, by: logDeviation)
        }
        let width = form.observationSpace.count
        return try Policy(
            form, network: network,
            observationNormalizer: configuration.normalizesObservations
                ? ObservationNormalizer(width: width, limit: Float(configuration.observationLimit)) : nil,
            rewardScaler: configuration.scalesRewards ? RewardScaler(limit: Float(configuration.rewardLimit)) : nil)
    }

    /// Creates the learner, with an optimizer that has taken no step.
    public init(for policy: Policy, lanes: RolloutLanes, configuration: PPOConfiguration, random: RandomStream) {
        self.configuration = configuration
        update = PPOUpdate(for: policy, configuration: configuration, random: random)
        deviationCount = policy.network.logDeviationRange.count
    }

    /// Whole rollouts, with the heads where their divergence is penalised.
    public static func makeBatch(
        for policy: Policy, lanes: RolloutLanes, configuration: PPOConfiguration
    ) -> RolloutBatch {
        RolloutBatch(
            steps: configuration.rolloutLength, lanes: lanes, policy: policy,
            columns: configuration.klCoefficient > 0 ? [.logDensities, .heads] : .logDensities,
            sequenceLength: configuration.sequenceLength)
    }

    /// Estimates advantages and takes gradient steps.
    public mutating func learn(_ policy: inout Policy, from rollout: Rollout, in context: LearningContext) {
        _ = learn(&policy, from: rollout, in: context) { true }
    }

    /// The same, for as long as `goesOn` says so between gradient steps.
    public mutating func learn(
        _ policy: inout Policy, from rollout: Rollout, in context: LearningContext, while goesOn: () -> Bool
    ) -> Bool {
        let batch = rollout.batch
        guard batch.count > 0 else {
            metrics = PPOMetrics()
            return true
        }
        let samples = ownSamples(of: batch)
        let workspace = scratch.own {
            PPOWorkspace(for: policy, batch: batch, samples: samples, configuration: configuration)
        }
        if progress == nil {
            // Nothing changes before all values are there: if they are not, they are computed once more.
            let areThere =
                goesOn()
                && samples.estimates.evaluate(
                    batch, with: policy.network, in: workspace.valueWorkspaces, on: context.pool, while: goesOn)
            guard areThere else { return false }
            prepare(&policy, rollout, samples, in: context)
        }
        guard var progress else { return true }
        guard
            update.takeSteps(
                on: &policy, batch, samples, workspace, progress: &progress, metrics: &metrics, in: context,
                while: goesOn)
        else {
            self.progress = progress
            return false
        }
        self.progress = nil
        finish(progress, environmentSteps: rollout.stepsBefore)
        // The normaliser changes last: collection and learning of one iteration see the same scale.
        if let moments = context.merged(rollout.observationMoments) { policy.observationNormalizer?.merge(moments) }
        return true
    }

    /// The metrics of the iteration.
    public mutating func report() -> PPOMetrics { metrics }

    /// The samples, in memory that no copy of the learner shares.
    private mutating func ownSamples(of batch: RolloutBatch) -> PPOSamples {
        precondition(
            samples.map { $0.indices.count == batch.capacity } ?? true, "a batch of other lanes than the learner's")
        if isKnownUniquelyReferenced(&samples), let samples { return samples }
        let own = samples.map { PPOSamples(copying: $0) } ?? makeSamples(of: batch)
        samples = own
        return own
    }

    /// Makes room for the samples of a batch.
    func makeSamples(of batch: RolloutBatch) -> PPOSamples {
        PPOSamples(
            of: batch, minibatchRows: configuration.minibatchRows(of: batch), deviationCount: deviationCount)
    }

    /// Makes samples of a rollout whose values are known.
    private mutating func prepare(
        _ policy: inout Policy, _ rollout: Rollout, _ samples: PPOSamples, in context: LearningContext
    ) {
        let (batch, estimates) = (rollout.batch, samples.estimates)
        metrics = PPOMetrics()
        configuration.rewardClip?.apply(to: batch.rewards.pointer, count: batch.count)
        if let moments = context.merged(rollout.returnMoments) {
            policy.rewardScaler?.merge(moments)
            policy.rewardScaler?.apply(to: batch.rewards.pointer, count: batch.count)
        }
        estimates.estimate(batch, discount: configuration.discount, lambda: configuration.gaeLambda)
        metrics.explainedVariance = estimates.explainedVariance(count: batch.count)
        if configuration.advantageNormalization == .batch {
            let statistics = Standardization(estimates.advantages.pointer, count: batch.count)
            statistics.apply(
                to: estimates.advantages.pointer, dividingBy: max(1e-4, statistics.variance.squareRoot()))
        }
        metrics.learningRate = update.adaptation.learningRate(at: rollout.stepsBefore, configuration)
        metrics.clipRange = configuration.clipRange.value(at: rollout.stepsBefore)
        metrics.entropyCoefficient = configuration.entropyCoefficient.value(at: rollout.stepsBefore)
        metrics.klCoefficient = update.adaptation.klCoefficient
        samples.begin(batch, network: policy.network)
        sampleCount = batch.count
        progress = PPOProgress()
    }

    /// Means instead of sums, and what is adapted to them.
    private mutating func finish(_ progress: PPOProgress, environmentSteps: Int) {
        let count = Double(progress.samples)
        metrics.policyLoss = progress.total.policyLoss / count
        metrics.valueLoss = progress.total.valueLoss / count
        metrics.entropy = progress.total.entropy / count
        metrics.clipFraction = progress.total.clipped / count
        metrics.klDivergence = progress.epochDivergence
        metrics.gradientNorm /= Double(max(1, metrics.gradientSteps))
        update.adapt(to: progress, environmentSteps: environmentSteps)
    }
}

extension PPOLearner {
    /// The optimizer, the stream of shuffles and what is adapted to the KL divergence.
    public var state: StateTree {
        var map: StateMap = ["algorithm": .string(Self.algorithmName)]
        for (key, value) in update.entries { map[key] = value }
        return .map(map)
    }

    /// Takes over the state of a learner for the same network.
    ///
    /// - Throws: `StateError` when something is missing, does not fit, or belongs to another algorithm; then nothing
    ///   has changed.
    public mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        try reader.requireAlgorithm(Self.algorithmName)
        try update.restore(from: reader)
    }

    /// Begins anew with what is adapted from settings that have been changed: the weight of the KL penalty, the factor
    /// of the learning rate.
    public mutating func adoptSettings(changedFrom saved: PPOConfiguration) { update.adoptSettings(changedFrom: saved) }

    /// The shape of rollouts and minibatches, and how often samples are passed over.
    public static let settingsOfIterations: [String]? = [
        "rolloutLength", "minibatchSize", "sequenceLength", "epochs", "klCoefficient", "advantageNormalization",
    ]
}
