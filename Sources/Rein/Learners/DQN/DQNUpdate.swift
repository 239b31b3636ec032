import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinPolicies

/// The gradient steps of DQN, and what they need beside the policy: the target network, the optimizers, the noise of
/// both networks and the stream of samples.
struct DQNUpdate: Sendable {
    private let configuration: DQNConfiguration
    private let views: [ParameterView]
    /// The parameters of the target network.
    private var target: [Float]
    private var optimizer: Adam
    private var noise: DQNNoise?
    /// Draws samples from the replay.
    var sampling: RandomStream

    init(for policy: Policy, configuration: DQNConfiguration, random: RandomStream) {
        self.configuration = configuration
        views = policy.network.views
        target = policy.network.parameters
        optimizer = Adam(parameterCount: policy.network.parameters.count, configuration: configuration.adam)
        noise = policy.noise.map { DQNNoise($0, adam: configuration.adam, random: random) }
        sampling = random.stream("sampling")
    }

    /// One gradient step on a batch from the replay, which is not empty.
    ///
    /// - Parameters:
    ///   - environmentSteps: the number of environment steps so far, for schedules.
    ///   - metrics: what is measured is added to it.
    mutating func step(
        _ policy: inout Policy, from replay: inout TransitionReplay, _ workspace: DQNWorkspace,
        environmentSteps: Int, metrics: inout DQNMetrics, in context: LearningContext
    ) {
        let sample = workspace.sample
        replay.draw(
            sample, importanceExponent: configuration.importanceExponent.value(at: environmentSteps), using: &sampling)
        if let work = workspace.noise { noise?.perturb(policy, target: target, work) }
        let sums = computeGradient(of: policy, workspace, in: context)
        let gradient = workspace.gradients[0]
        var step = GradientStep(
            maximumNorm: configuration.maximumGradientNorm,
            learningRate: configuration.learningRate.value(at: environmentSteps))
        step.measure(gradient)
        if let noise, let work = workspace.noise {
            noise.backward(gradient, work)
            step.measure(work.gradient)
        }
        step.apply(gradient.pointer, to: &policy.network.parameters, with: &optimizer)
        if let work = workspace.noise { noise?.apply(step, to: &policy, work) }
        metrics.add(sums, gradientNorm: step.norm)
        if replay.isPrioritized { replay.update(sample, errors: workspace.errors.pointer) }
    }

    /// Computes the gradient of the batch's loss into the first shard's buffer, and all errors.
    private func computeGradient(
        of policy: Policy, _ workspace: DQNWorkspace, in context: LearningContext
    ) -> DQNSums {
        let (shards, sums, rows) = (workspace.shards, workspace.sums, workspace.sample.rows)
        policy.network.parameters.withUnsafeBufferPointer { parameters in
            target.withUnsafeBufferPointer { target in
                guard let parameters = parameters.baseAddress, let target = target.baseAddress else { return }
                let noise = workspace.noise
                let task = DQNContext(
                    policy: policy, batch: workspace.sample, loss: workspace.loss,
                    online: noise?.online ?? parameters,
                    selector: configuration.double ? noise?.selector ?? parameters : nil,
                    target: noise?.target ?? target, errors: workspace.errors)
                context.run(shards: shards.count) { shard, _ in
                    sums.pointer[shard] = shards[shard].run(
                        task, shard * DQNShard.rows..<min((shard + 1) * DQNShard.rows, rows))
                }
            }
        }
        context.sum(workspace.gradients, shards: shards.count)
        context.gather(sums.mutableElements, shards: shards.count, of: 1)
        context.gather(workspace.errors.mutableElements, shards: shards.count, of: DQNShard.rows)
        var total = DQNSums()
        for shard in 0..<shards.count { total += sums.pointer[shard] }
        return total
    }

    /// Goes on with the optimizers' settings that have been changed.
    mutating func adoptSettings(changedFrom saved: DQNConfiguration) {
        guard configuration.adam != saved.adam else { return }
        optimizer.configuration = configuration.adam
        noise?.setOptimizer(configuration.adam)
    }

    /// Moves the target network once for every interval of environment steps that has passed.
    mutating func moveTarget(towards policy: Policy, stepsBefore: Int, stepsAfter: Int) {
        let rate = Float(configuration.targetUpdateRate)
        let passed = stepsAfter / configuration.targetUpdateInterval - stepsBefore / configuration.targetUpdateInterval
        for _ in 0..<(rate == 1 ? min(1, passed) : passed) {
            target.follow(policy.network.parameters, rate: rate)
            if let scales = policy.noise?.scales { noise?.moveTarget(towards: scales, rate: rate) }
        }
    }
}

extension DQNUpdate {
    /// The target network, the optimizers and the streams of noise.
    var networkState: StateTree {
        [
            "target": ParameterTree.tree(of: target, views: views),
            "optimizer": optimizer.state,
            "noise": noise?.state(views: views) ?? .null,
        ]
    }

    /// Takes over what was saved for the same network, and the stream of samples.
    ///
    /// - Throws: `StateError` when something is missing or does not fit; then nothing has changed.
    mutating func restore(networks: StateReader, replay: StateReader) throws(StateError) {
        var restored = self
        try ParameterTree.read(try networks.child("target"), views: views, into: &restored.target)
        try networks.restore("optimizer", into: &restored.optimizer)
        if noise != nil { try restored.noise?.restore(from: try networks.child("noise"), views: views) }
        restored.sampling = try replay.decode(RandomStream.self, "sampling")
        self = restored
    }
}
