import ReinNetworks
import ReinNumerics
import ReinPolicies

/// The gradient of one shard of a batch: at most 64 rows, in memory of its own, so that shards can run on different
/// threads.
///
/// Unchecked: a shard is run by one thread at a time.
final class DQNShard: @unchecked Sendable {
    /// The number of rows of a shard. It is part of the arithmetic: another number gives other rounding.
    static let rows = 64

    let gradients: AlignedBuffer<Float>
    private(set) var sums = DQNSums()
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

    /// Targets, loss and gradient of the rows from `first` on.
    func run(_ context: DQNContext, first: Int, rows: Int) {
        sums = DQNSums()
        let batch = context.batch
        let values = context.loss.values
        let width = context.policy.observationSpace.count
        let next = UnsafePointer(batch.nextObservations.pointer + first * width)
        let input = UnsafePointer(batch.observations.pointer + first * width)
        chooseNextActions(context, first: first, rows: rows, next: next)

        let online = context.policy.head(
            rows: rows, input: input, parameters: context.online, workspace: workspace)
        let rewards = UnsafePointer(batch.rewards.pointer + first)
        let discounts = UnsafePointer(batch.discounts.pointer + first)
        let actions = UnsafePointer(batch.actions.pointer + first)
        let weights = UnsafePointer(batch.weights.pointer + first)
        let errors = context.errors + first
        if values.atoms == 1 {
            context.loss.plainTargets(
                rows: rows, heads: nextHeads.pointer, actions: nextActions.pointer, rewards: rewards,
                discounts: discounts, into: targets.pointer)
            context.loss.plain(
                rows: rows, heads: online, actions: actions, targets: targets.pointer, weights: weights,
                gradient: headGradient.pointer, errors: errors, sums: &sums)
        } else {
            context.loss.distributionalTargets(
                rows: rows, heads: nextHeads.pointer, actions: nextActions.pointer, rewards: rewards,
                discounts: discounts, scratch: scratch.pointer, into: targets.pointer)
            context.loss.distributional(
                rows: rows, heads: online, actions: actions, targets: targets.pointer, weights: weights,
                scratch: scratch.pointer, gradient: headGradient.pointer, errors: errors, sums: &sums)
        }
        backward(context, rows: rows, input: input)
    }

    /// The target network's heads of the next observations, and the valid actions that are best there: by the target
    /// network's own values, or by those of the online network (double).
    private func chooseNextActions(_ context: DQNContext, first: Int, rows: Int, next: UnsafePointer<Float>) {
        let values = context.loss.values
        let target = context.policy.head(rows: rows, input: next, parameters: context.target, workspace: workspace)
        nextHeads.pointer.update(from: target, count: rows * values.headWidth)
        let judging =
            context.selector.map {
                context.policy.head(rows: rows, input: next, parameters: $0, workspace: workspace)
            } ?? nextHeads.pointer
        values.expectedValues(rows: rows, heads: judging, scratch: scratch.pointer, into: expected.pointer)
        let masks = context.batch.nextMasks
        let valid = masks.count > 0 ? UnsafePointer(masks.pointer) + first * values.count : nil
        for row in 0..<rows {
            let base = row * values.count
            nextActions.pointer[row] = Int32(values.best(expected.pointer + base, mask: valid.map { $0 + base }))
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
    let errors: UnsafeMutablePointer<Float>
}
