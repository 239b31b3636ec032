import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinPolicies

/// The gradient steps of PPO, and what they change beside the policy: the optimizer, the stream of shuffles and what is
/// adapted to the KL divergence.
struct PPOUpdate: Sendable {
    private let configuration: PPOConfiguration
    private var optimizer: Adam
    private var shuffling: RandomStream
    private(set) var adaptation: PPOAdaptation

    init(for policy: Policy, configuration: PPOConfiguration, random: RandomStream) {
        self.configuration = configuration
        optimizer = Adam(parameterCount: policy.network.parameters.count, configuration: configuration.adam)
        shuffling = random.stream("shuffling")
        adaptation = PPOAdaptation(configuration)
    }

    /// The epochs over shuffled minibatches of a rollout.
    ///
    /// - Parameters:
    ///   - progress: where the steps are, changed in place.
    ///   - metrics: what is measured is added to it.
    ///   - goesOn: asked before each step whether there is time for it.
    /// - Returns: whether all steps have been taken.
    mutating func takeSteps(
        on policy: inout Policy, _ batch: RolloutBatch, _ samples: PPOSamples, _ workspace: PPOWorkspace,
        progress: inout PPOProgress, metrics: inout PPOMetrics, in context: LearningContext, while goesOn: () -> Bool
    ) -> Bool {
        while progress.epoch < configuration.epochs {
            guard goesOn() else { return false }
            if progress.sample == 0 {
                samples.shuffle(batch, minibatchSize: configuration.minibatchSize, using: &shuffling)
            }
            let rows = min(configuration.minibatchSize, batch.count - progress.sample)
            gather(progress.sample..<progress.sample + rows, from: batch, samples, workspace)
            let loss = PPOLoss(
                configuration, metrics, klCoefficient: adaptation.klCoefficient, weight: 1 / Float(rows))
            let sums = computeGradient(of: policy, loss, rows: rows, samples, workspace, in: context)
            if progress.samples == 0 { metrics.firstRatioError = sums.largestRatioError }
            progress.add(sums, rows: rows)
            if let target = configuration.targetKL, sums.klDivergence / Double(rows) > 1.5 * target { break }
            step(&policy, along: workspace.gradients[0], metrics: &metrics)
            if progress.sample == batch.count {
                progress.epoch += 1
                progress.sample = 0
            }
        }
        return true
    }

    /// Begins anew with what goes by settings that have been changed.
    mutating func adoptSettings(changedFrom saved: PPOConfiguration) {
        if configuration.adam != saved.adam { optimizer.configuration = configuration.adam }
        adaptation.adoptSettings(configuration, changedFrom: saved)
    }

    /// Adapts what goes by the KL divergence of all steps of an iteration.
    mutating func adapt(to progress: PPOProgress, environmentSteps: Int) {
        // RLlib's rule goes by all epochs, the adapted learning rate and the metric by the last one.
        adaptation.adaptPenalty(to: progress.total.penalty / Double(progress.samples), configuration)
        adaptation.adaptLearningRate(
            to: progress.epochDivergence, environmentSteps: environmentSteps, configuration)
    }

    /// Gathers a minibatch.
    private func gather(
        _ range: Range<Int>, from batch: RolloutBatch, _ samples: PPOSamples, _ workspace: PPOWorkspace
    ) {
        let (indices, minibatch) = (samples.indices.elements(in: range), workspace.minibatch)
        minibatch.gather(indices, from: batch, estimates: samples.estimates)
        samples.sequences?.gather(indices, first: range.lowerBound, from: batch)
        if configuration.advantageNormalization == .minibatch, range.count > 1 {
            let statistics = Standardization(minibatch.advantages.pointer, count: range.count)
            statistics.apply(to: minibatch.advantages.pointer, dividingBy: statistics.sampleDeviation + 1e-8)
        }
    }

    /// Computes the gradient of a minibatch's loss, into the first shard's buffer.
    private func computeGradient(
        of policy: Policy, _ loss: PPOLoss, rows: Int, _ samples: PPOSamples, _ workspace: PPOWorkspace,
        in context: LearningContext
    ) -> PPOSums {
        let (shards, sums) = (workspace.shards, workspace.sums)
        let used = workspace.shardCount(rows)
        policy.network.parameters.withUnsafeBufferPointer { parameters in
            guard let parameters = parameters.baseAddress else { return }
            let task = PPOContext(
                network: policy.network, distribution: policy.distribution, parameters: parameters,
                oldLogDeviations: samples.oldLogDeviations.pointer, minibatch: workspace.minibatch, loss: loss,
                memory: samples.sequences)
            let isShared = policy.network.sharesLayers
            context.run(shards: used, jobs: isShared ? 1 : 2) { shard, job in
                let range = workspace.rows(of: shard, in: rows)
                if isShared {
                    (sums.pointer[2 * shard], sums.pointer[2 * shard + 1]) = shards[shard].shared(task, range)
                } else if job == 0 {
                    sums.pointer[2 * shard] = shards[shard].policy(task, range)
                } else {
                    sums.pointer[2 * shard + 1] = shards[shard].value(task, range)
                }
            }
        }
        context.sum(workspace.gradients, shards: used)
        context.gather(sums.mutableElements(in: 0..<2 * used), shards: used, of: 2)
        var total = PPOSums()
        for index in 0..<2 * used { total += sums.pointer[index] }
        return total
    }

    /// One optimizer step, limited in its global norm.
    private mutating func step(
        _ policy: inout Policy, along gradient: AlignedBuffer<Float>, metrics: inout PPOMetrics
    ) {
        var step = GradientStep(
            maximumNorm: configuration.maximumGradientNorm, learningRate: metrics.learningRate)
        step.measure(gradient)
        metrics.gradientNorm += step.norm
        metrics.gradientSteps += 1
        step.apply(gradient.pointer, to: &policy.network.parameters, with: &optimizer)
    }
}

extension PPOUpdate {
    /// The entries of the learner's state.
    var entries: StateMap {
        var map: StateMap = ["optimizer": optimizer.state, "shuffling": StateEncoder().encode(shuffling)]
        for (key, value) in adaptation.entries { map[key] = value }
        return map
    }

    /// Takes over the entries of a learner's state.
    ///
    /// - Throws: `StateError` when something is missing or does not fit; then nothing has changed.
    mutating func restore(from learner: StateReader) throws(StateError) {
        var restored = self
        restored.shuffling = try learner.decode(RandomStream.self, "shuffling")
        try restored.adaptation.restore(from: learner)
        try learner.restore("optimizer", into: &restored.optimizer)
        self = restored
    }
}
