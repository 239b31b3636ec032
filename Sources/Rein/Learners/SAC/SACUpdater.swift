import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinPolicies

/// Takes gradient steps: critics, then policy, then temperature, then the target critics, each from one batch.
struct SACUpdater: Sendable {
    private let configuration: SACConfiguration
    private var critics: SACCritics
    /// The number of elements of the critics' largest weight matrix.
    var largestMatrix: Int { critics.views.map(\.matrixCount).max() ?? 0 }
    private var temperature: SACTemperature
    private var actorOptimizer: Adam
    private var criticOptimizer: Adam
    private var sampling: RandomStream
    private var noise: RandomStream
    /// The number of steps taken since the start of training.
    private var steps = 0

    /// The samples of a step.
    let minibatch: SACMinibatch
    /// The mean size of both critics' errors of each row, `[rows]`.
    let errors: AlignedBuffer<Float>
    private let shards: [SACShard]

    init(for policy: Policy, configuration: SACConfiguration, buffer: ReplayBuffer, random: RandomStream) {
        let actions = SACActions(of: policy)
        var initialization = random.stream("critics")
        critics = SACCritics(of: policy, network: configuration.network)
        critics.initialize(using: &initialization)
        self.configuration = configuration
        temperature = SACTemperature(configuration, actions: actions, areMasked: buffer.maskWidth > 0)
        actorOptimizer = Adam(parameterCount: policy.network.parameters.count, configuration: configuration.adam)
        criticOptimizer = Adam(parameterCount: critics.parameters.count, configuration: configuration.adam)
        sampling = random.stream("sampling")
        noise = random.stream("noise")
        minibatch = SACMinibatch(
            rows: configuration.batchSize, dimensions: actions.dimensions, matrixCount: actions.matrixCount, of: buffer)
        errors = AlignedBuffer(count: configuration.batchSize)
        let critics = critics
        shards = (0..<(configuration.batchSize + SACShard.rows - 1) / SACShard.rows).map { _ in
            SACShard(policy: policy, actions: actions, critics: critics)
        }
    }

    /// The temperature α.
    var temperatureValue: Double { Double(temperature.value) }

    /// One gradient step of everything, with transitions drawn from `replay`, which is not empty.
    ///
    /// - Parameters:
    ///   - environmentSteps: the number of environment steps so far, for schedules.
    ///   - metrics: what is measured is added to it.
    mutating func update(
        _ policy: inout Policy, from replay: inout TransitionReplay, environmentSteps: Int, metrics: inout SACMetrics,
        on pool: WorkerPool
    ) {
        replay.draw(
            minibatch.transitions, importanceExponent: configuration.importanceExponent.value(at: environmentSteps),
            using: &sampling)
        minibatch.drawNoise(using: &noise)
        step(&policy, environmentSteps: environmentSteps, metrics: &metrics, on: pool)
        if replay.isPrioritized {
            collectErrors()
            replay.update(minibatch.transitions, errors: errors.pointer)
        }
    }

