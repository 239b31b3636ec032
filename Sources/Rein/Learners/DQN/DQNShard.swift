import ReinNetworks
import ReinNumerics
import ReinPolicies

/// The gradient of one shard of a batch: at most 64 rows, in memory of its own, so that shards can run on different
/// threads.
///
/// A shard is run by one thread at a time.
final class DQNShard: Sendable {
    /// The number of rows of a shard. It is part of the arithmetic: another number gives other rounding.
    static let rows = 64

    let gradients: AlignedBuffer<Float>
    private let workspace: ActorCriticWorkspace
    private let nextHeads: AlignedBuffer<Float>
    private let expected: AlignedBuffer<Float>
    private let nextActions: AlignedBuffer<Int32>
    private let targets: AlignedBuffer<Float>
    private let headGradient: AlignedBuffer<Float>
    private let valueGradient: AlignedBuffer<Float>
    private let scratch: AlignedBuffer<Float>

    init(policy: Policy, values: ActionValues) {
        let rows = Self.rows
        gradients = AlignedBuffer(count: policy.network.parameters.count)
        workspace = ActorCriticWorkspace(for: policy.network, rows: rows, training: true)
        nextHeads = AlignedBuffer(count: rows * values.headWidth)
        expected = AlignedBuffer(count: rows * values.count)
        nextActions = AlignedBuffer(count: rows)
        targets = AlignedBuffer(count: rows * values.atoms)
        headGradient = AlignedBuffer(count: rows * values.headWidth)
        valueGradient = AlignedBuffer(count: rows * values.atoms)
        scratch = AlignedBuffer(count: 2 * rows * values.headWidth)
    }

    /// Targets, loss and gradient of some rows.
    ///
    /// - Returns: what is measured of them.
    func run(_ context: DQNContext, _ rows: Range<Int>) -> DQNSums {
        var sums = DQNSums()
        let batch = context.batch
        let (values, width) = (context.loss.values, context.policy.observationSpace.count)
        let input = batch.observations.rows(of: width)[rows].base
        chooseNextActions(context, rows, next: batch.nextObservations.rows(of: width)[rows].base)
        let next = DQNTargetRows(
            heads: nextHeads.rows(of: values.headWidth), actions: nextActions.elements(in: 0..<rows.count),
            rewards: batch.rewards.elements(in: rows), discounts: batch.discounts.elements(in: rows),
            targets: targets.mutableRows(of: values.atoms))
        let online = context.policy.head(
            rows: rows.count, input: input, parameters: context.online, workspace: workspace)
        let samples = DQNRows(
            heads: Rows(online, count: rows.count, width: values.headWidth), actions: batch.actions.elements(in: rows),
            targets: targets.rows(of: values.atoms), weights: batch.weights.elements(in: rows),
            gradient: headGradient.mutableRows(of: values.headWidth),
            errors: context.errors.mutableElements(in: rows))
        if values.atoms == 1 {
            context.loss.plainTargets(next)
            context.loss.plain(samples, sums: &sums)
        } else {
            context.loss.distributionalTargets(next, scratch: scratch.pointer)
            context.loss.distributional(samples, scratch: scratch.pointer, sums: &sums)
        }
        backward(context, rows: rows.count, input: input)
        return sums
    }

    /// The target network's heads of the next observations, and the valid actions that are best there: by the target
    /// network's own values, or by those of the online network (double).
    private func chooseNextActions(_ context: DQNContext, _ rows: Range<Int>, next: UnsafePointer<Float>) {
        let (values, count) = (context.loss.values, rows.count)
        let target = context.policy.head(rows: count, input: next, parameters: context.target, workspace: workspace)
        nextHeads.pointer.update(from: target, count: count * values.headWidth)
        let judging =
            context.selector.map {
                context.policy.head(rows: count, input: next, parameters: $0, workspace: workspace)
            } ?? nextHeads.pointer
        values.expectedValues(rows: count, heads: judging, scratch: scratch.pointer, into: expected.pointer)
        let judged = expected.rows(of: values.count)
        let masks = context.batch.nextMasks
        let valid = masks.count > 0 ? masks.rows(of: values.count)[rows] : nil
        for row in 0..<count {
            nextActions.pointer[row] = Int32(values.best(judged[row], mask: valid.map { $0[row] }))
        }
    }

    private func backward(_ context: DQNContext, rows: Int, input: UnsafePointer<Float>) {
        let network = context.policy.network
        guard context.loss.values.isDueling else {
            return network.policyBackward(
                rows: rows, input: input, parameters: context.online, outputGradient: headGradient.pointer,
                gradients: gradients.pointer, workspace: workspace)
        }
        context.loss.values.separate(
            rows: rows, gradient: headGradient.pointer, valueGradient: valueGradient.pointer)
        network.sharedBackward(
            rows: rows, input: input, parameters: context.online, outputGradient: headGradient.pointer,
            valueGradient: valueGradient.pointer, gradients: gradients.pointer, workspace: workspace)
    }
}

/// What all shards of one batch read, and where they leave their errors.
struct DQNContext {
    let policy: Policy
    let batch: ReplayBatch
    let loss: DQNLoss
    /// The parameters to improve, with noise where there is some.
    let online: UnsafePointer<Float>
    /// The parameters that choose next actions, or nil when the target network does.
    let selector: UnsafePointer<Float>?
    /// The parameters of the target network.
    let target: UnsafePointer<Float>
    /// The errors of all rows of the batch.
    let errors: AlignedBuffer<Float>
}
