import ReinNumerics

/// What the targets of a shard are made from.
struct DQNTargetRows {
    /// The target network's heads of the next observations, `[rows, headWidth]`.
    let heads: Rows<Float>
    /// The actions chosen there, `[rows]`.
    let actions: UnsafeBufferPointer<Int32>
    /// The discounted sums of rewards, `[rows]`.
    let rewards: UnsafeBufferPointer<Float>
    /// The discounts of what follows, `[rows]`.
    let discounts: UnsafeBufferPointer<Float>
    /// Receives the targets, `[rows, atoms]`.
    let targets: MutableRows<Float>

    /// The number of rows.
    var count: Int { rewards.count }
}

/// What the loss of a shard reads, and where it leaves gradient and errors.
struct DQNRows {
    /// The online network's heads, `[rows, headWidth]`.
    let heads: Rows<Float>
    /// The actions taken, `[rows]`.
    let actions: UnsafeBufferPointer<Float>
    /// The targets, `[rows, atoms]`.
    let targets: Rows<Float>
    /// The weights of the samples in the loss, `[rows]`.
    let weights: UnsafeBufferPointer<Float>
    /// Receives the gradient of the weighted mean loss at the heads, `[rows, headWidth]`.
    let gradient: MutableRows<Float>
    /// Receives the error of each row, `[rows]`: Q − target, or the cross entropy.
    let errors: UnsafeMutableBufferPointer<Float>

    /// The number of rows.
    var count: Int { actions.count }
}
