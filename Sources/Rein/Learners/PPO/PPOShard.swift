import ReinNetworks
import ReinNumerics
import ReinPolicies

/// The gradient of one shard of a minibatch: at most 64 rows, or a few whole sequences of a recurrent network, in
/// memory of its own, so that shards can run on different threads. Where policy and value share no layers, each of the
/// two is a job of its own.
///
/// Unchecked: the two jobs of a shard write disjoint parts of it, each run by one thread at a time.
final class PPOShard: @unchecked Sendable {
    /// The number of rows of a shard without sequences. It is part of the arithmetic: another number gives other
    /// rounding.
    static let rows = 64

    let gradients: AlignedBuffer<Float>
    private(set) var policySums = PPOSums()
    private(set) var valueSums = PPOSums()
    private let workspace: ActorCriticWorkspace
    private let scratch: PPOScratch
    private let stateDependentScratch: PPOStateDependentScratch?
    private let headGradient: AlignedBuffer<Float>
    private let valueGradient: AlignedBuffer<Float>

    init(policy: Policy, rows: Int = PPOShard.rows) {
        let headWidth = policy.distribution.headWidth
        gradients = AlignedBuffer(count: policy.network.parameters.count)
        workspace = ActorCriticWorkspace(for: policy.network, rows: rows, training: true)
        scratch = PPOScratch(rows: rows, headWidth: headWidth)
        stateDependentScratch = .make(for: policy.distribution, rows: rows)
        headGradient = AlignedBuffer(count: rows * headWidth)
        valueGradient = AlignedBuffer(count: rows)
    }

    /// Policy and value together, through shared layers.
    func shared(_ context: PPOContext, first: Int, rows: Int) {
        let input = context.observations(first)
        let (head, values) = context.network.bothOutputs(
            rows: rows, input: input, parameters: context.parameters, workspace: workspace,
            sequences: context.sequences(first))
        policyLoss(context, first: first, rows: rows, head: head)
        valueLoss(context, first: first, rows: rows, values: values)
        context.network.sharedBackward(
            rows: rows, input: input, parameters: context.parameters, outputGradient: headGradient.pointer,
            valueGradient: valueGradient.pointer, gradients: gradients.pointer, workspace: workspace,
            sequences: context.sequences(first))
    }

    /// The policy network alone.
    func policy(_ context: PPOContext, first: Int, rows: Int) {
        let input = context.observations(first)
        let head = context.network.policyOutputs(
            rows: rows, input: input, parameters: context.parameters, workspace: workspace,
            sequences: context.sequences(first))
        policyLoss(context, first: first, rows: rows, head: head)
        context.network.policyBackward(
            rows: rows, input: input, parameters: context.parameters, outputGradient: headGradient.pointer,
            gradients: gradients.pointer, workspace: workspace, sequences: context.sequences(first))
    }

    /// The value network alone.
    func value(_ context: PPOContext, first: Int, rows: Int) {
        let input = context.observations(first)
        let values = context.network.values(
            rows: rows, input: input, parameters: context.parameters, workspace: workspace,
            sequences: context.sequences(first))
        valueLoss(context, first: first, rows: rows, values: values)
        context.network.valueBackward(
            rows: rows, input: input, parameters: context.parameters, valueGradient: valueGradient.pointer,
            gradients: gradients.pointer, workspace: workspace, sequences: context.sequences(first))
    }

