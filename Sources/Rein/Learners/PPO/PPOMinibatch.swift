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
    private let observationWidth: Int
    private let actionWidth: Int
    private let headWidth: Int
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
        observationWidth = batch.observationWidth
        actionWidth = batch.actionWidth
        headWidth = batch.headWidth
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
        if keepsHeads { mask(heads.pointer, rows: 0..<indices.count) }
    }

    /// Gives the invalid actions of some samples the logit of such, as when actions were drawn. Then they have no part
    /// in any loss, and no gradient. Without masks nothing happens.
    ///
    /// - Parameter heads: `[rows, headWidth]`, logits.
    func mask(_ heads: UnsafeMutablePointer<Float>, rows: Range<Int>) {
        guard maskWidth > 0 else { return }
        ActionMask.apply(
            masks.rows(of: maskWidth)[rows].base, to: heads, count: rows.count * maskWidth, into: heads)
    }

    /// The observations of some samples.
    func observations(_ rows: Range<Int>) -> UnsafePointer<Float> { observations.rows(of: observationWidth)[rows].base }

    /// Some samples as the losses of policies read them.
    ///
    /// - Parameters:
    ///   - heads: the policy's heads of these samples.
    ///   - gradient: receives the gradient with respect to them.
    func policyRows(
        _ rows: Range<Int>, heads: UnsafePointer<Float>, gradient: AlignedBuffer<Float>, scratch: PPOScratch
    ) -> PPOPolicyRows {
        PPOPolicyRows(
            heads: Rows(heads, count: rows.count, width: headWidth),
            oldHeads: self.heads.rows(of: headWidth)[keepsHeads ? rows : 0..<0],
            actions: actions.rows(of: actionWidth)[rows], oldLogDensities: logDensities.elements(in: rows),
            advantages: advantages.elements(in: rows), gradient: gradient.mutableRows(of: headWidth), scratch: scratch)
    }

    /// Some samples as the value loss reads them.
    ///
    /// - Parameters:
    ///   - values: the values of these samples.
    ///   - gradient: receives the gradient with respect to them.
    func valueRows(_ rows: Range<Int>, values: UnsafePointer<Float>, gradient: AlignedBuffer<Float>) -> PPOValueRows {
        PPOValueRows(
            values: UnsafeBufferPointer(start: values, count: rows.count), oldValues: self.values.elements(in: rows),
            returns: returns.elements(in: rows), gradient: gradient.mutableElements(in: 0..<rows.count))
    }
}
