import ReinNetworks
import ReinNumerics

/// The samples of one gradient step, gathered from a rollout into columns of their own: `[rows]` or `[rows, width]`.
final class PPOMinibatch: Sendable {
    let observations: AlignedBuffer<Float>
    let actions: AlignedBuffer<Float>
    let heads: AlignedBuffer<Float>
    let logDensities: AlignedBuffer<Float>
    let values: AlignedBuffer<Float>
    let advantages: AlignedBuffer<Float>
    let returns: AlignedBuffer<Float>
    /// Which actions were valid, `[rows, maskWidth]`; empty without masks.
    let masks: AlignedBuffer<Bool>
    private let maskWidth: Int
    private let keepsHeads: Bool

    /// Makes room for `rows` samples of rollouts like `batch`.
    ///
    /// - Parameter keepsHeads: whether the policy heads of collection are needed, as for a KL penalty.
    init(rows: Int, batch: RolloutBatch, keepsHeads: Bool) {
        observations = AlignedBuffer(count: rows * batch.observationWidth)
        actions = AlignedBuffer(count: rows * batch.actionWidth)
        heads = AlignedBuffer(count: keepsHeads ? rows * batch.headWidth : 0)
        logDensities = AlignedBuffer(count: rows)
        values = AlignedBuffer(count: rows)
        advantages = AlignedBuffer(count: rows)
        returns = AlignedBuffer(count: rows)
        maskWidth = batch.maskWidth
        masks = AlignedBuffer(count: rows * maskWidth)
        self.keepsHeads = keepsHeads
    }

    /// Gathers the samples at `indices` of a rollout and of the estimates made for it.
    func gather(_ indices: UnsafeBufferPointer<Int32>, from batch: RolloutBatch, estimates: PPOEstimates) {
        guard let base = indices.baseAddress else { return }
        func gather(_ source: AlignedBuffer<Float>, _ target: AlignedBuffer<Float>, width: Int) {
            Kernels.gatherRows(
                source.pointer, indices: base, to: target.pointer, count: indices.count, width: width)
        }
        gather(batch.observations, observations, width: batch.observationWidth)
        gather(batch.actions, actions, width: batch.actionWidth)
        if keepsHeads { gather(batch.heads, heads, width: batch.headWidth) }
        gather(batch.logDensities, logDensities, width: 1)
        gather(estimates.values, values, width: 1)
        gather(estimates.advantages, advantages, width: 1)
        gather(estimates.returns, returns, width: 1)
        guard maskWidth > 0 else { return }
        MaskColumn.gather(batch.masks, indices: base, to: masks, count: indices.count, width: maskWidth)
        if keepsHeads { mask(heads.pointer, first: 0, rows: indices.count) }
    }

    /// Gives the invalid actions of samples from `first` on the logit of such, as when actions were drawn. Then they
    /// have no part in any loss, and no gradient. Without masks nothing happens.
    ///
    /// - Parameter heads: `[rows, headWidth]`, logits.
    func mask(_ heads: UnsafeMutablePointer<Float>, first: Int, rows: Int) {
        guard maskWidth > 0 else { return }
        ActionMask.apply(masks.pointer + first * maskWidth, to: heads, count: rows * maskWidth, into: heads)
    }
}