    /// One gradient step of everything on what is in `minibatch`.
    mutating func step(
        _ policy: inout Policy, environmentSteps: Int, metrics: inout SACMetrics, on pool: WorkerPool
    ) {
        metrics.actorLearningRate = configuration.actorLearningRate.value(at: environmentSteps)
        metrics.criticLearningRate = configuration.criticLearningRate.value(at: environmentSteps)
        metrics.temperatureLearningRate = configuration.temperatureLearningRate.value(at: environmentSteps)

        computeCriticGradient(policy, pool: pool)
        if !configuration.simultaneousUpdates { stepCritics(learningRate: metrics.criticLearningRate) }
        computeActorGradient(policy, pool: pool)
        if configuration.simultaneousUpdates { stepCritics(learningRate: metrics.criticLearningRate) }
        let actorGradients = shards[0].actorGradients
        actorOptimizer.update(
            &policy.network.parameters, gradients: actorGradients.pointer,
            gradientScale: scale(actorGradients.pointer, count: actorGradients.count),
            learningRate: metrics.actorLearningRate)

        let rows = Double(minibatch.rows)
        let meanLogDensity = shards.reduce(0) { $0 + $1.logDensity } / rows
        metrics.temperatureLoss += temperature.update(
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
        metrics.actorLoss += shards.reduce(0) { $0 + $1.actorLoss } / rows
        metrics.criticLoss += shards.reduce(0) { $0 + $1.criticLoss } / rows
        metrics.meanValue += shards.reduce(0) { $0 + $1.critics.first.sums.value } / rows
    }

    /// The step of both critics, each limited by itself or both together.
    private mutating func stepCritics(learningRate: Double) {
        let gradients = shards[0].criticGradients
        var factor: Float = 1
        if configuration.clipsGradientsSeparately {
            for critic in critics.networks {
                let part = gradients.mutableRows(of: 1)[critic.parameterRange]
                Kernels.scale(part.base, by: scale(part.base, count: part.count), count: part.count)
            }
        } else {
            factor = scale(gradients.pointer, count: gradients.count)
        }
        criticOptimizer.update(
            &critics.parameters, gradients: gradients.pointer, gradientScale: factor, learningRate: learningRate)
    }

    /// Leaves the errors of a step in `errors`.
    func collectErrors() {
        for (index, shard) in shards.enumerated() {
            let first = index * SACShard.rows
            for row in 0..<min(SACShard.rows, minibatch.rows - first) {
                let (one, other) = (shard.critics.first.errors.pointer[row], shard.critics.second.errors.pointer[row])
                errors.pointer[first + row] = 0.5 * (abs(one) + abs(other))
            }
        }
    }

    /// Phases 1 to 3: the gradient of both critics, into the first shard's buffer.
    private func computeCriticGradient(_ policy: Policy, pool: WorkerPool) {
        withContext(policy) { context in
            run(on: pool) { shard, half, rows in
                shard.act(context, next: half == 0, rows)
            }
            run(on: pool) { shard, half, rows in
                shard.evaluateNext(context, critic: half, rows)
            }
            run(on: pool) { shard, half, rows in
                shard.improveCritic(context, critic: half, rows)
            }
        }
        sum(\.criticGradients)
    }

    /// Phases 4 and 5: the gradient of the policy, into the first shard's buffer.
    private func computeActorGradient(_ policy: Policy, pool: WorkerPool) {
        withContext(policy) { context in
            run(on: pool) { shard, half, rows in
                shard.evaluate(context, critic: half, rows)
            }
            run(on: pool) { shard, half, rows in
                if half == 0 { shard.improveActor(context, rows) }
            }
        }
        sum(\.actorGradients)
    }

    /// Runs two jobs for each shard.
    private func run(on pool: WorkerPool, _ body: (SACShard, _ half: Int, _ rows: Range<Int>) -> Void) {
        let (shards, total) = (shards, minibatch.rows)
        pool.run(shards: 2 * shards.count) { job in
            let first = (job >> 1) * SACShard.rows
            body(shards[job >> 1], job & 1, first..<min(first + SACShard.rows, total))
        }
    }

    /// Calls `body` with what the shards read; none of it is kept, so that parameters have one owner when they change.
    private func withContext(_ policy: Policy, _ body: (SACContext) -> Void) {
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

    /// Adds up the gradients of all shards, in their fixed order, in the first shard's buffer.
    private func sum(_ gradients: KeyPath<SACShard, AlignedBuffer<Float>>) {
        let total = shards[0][keyPath: gradients]
        for shard in shards.dropFirst() {
            Kernels.add(shard[keyPath: gradients].pointer, to: total.pointer, count: total.count)
        }
    }

    /// The factor that limits a gradient's norm.
    private func scale(_ gradients: UnsafePointer<Float>, count: Int) -> Float {
        guard configuration.maximumGradientNorm != nil else { return 1 }
        let norm = Kernels.sumOfSquares(gradients, count: count).squareRoot()
        return GradientNorm.scale(norm: norm, maximum: configuration.maximumGradientNorm)
    }
}

extension SACUpdater: Checkpointable {
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

    /// Takes over the state of an updater for the same networks.
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
