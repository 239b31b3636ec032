import ReinNetworks
import ReinNumerics
import ReinPolicies

/// One gradient step on one shard of a batch: at most 64 rows, in memory of its own, so that shards can run on
/// different threads.
///
/// A step has five phases of jobs. Each phase is over for all shards before the next begins.
///
/// 1. `act`: the policy in the next states, and in the states.
/// 2. `evaluateNext`: each target critic, on the next states.
/// 3. `improveCritic`: the gradient of each critic.
/// 4. `evaluate`: each critic, after its step, on the policy's actions.
/// 5. `improveActor`: the gradient of the policy.
///
/// Unchecked: the jobs of one phase write disjoint parts of a shard, each run by one thread at a time.
final class SACShard: @unchecked Sendable {
    /// The number of rows of a shard. It is part of the arithmetic: another number gives other rounding.
    static let rows = 64

    /// The gradient of the policy's parameters.
    let actorGradients: AlignedBuffer<Float>
    /// The gradient of the parameters of all critics.
    let criticGradients: AlignedBuffer<Float>
    /// The critics of the shard; twice the same where there is one.
    let critics: (first: SACCriticShard, second: SACCriticShard)
    /// The sum over rows of the policy's loss.
    private(set) var actorLoss = 0.0
    /// The sum over rows of E[log π].
    private(set) var logDensity = 0.0

    /// The sums over rows of all losses.
    var sums: SACSums {
        SACSums(
            actorLoss: actorLoss, criticLoss: criticLoss, value: critics.first.sums.value, logDensity: logDensity)
    }

    private let dimensions: Int
    private let observationWidth: Int
    private let sample: any SACSample
    private let nextSample: any SACSample
    private let workspace: PerceptronWorkspace
    private let nextWorkspace: PerceptronWorkspace
    private let headGradient: AlignedBuffer<Float>
    /// What critics read for continuous actions, `[rows, observationWidth + dimensions]`: transitions, the policy's
    /// actions in their states, and those in their next states.
    private let taken: AlignedBuffer<Float>
    private let chosen: AlignedBuffer<Float>
    private let chosenNext: AlignedBuffer<Float>

    init(policy: Policy, actions: SACActions, critics: SACCritics) {
        let rows = Self.rows
        actorGradients = AlignedBuffer(count: policy.network.parameters.count)
        criticGradients = AlignedBuffer(count: critics.parameters.count)
        let first = SACCriticShard(index: 0, of: critics, rows: rows)
        self.critics = (
            first, critics.networks.count > 1 ? SACCriticShard(index: 1, of: critics, rows: rows) : first
        )
        dimensions = actions.dimensions
        observationWidth = policy.observationSpace.count
        sample = actions.makeSample(rows: rows)
        nextSample = actions.makeSample(rows: rows)
        workspace = PerceptronWorkspace(for: policy.network.policy, rows: rows, training: true)
        nextWorkspace = PerceptronWorkspace(for: policy.network.policy, rows: rows, training: false)
        headGradient = AlignedBuffer(count: rows * policy.distribution.headWidth)
        let count = dimensions == 0 ? 0 : rows * (observationWidth + dimensions)
        taken = AlignedBuffer(count: count)
        chosen = AlignedBuffer(count: count)
        chosenNext = AlignedBuffer(count: count)
    }

    /// Whether there are two critics.
    private var isTwin: Bool { critics.first !== critics.second }

    /// The sum over rows of the loss of all critics.
    private var criticLoss: Double { critics.first.sums.loss + (isTwin ? critics.second.sums.loss : 0) }

    /// The critic of a job, nil where there is only one.
    private func critic(_ index: Int) -> SACCriticShard? {
        if index == 0 { critics.first } else { isTwin ? critics.second : nil }
    }

