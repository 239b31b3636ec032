import ReinNumerics

/// What the losses of policies read of a shard's samples, and where they leave the gradient.
struct PPOPolicyRows {
    /// The policy's heads, `[rows, headWidth]`.
    let heads: Rows<Float>
    /// The heads at collection, `[rows, headWidth]`; read only with a KL penalty.
    let oldHeads: Rows<Float>
    /// The actions taken, `[rows, actionWidth]`.
    let actions: Rows<Float>
    /// log π at collection, `[rows]`.
    let oldLogDensities: UnsafeBufferPointer<Float>
    /// A, `[rows]`.
    let advantages: UnsafeBufferPointer<Float>
    /// Receives the gradient with respect to the heads, `[rows, headWidth]`.
    let gradient: MutableRows<Float>
    /// Memory to work in.
    let scratch: PPOScratch

    /// The number of rows.
    var count: Int { advantages.count }
}

/// The log standard deviations of Gaussian actions that are the same in every state.
struct PPODeviations {
    /// log σ, `[count]`, or of state-dependent noise `[featureCount, count]`.
    let logDeviations: UnsafePointer<Float>
    /// log σ at collection; read only with a KL penalty.
    let oldLogDeviations: UnsafePointer<Float>
    /// Receives the gradient with respect to log σ.
    let gradient: UnsafeMutablePointer<Float>
}

/// What the value loss reads of a shard's samples, and where it leaves the gradient: all `[rows]`.
struct PPOValueRows {
    /// v.
    let values: UnsafeBufferPointer<Float>
    /// v at collection; read only where the movement of values is limited.
    let oldValues: UnsafeBufferPointer<Float>
    /// R.
    let returns: UnsafeBufferPointer<Float>
    /// Receives the gradient with respect to the values.
    let gradient: UnsafeMutableBufferPointer<Float>
}

/// The memory that the policy loss needs for `rows` samples.
final class PPOScratch: Sendable {
    let logProbabilities: AlignedBuffer<Float>
    let probabilities: AlignedBuffer<Float>
    let oldLogProbabilities: AlignedBuffer<Float>
    let oldProbabilities: AlignedBuffer<Float>
    let logDensities: AlignedBuffer<Float>
    let ratios: AlignedBuffer<Float>

    init(rows: Int, headWidth: Int) {
        logProbabilities = AlignedBuffer(count: rows * headWidth)
        probabilities = AlignedBuffer(count: rows * headWidth)
        oldLogProbabilities = AlignedBuffer(count: rows * headWidth)
        oldProbabilities = AlignedBuffer(count: rows * headWidth)
        logDensities = AlignedBuffer(count: rows)
        ratios = AlignedBuffer(count: rows)
    }
}