    private func policyLoss(_ context: PPOContext, first: Int, rows: Int, head: UnsafeMutablePointer<Float>) {
        let minibatch = context.minibatch
        minibatch.mask(head, first: first, rows: rows)
        var sums = PPOSums()
        switch context.distribution {
        case .categorical(let categorical):
            context.loss.categorical(
                categorical, rows: rows, logits: head,
                oldLogits: minibatch.heads.pointer + (context.loss.klCoefficient > 0 ? first * categorical.count : 0),
                actions: minibatch.actions.pointer + first,
                oldLogDensities: minibatch.logDensities.pointer + first,
                advantages: minibatch.advantages.pointer + first,
                scratch: scratch, gradient: headGradient.pointer, sums: &sums)
        case .multiCategorical(let multiCategorical):
            context.loss.multiCategorical(
                multiCategorical, rows: rows, logits: head,
                oldLogits: minibatch.heads.pointer
                    + (context.loss.klCoefficient > 0 ? first * multiCategorical.headWidth : 0),
                actions: minibatch.actions.pointer + first * multiCategorical.counts.count,
                oldLogDensities: minibatch.logDensities.pointer + first,
                advantages: minibatch.advantages.pointer + first,
                scratch: scratch, gradient: headGradient.pointer, sums: &sums)
        case .diagonalGaussian(let gaussian):
            let deviations = context.network.logDeviationRange.lowerBound
            context.loss.gaussian(
                gaussian, rows: rows, means: head,
                oldMeans: minibatch.heads.pointer + (context.loss.klCoefficient > 0 ? first * gaussian.count : 0),
                logDeviations: context.parameters + deviations, oldLogDeviations: context.oldLogDeviations,
                actions: minibatch.actions.pointer + first * gaussian.count,
                oldLogDensities: minibatch.logDensities.pointer + first,
                advantages: minibatch.advantages.pointer + first,
                scratch: scratch, gradient: headGradient.pointer, deviationGradient: gradients.pointer + deviations,
                sums: &sums)
        case .conditionalGaussian(let gaussian):
            context.loss.conditionalGaussian(
                gaussian, rows: rows, heads: head,
                oldHeads: minibatch.heads.pointer + (context.loss.klCoefficient > 0 ? first * gaussian.headWidth : 0),
                actions: minibatch.actions.pointer + first * gaussian.count,
                oldLogDensities: minibatch.logDensities.pointer + first,
                advantages: minibatch.advantages.pointer + first,
                scratch: scratch, gradient: headGradient.pointer, sums: &sums)
        case .stateDependentGaussian(let gaussian):
            guard let stateDependentScratch else { preconditionFailure("no memory for state-dependent noise") }
            let deviations = context.network.logDeviationRange.lowerBound
            context.loss.stateDependent(
                gaussian, rows: rows, means: head,
                features: context.network.policyFeatures(input: context.observations(first), workspace: workspace),
                logDeviations: context.parameters + deviations,
                actions: minibatch.actions.pointer + first * gaussian.count,
                oldLogDensities: minibatch.logDensities.pointer + first,
                advantages: minibatch.advantages.pointer + first, scratch: scratch,
                stateDependent: stateDependentScratch, gradient: headGradient.pointer,
                deviationGradient: gradients.pointer + deviations, sums: &sums)
        case .squashedGaussian, .deterministic, .actionValues: preconditionFailure("PPO makes no such policies")
        }
        policySums = sums
    }

    private func valueLoss(_ context: PPOContext, first: Int, rows: Int, values: UnsafePointer<Float>) {
        var sums = PPOSums()
        context.loss.value(
            rows: rows, values: values, oldValues: context.minibatch.values.pointer + first,
            returns: context.minibatch.returns.pointer + first, gradient: valueGradient.pointer, sums: &sums)
        valueSums = sums
    }
}

/// What all shards of one minibatch read.
struct PPOContext {
    let network: ActorCritic
    let distribution: ActionDistribution
    let parameters: UnsafePointer<Float>
    let oldLogDeviations: UnsafePointer<Float>
    let minibatch: PPOMinibatch
    let loss: PPOLoss
    let observationWidth: Int
    /// How the rows follow each other; nil for a network without memory.
    let memory: PPOSequences?

    /// How the rows from `first` on follow each other.
    func sequences(_ first: Int) -> RecurrentSequences? { memory?.sequences(from: first) }

    func observations(_ first: Int) -> UnsafePointer<Float> {
        UnsafePointer(minibatch.observations.pointer + first * observationWidth)
    }
}