    /// Draws actions in the next states or in the states, and lays out what critics read.
    func act(_ context: SACContext, next: Bool, _ rows: Range<Int>) {
        let (minibatch, transitions) = (context.minibatch, context.minibatch.transitions)
        let observations = (next ? transitions.nextObservations : transitions.observations)
            .rows(of: observationWidth)[rows]
        let (sample, workspace) = next ? (nextSample, nextWorkspace) : (sample, workspace)
        let heads = context.actor.forward(
            rows: rows.count, input: observations.base, parameters: context.actorParameters, workspace: workspace)
        sample.observe(
            rows: rows.count, features: context.actor.features(input: observations.base, workspace: workspace),
            logDeviations: context.actorParameters + context.logDeviationOffset)
        let masks = (next ? transitions.nextMasks : transitions.masks).rows(of: transitions.maskWidth)[rows]
        sample.draw(
            rows: rows.count, heads: heads, noise: minibatch.noise(next: next, rows, dimensions: dimensions),
            masks: masks.width > 0 ? masks.base : nil)
        guard let drawn = sample.drawnActions else { return }
        join(observations, Rows(drawn, count: rows.count, width: dimensions), into: next ? chosenNext : chosen)
        guard !next else { return }
        join(observations, transitions.actions.rows(of: dimensions)[rows], into: taken)
    }

    /// The target critics' values of the policy's actions in the next states.
    func evaluateNext(_ context: SACContext, critic index: Int, _ rows: Range<Int>) {
        critic(index)?.evaluateNext(
            context, rows: rows.count,
            input: input(chosenNext, observations: context.minibatch.transitions.nextObservations, rows))
    }

    /// The gradient of a critic.
    func improveCritic(_ context: SACContext, critic index: Int, _ rows: Range<Int>) {
        critic(index)?.improve(
            context, rows, input: input(taken, observations: context.minibatch.transitions.observations, rows),
            next: nextSample, critics: critics, gradients: criticGradients.pointer)
    }

    /// A critic's values of the policy's actions.
    func evaluate(_ context: SACContext, critic index: Int, _ rows: Range<Int>) {
        critic(index)?.evaluate(
            context, rows: rows.count,
            input: input(chosen, observations: context.minibatch.transitions.observations, rows),
            needsSlopes: dimensions > 0)
    }

    /// The gradient of the policy.
    func improveActor(_ context: SACContext, _ rows: Range<Int>) {
        let second = context.policyCritic == .smaller ? critics.second : critics.first
        actorLoss = sample.loss(
            rows: rows.count, first: critics.first.evaluation(observationWidth: observationWidth),
            second: second.evaluation(observationWidth: observationWidth),
            temperature: context.temperature, weight: context.weight, gradient: headGradient.pointer)
        logDensity = Kernels.sum(sample.logDensities, count: rows.count)
        let input = context.minibatch.transitions.observations.rows(of: observationWidth)[rows].base
        let featureGradient = sample.backward(
            rows: rows.count, deviationGradient: actorGradients.pointer + context.logDeviationOffset)
        if let featureGradient {
            context.actor.backward(
                rows: rows.count, input: input, parameters: context.actorParameters,
                outputGradient: headGradient.pointer, featureGradient: featureGradient,
                gradients: actorGradients.pointer, workspace: workspace)
        } else {
            context.actor.backward(
                rows: rows.count, input: input, parameters: context.actorParameters,
                outputGradient: headGradient.pointer, gradients: actorGradients.pointer, workspace: workspace)
        }
    }

    /// What a critic reads: joined rows, or for discrete actions the observations alone.
    private func input(
        _ joined: AlignedBuffer<Float>, observations: AlignedBuffer<Float>, _ rows: Range<Int>
    ) -> UnsafePointer<Float> {
        dimensions > 0 ? UnsafePointer(joined.pointer) : observations.rows(of: observationWidth)[rows].base
    }

    /// Writes rows `[observation | action]`.
    private func join(_ observations: Rows<Float>, _ actions: Rows<Float>, into joined: AlignedBuffer<Float>) {
        let joined = joined.mutableRows(of: observationWidth + dimensions)
        for index in 0..<observations.count {
            let row = joined[index]
            row.update(from: observations[index], count: observationWidth)
            (row + observationWidth).update(from: actions[index], count: dimensions)
        }
    }
}

/// What all shards of one gradient step read.
struct SACContext {
    let actor: MultilayerPerceptron
    let critics: [MultilayerPerceptron]
    let actorParameters: UnsafePointer<Float>
    /// Where the policy's log standard deviations lie among its parameters, where there are any.
    var logDeviationOffset = 0
    let criticParameters: UnsafePointer<Float>
    let targetParameters: UnsafePointer<Float>
    let minibatch: SACMinibatch
    let temperature: Float
    /// 1 / (size of the batch).
    let weight: Float
    /// The loss of the critics' errors.
    var loss = ErrorLoss.squared
    /// Whose values the policy learns from.
    var policyCritic = SACConfiguration.PolicyCritic.smaller
}
