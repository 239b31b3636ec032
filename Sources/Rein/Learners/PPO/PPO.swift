public import ReinCheckpoints
public import ReinEnvironments
import ReinNetworks
public import ReinNumerics
public import ReinPolicies

/// Proximal policy optimization (Schulman et al. 2017, arXiv 1707.06347).
///
///     var algorithm = try PPO(environment: CartPole.self, configuration: PPO.Configuration(seed: 7))
///     let result = try algorithm.train()
public typealias PPO = Algorithm<PPOLearner>

/// The learner of PPO: collects a rollout, estimates advantages, and takes gradient steps on the clipped surrogate
/// over shuffled minibatches for a number of epochs.
///
/// Copies share the memory that they work in, so one copy learns at a time.
public struct PPOLearner: Learner {
    /// The name of the method.
    public static let algorithmName = "PPO"
    /// Loss, entropy and KL divergence are those of the valid actions.
    public static let learnsWithMasks = true
    /// Advantages follow each agent from action to action.
    public static let learnsFromAgentsInTurn = true

    let configuration: PPOConfiguration
    private var optimizer: Adam
    private var shuffling: RandomStream
    private var adaptation: PPOAdaptation

    /// The rollout.
    public let batch: RolloutBatch
    let estimates: PPOEstimates
    private let minibatch: PPOMinibatch
    /// How the samples follow each other; nil for a network without memory.
    let sequences: PPOSequences?
    private let shards: [PPOShard]
    private let shardRows: Int
    let indices: AlignedBuffer<Int32>
    let oldLogDeviations: AlignedBuffer<Float>
    var metrics = PPOMetrics()
    /// Where gradient steps are; nil before the first and after the last of an iteration.
    var progress: PPOProgress?

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
        optimizer = Adam(parameterCount: policy.network.parameters.count, configuration: configuration.adam)
        shuffling = random.stream("shuffling")
        adaptation = PPOAdaptation(configuration)
        batch = RolloutBatch(
            steps: configuration.rolloutLength, lanes: lanes, policy: policy,
            sequenceLength: configuration.sequenceLength)
        estimates = PPOEstimates(batch: batch, network: policy.network)
        let rows = min(configuration.minibatchSize, batch.capacity)
        minibatch = PPOMinibatch(rows: rows, batch: batch, keepsHeads: configuration.klCoefficient > 0)
        sequences = PPOSequences(batch: batch, rows: rows)
        let shardRows = sequences.map { min($0.shardRows, rows) } ?? PPOShard.rows
        self.shardRows = shardRows
        shards = (0..<(rows + shardRows - 1) / shardRows).map { _ in PPOShard(policy: policy, rows: shardRows) }
        indices = AlignedBuffer(count: batch.capacity)
        oldLogDeviations = AlignedBuffer(count: policy.network.logDeviationRange.count)
    }

    /// Estimates advantages and takes gradient steps.
    public mutating func learn(_ policy: inout Policy, from rollout: Rollout, on pool: WorkerPool) {
        _ = learn(&policy, from: rollout, on: pool) { true }
    }

    /// The same, for as long as `goesOn` says so between gradient steps.
    public mutating func learn(
        _ policy: inout Policy, from rollout: Rollout, on pool: WorkerPool, while goesOn: () -> Bool
    ) -> Bool {
        guard batch.count > 0 else {
            metrics = PPOMetrics()
            return true
        }
        if progress == nil {
            // Nothing changes before all values are there: if they are not, they are computed once more.
            guard goesOn(), estimates.evaluate(batch, with: policy.network, on: pool, while: goesOn) else {
                return false
            }
            prepare(&policy, rollout)
        }
        guard takeSteps(on: &policy, pool: pool, while: goesOn) else { return false }
        finish(environmentSteps: rollout.stepsBefore)
        // The normaliser changes last: collection and learning of one iteration see the same scale.
        if let moments = rollout.observationMoments { policy.observationNormalizer?.merge(moments) }
        return true
    }

    /// The metrics of the iteration.
    public mutating func report() -> PPOMetrics { metrics }

    /// Makes samples of a rollout whose values are known.
    private mutating func prepare(_ policy: inout Policy, _ rollout: Rollout) {
        metrics = PPOMetrics()
        configuration.rewardClip?.apply(to: batch.rewards.pointer, count: batch.count)
        if let moments = rollout.returnMoments {
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
        metrics.learningRate = adaptation.learningRate(at: rollout.stepsBefore, configuration)
        metrics.clipRange = configuration.clipRange.value(at: rollout.stepsBefore)
        metrics.entropyCoefficient = configuration.entropyCoefficient.value(at: rollout.stepsBefore)
        metrics.klCoefficient = adaptation.klCoefficient
        for (index, parameter) in policy.network.logDeviationRange.enumerated() {
            oldLogDeviations.pointer[index] = policy.network.parameters[parameter]
        }
        for index in 0..<batch.count { indices.pointer[index] = Int32(index) }
        sequences?.begin()
        progress = PPOProgress()
    }

    /// The epochs over shuffled minibatches.
    ///
    /// - Returns: whether all steps have been taken.
    private mutating func takeSteps(on policy: inout Policy, pool: WorkerPool, while goesOn: () -> Bool) -> Bool {
        guard var progress else { return true }
        while progress.epoch < configuration.epochs {
            guard goesOn() else {
                self.progress = progress
                return false
            }
            if progress.sample == 0 { shuffle() }
            let rows = min(configuration.minibatchSize, batch.count - progress.sample)
            let sums = computeGradient(of: policy, first: progress.sample, rows: rows, pool: pool)
            if progress.samples == 0 { metrics.firstRatioError = sums.largestRatioError }
            progress.add(sums, rows: rows)
            if let target = configuration.targetKL, sums.klDivergence / Double(rows) > 1.5 * target { break }
            step(&policy, rows: rows)
            if progress.sample == batch.count {
                progress.epoch += 1
                progress.sample = 0
            }
        }
        self.progress = progress
        return true
    }

    /// Puts the samples into the order of an epoch.
    private mutating func shuffle() {
        if let sequences {
            sequences.shuffle(
                using: &shuffling, minibatchSize: configuration.minibatchSize, lanes: batch.lanes,
                into: indices.pointer)
        } else {
            shuffling.shuffle(UnsafeMutableBufferPointer(start: indices.pointer, count: batch.count))
        }
    }

    /// Means instead of sums, and what is adapted to them.
    private mutating func finish(environmentSteps: Int) {
        guard let progress else { return }
        self.progress = nil
        let count = Double(progress.samples)
        metrics.policyLoss = progress.total.policyLoss / count
        metrics.valueLoss = progress.total.valueLoss / count
        metrics.entropy = progress.total.entropy / count
        metrics.clipFraction = progress.total.clipped / count
        metrics.klDivergence = progress.epochDivergence
        metrics.gradientNorm /= Double(max(1, metrics.gradientSteps))
        // RLlib's rule goes by all epochs, the adapted learning rate and the metric by the last one.
        adaptation.adaptPenalty(to: progress.total.penalty / count, configuration)
        adaptation.adaptLearningRate(
            to: progress.epochDivergence, environmentSteps: environmentSteps, configuration)
    }

    /// Gathers one minibatch and computes the gradient of its loss into the first shard's buffer.
    private func computeGradient(
        of policy: Policy, first: Int, rows: Int, pool: WorkerPool
    ) -> PPOSums {
        let samples = indices.elements(in: first..<first + rows)
        minibatch.gather(samples, from: batch, estimates: estimates)
        sequences?.gather(samples, first: first, from: batch)
        if configuration.advantageNormalization == .minibatch, rows > 1 {
            let statistics = Standardization(minibatch.advantages.pointer, count: rows)
            statistics.apply(to: minibatch.advantages.pointer, dividingBy: statistics.sampleDeviation + 1e-8)
        }
        let loss = PPOLoss(
            clipRange: Float(metrics.clipRange), entropyCoefficient: Float(metrics.entropyCoefficient),
            klCoefficient: Float(adaptation.klCoefficient),
            valueLossCoefficient: Float(configuration.valueLossCoefficient),
            valueClipRange: configuration.valueClipRange.map { Float($0) },
            valueErrorClip: configuration.valueErrorClip.map { Float($0) }, weight: 1 / Float(rows))
        return policy.network.parameters.withUnsafeBufferPointer { parameters in
            guard let parameters = parameters.baseAddress else { return PPOSums() }
            let context = PPOContext(
                network: policy.network, distribution: policy.distribution, parameters: parameters,
                oldLogDeviations: oldLogDeviations.pointer, minibatch: minibatch, loss: loss,
                memory: sequences)
            return computeGradient(context, rows: rows, pool: pool)
        }
    }

    /// Runs the shards of a minibatch and adds up what they leave, in their fixed order.
    private func computeGradient(_ context: PPOContext, rows: Int, pool: WorkerPool) -> PPOSums {
        let shardRows = shardRows
        let used = (rows + shardRows - 1) / shardRows
        let shards = shards
        let isShared = context.network.sharesLayers
        pool.run(shards: isShared ? used : 2 * used) { job in
            let shard = isShared ? job : job >> 1
            let range = shard * shardRows..<min((shard + 1) * shardRows, rows)
            if isShared {
                shards[shard].shared(context, range)
            } else if job & 1 == 0 {
                shards[shard].policy(context, range)
            } else {
                shards[shard].value(context, range)
            }
        }
        var sums = PPOSums()
        for shard in 0..<used {
            sums += shards[shard].policySums
            sums += shards[shard].valueSums
            if shard > 0 {
                Kernels.add(
                    shards[shard].gradients.pointer, to: shards[0].gradients.pointer,
                    count: shards[0].gradients.count)
            }
        }
        return sums
    }

    /// One optimizer step along the gradient in the first shard's buffer, limited in its global norm.
    private mutating func step(_ policy: inout Policy, rows: Int) {
        let gradients = shards[0].gradients
        let norm = Kernels.sumOfSquares(gradients.pointer, count: gradients.count).squareRoot()
        metrics.gradientNorm += norm
        metrics.gradientSteps += 1
        optimizer.update(
            &policy.network.parameters, gradients: gradients.pointer,
            gradientScale: GradientNorm.scale(norm: norm, maximum: configuration.maximumGradientNorm),
            learningRate: metrics.learningRate)
    }
}

extension PPOLearner {
    /// The optimizer, the stream of shuffles and what is adapted to the KL divergence.
    public var state: StateTree {
        var map: StateMap = [
            "algorithm": .string(Self.algorithmName),
            "optimizer": optimizer.state,
            "shuffling": StateEncoder().encode(shuffling),
        ]
        for (key, value) in adaptation.entries { map[key] = value }
        return .map(map)
    }

    /// Takes over the state of a learner for the same network.
    ///
    /// - Throws: `StateError` when something is missing, does not fit, or belongs to another algorithm.
    public mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        let name = try reader.string("algorithm")
        guard name == Self.algorithmName else {
            throw try reader.child("algorithm").error(
                .wrongType, "the policy was trained by \(name), not by \(Self.algorithmName)")
        }
        let shuffling = try reader.decode(RandomStream.self, "shuffling")
        var adaptation = adaptation
        try adaptation.restore(from: reader)
        try reader.restore("optimizer", into: &optimizer)
        self.shuffling = shuffling
        self.adaptation = adaptation
    }
}
