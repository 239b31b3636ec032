import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinPolicies

/// The gradient steps of SAC: critics, then policy, then temperature, then the target critics, each from one batch; and
/// what they change beside the policy.
struct SACUpdate: Sendable {
    private let configuration: SACConfiguration
    private var critics: SACCritics
    private var temperature: SACTemperature
    private var actorOptimizer: Adam
    private var criticOptimizer: Adam
    private var sampling: RandomStream
    private var noise: RandomStream
    /// The number of steps taken since the start of training.
    private var steps = 0

    /// - Parameter areMasked: whether the environment masks actions.
    init(for policy: Policy, configuration: SACConfiguration, areMasked: Bool = false, random: RandomStream) {
        self.configuration = configuration
        var initialization = random.stream("critics")
        critics = SACCritics(of: policy, network: configuration.network)
        critics.initialize(using: &initialization)
        temperature = SACTemperature(configuration, actions: SACActions(of: policy), areMasked: areMasked)
        actorOptimizer = Adam(parameterCount: policy.network.parameters.count, configuration: configuration.adam)
        criticOptimizer = Adam(parameterCount: critics.parameters.count, configuration: configuration.adam)
        sampling = random.stream("sampling")
        noise = random.stream("noise")
    }

    /// The temperature α.
    var temperatureValue: Double { Double(temperature.value) }

    /// The number of elements of the critics' largest weight matrix.
    var largestMatrix: Int { critics.views.map(\.matrixCount).max() ?? 0 }

    /// Goes on with the temperature and the optimizers' settings that have been changed.
    mutating func adoptSettings(changedFrom saved: SACConfiguration) {
        temperature.adoptSettings(configuration, changedFrom: saved)
        guard configuration.adam != saved.adam else { return }
        actorOptimizer.configuration = configuration.adam
        criticOptimizer.configuration = configuration.adam
    }

    /// The memory to take steps in.
    func makeWorkspace(for policy: Policy, buffer: ReplayBuffer) -> SACWorkspace {
        SACWorkspace(for: policy, critics: critics, rows: configuration.batchSize, buffer: buffer)
    }

    /// One gradient step of everything, with transitions drawn from `replay`, which is not empty.
    ///
    /// - Parameters:
    ///   - environmentSteps: the number of environment steps so far, for schedules.
    ///   - metrics: what is measured is added to it.
    mutating func step(
        _ policy: inout Policy, from replay: inout TransitionReplay, _ workspace: SACWorkspace,
        environmentSteps: Int, metrics: inout SACMetrics, in context: LearningContext
    ) {
        let minibatch = workspace.minibatch
        replay.draw(
            minibatch.transitions, importanceExponent: configuration.importanceExponent.value(at: environmentSteps),
            using: &sampling)
        minibatch.drawNoise(using: &noise)
        step(&policy, workspace, environmentSteps: environmentSteps, metrics: &metrics, in: context)
        if replay.isPrioritized {
            workspace.collectErrors(in: context)
            replay.update(minibatch.transitions, errors: workspace.errors.pointer)
        }
    }

    /// One gradient step of everything on the minibatch that is in `workspace`.
    mutating func step(
        _ policy: inout Policy, _ workspace: SACWorkspace, environmentSteps: Int, metrics: inout SACMetrics,
        in context: LearningContext
    ) {
        metrics.actorLearningRate = configuration.actorLearningRate.value(at: environmentSteps)
        metrics.criticLearningRate = configuration.criticLearningRate.value(at: environmentSteps)
        metrics.temperatureLearningRate = configuration.temperatureLearningRate.value(at: environmentSteps)

        computeCriticGradient(policy, workspace, in: context)
        if !configuration.simultaneousUpdates {
            stepCritics(along: workspace.criticGradients[0], learningRate: metrics.criticLearningRate)
        }
        computeActorGradient(policy, workspace, in: context)
        if configuration.simultaneousUpdates {
            stepCritics(along: workspace.criticGradients[0], learningRate: metrics.criticLearningRate)
        }
        let gradient = workspace.actorGradients[0]
        limited(gradient, learningRate: metrics.actorLearningRate)
            .apply(gradient.pointer, to: &policy.network.parameters, with: &actorOptimizer)

        let minibatch = workspace.minibatch
        let sums = workspace.collectSums(in: context)
        let rows = Double(minibatch.rows)
        let meanLogDensity = sums.logDensity / rows
        metrics.temperatureLoss += temperature.step(
            meanLogDensity: meanLogDensity,
            targetEntropy: temperature.targetEntropy.value(masks: minibatch.transitions.masks, rows: minibatch.rows),
            maximumGradient: configuration.clipsGradientsSeparately ? configuration.maximumGradientNorm : nil,
            learningRate: metrics.temperatureLearningRate)
        steps += 1
        if steps % configuration.targetUpdateInterval == 0 {
            critics.moveTargets(rate: Float(configuration.targetUpdateRate))
        }

        metrics.gradientSteps += 1
        metrics.entropy -= meanLogDensity
        metrics.actorLoss += sums.actorLoss / rows
        metrics.criticLoss += sums.criticLoss / rows
        metrics.meanValue += sums.value / rows
    }

