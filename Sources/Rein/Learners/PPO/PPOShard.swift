import ReinNetworks
import ReinNumerics
import ReinPolicies

/// The gradient of one shard of a minibatch: at most 64 rows, or a few whole sequences of a recurrent network, in
/// memory of its own, so that shards can run on different threads. Where policy and value share no layers, each of the
/// two is a job of its own.
///
/// The two jobs of a shard write disjoint parts of it, each run by one thread at a time.
final class PPOShard: Sendable {
    /// The number of rows of a shard without sequences. It is part of the arithmetic: another number gives other
    /// rounding.
    static let rows = 64

    let gradients: AlignedBuffer<Float>
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
    ///
    /// - Returns: what is measured of both.
    func shared(_ context: PPOContext, _ rows: Range<Int>) -> (policy: PPOSums, value: PPOSums) {
        let input = context.minibatch.observations(rows)
        let (head, values) = context.network.bothOutputs(
            rows: rows.count, input: input, parameters: context.parameters, workspace: workspace,
            sequences: context.sequences(rows))
        let sums = (policyLoss(context, rows, head: head), valueLoss(context, rows, values: values))
        context.network.sharedBackward(
            rows: rows.count, input: input, parameters: context.parameters, outputGradient: headGradient.pointer,
            valueGradient: valueGradient.pointer, gradients: gradients.pointer, workspace: workspace,
            sequences: context.sequences(rows))
        return sums
    }

    /// The policy network alone.
    func policy(_ context: PPOContext, _ rows: Range<Int>) -> PPOSums {
        let input = context.minibatch.observations(rows)
        let head = context.network.policyOutputs(
            rows: rows.count, input: input, parameters: context.parameters, workspace: workspace,
            sequences: context.sequences(rows))
        let sums = policyLoss(context, rows, head: head)
        context.network.policyBackward(
            rows: rows.count, input: input, parameters: context.parameters, outputGradient: headGradient.pointer,
            gradients: gradients.pointer, workspace: workspace, sequences: context.sequences(rows))
        return sums
    }

    /// The value network alone.
    func value(_ context: PPOContext, _ rows: Range<Int>) -> PPOSums {
        let input = context.minibatch.observations(rows)
        let values = context.network.values(
            rows: rows.count, input: input, parameters: context.parameters, workspace: workspace,
            sequences: context.sequences(rows))
        let sums = valueLoss(context, rows, values: values)
        context.network.valueBackward(
            rows: rows.count, input: input, parameters: context.parameters, valueGradient: valueGradient.pointer,
            gradients: gradients.pointer, workspace: workspace, sequences: context.sequences(rows))
        return sums
    }

    private func policyLoss(_ context: PPOContext, _ rows: Range<Int>, head: UnsafeMutablePointer<Float>) -> PPOSums {
        context.minibatch.mask(head, rows: rows)
        let samples = context.minibatch.policyRows(rows, heads: head, gradient: headGradient, scratch: scratch)
        let deviationRange = context.network.logDeviationRange
        let deviations = PPODeviations(
            logDeviations: context.parameters + deviationRange.lowerBound,
            oldLogDeviations: context.oldLogDeviations, gradient: gradients.mutableRows(of: 1)[deviationRange].base)
        var sums = PPOSums()
        switch context.distribution {
        case .categorical(let categorical): context.loss.categorical(categorical, samples, sums: &sums)
        case .multiCategorical(let multiCategorical):
            context.loss.multiCategorical(multiCategorical, samples, sums: &sums)
        case .diagonalGaussian(let gaussian):
            context.loss.gaussian(gaussian, samples, deviations: deviations, sums: &sums)
        case .conditionalGaussian(let gaussian): context.loss.conditionalGaussian(gaussian, samples, sums: &sums)
        case .stateDependentGaussian(let gaussian):
            guard let stateDependentScratch else { preconditionFailure("no memory for state-dependent noise") }
            let features = context.network.policyFeatures(
                input: context.minibatch.observations(rows), workspace: workspace)
            context.loss.stateDependent(
                gaussian, samples, features: features, deviations: deviations, work: stateDependentScratch, sums: &sums)
        case .squashedGaussian, .deterministic, .actionValues: preconditionFailure("PPO makes no such policies")
        }
        return sums
    }

    private func valueLoss(_ context: PPOContext, _ rows: Range<Int>, values: UnsafePointer<Float>) -> PPOSums {
        var sums = PPOSums()
        context.loss.value(context.minibatch.valueRows(rows, values: values, gradient: valueGradient), sums: &sums)
        return sums
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
    /// How the rows follow each other; nil for a network without memory.
    let memory: PPOSequences?

    /// How some of the rows follow each other.
    func sequences(_ rows: Range<Int>) -> RecurrentSequences? { memory?.sequences(of: rows) }
}