    /// The step of both critics, each limited by itself or both together.
    private mutating func stepCritics(along gradient: AlignedBuffer<Float>, learningRate: Double) {
        guard configuration.clipsGradientsSeparately else {
            return limited(gradient, learningRate: learningRate)
                .apply(gradient.pointer, to: &critics.parameters, with: &criticOptimizer)
        }
        GradientStep.limit(
            critics.parameterRanges, of: gradient, maximumNorm: configuration.maximumGradientNorm)
        GradientStep(maximumNorm: nil, learningRate: learningRate)
            .apply(gradient.pointer, to: &critics.parameters, with: &criticOptimizer)
    }

    /// A step along a gradient. Its norm is of use where there is a limit only.
    private func limited(_ gradient: AlignedBuffer<Float>, learningRate: Double) -> GradientStep {
        var step = GradientStep(maximumNorm: configuration.maximumGradientNorm, learningRate: learningRate)
        if step.maximumNorm != nil { step.measure(gradient) }
        return step
    }

    /// Phases 1 to 3: the gradient of both critics, into the first shard's buffer.
    private func computeCriticGradient(_ policy: Policy, _ workspace: SACWorkspace, in context: LearningContext) {
        withTask(policy, workspace) { task in
            workspace.run(in: context) { $0.act(task, next: $1 == 0, $2) }
            workspace.run(in: context) { $0.evaluateNext(task, critic: $1, $2) }
            workspace.run(in: context) { $0.improveCritic(task, critic: $1, $2) }
        }
        context.sum(workspace.criticGradients, shards: workspace.shards.count)
    }

    /// Phases 4 and 5: the gradient of the policy, into the first shard's buffer.
    private func computeActorGradient(_ policy: Policy, _ workspace: SACWorkspace, in context: LearningContext) {
        withTask(policy, workspace) { task in
            workspace.run(in: context) { $0.evaluate(task, critic: $1, $2) }
            workspace.run(in: context) { shard, half, rows in
                if half == 0 { shard.improveActor(task, rows) }
            }
        }
        context.sum(workspace.actorGradients, shards: workspace.shards.count)
    }

    /// Calls `body` with what the shards read; none of it is kept, so that parameters have one owner when they change.
    private func withTask(_ policy: Policy, _ workspace: SACWorkspace, _ body: (SACContext) -> Void) {
        let minibatch = workspace.minibatch
        policy.network.parameters.withUnsafeBufferPointer { actor in
            critics.parameters.withUnsafeBufferPointer { parameters in
                critics.targets.withUnsafeBufferPointer { targets in
                    guard
                        let actor = actor.baseAddress, let parameters = parameters.baseAddress,
                        let targets = targets.baseAddress
                    else { return }
                    body(
                        SACContext(
                            actor: policy.network.policy, critics: critics.networks, actorParameters: actor,
                            logDeviationOffset: policy.network.logDeviationRange.lowerBound,
                            criticParameters: parameters, targetParameters: targets, minibatch: minibatch,
                            temperature: temperature.value, weight: 1 / Float(minibatch.rows),
                            loss: configuration.loss, policyCritic: configuration.policyCritic))
                }
            }
        }
    }
}

extension SACUpdate: Checkpointable {
    /// Critics, targets, temperature, optimizers, random streams and the number of steps.
    var state: StateTree {
        [
            "steps": .int(Int64(steps)),
            "sampling": StateEncoder().encode(sampling),
            "noise": StateEncoder().encode(noise),
            "temperature": temperature.state,
            "critics": critics.state,
            "criticOptimizer": criticOptimizer.state,
            "actorOptimizer": actorOptimizer.state,
        ]
    }

    /// Takes over the state of an update for the same networks.
    ///
    /// - Throws: `StateError` when something is missing or does not fit; then nothing has changed.
    mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        var copy = self
        copy.steps = try reader.int("steps")
        guard copy.steps >= 0 else {
            throw try reader.child("steps").error(.outOfRange, "a step count cannot be negative")
        }
        copy.sampling = try reader.decode(RandomStream.self, "sampling")
        copy.noise = try reader.decode(RandomStream.self, "noise")
        try reader.restore("temperature", into: &copy.temperature)
        try reader.restore("critics", into: &copy.critics)
        try reader.restore("criticOptimizer", into: &copy.criticOptimizer)
        try reader.restore("actorOptimizer", into: &copy.actorOptimizer)
        self = copy
    }
}
