/// What one call of `RolloutRunner.fill` is about, the same for all shards. The policy is handed on beside it: a copy of one
/// counts its references.
struct RolloutPass {
    /// The columns to fill.
    let batch: RolloutBatch
    /// The steps to take now.
    let part: Range<Int>
    /// The number of steps of the whole rollout.
    let steps: Int
    /// How actions are drawn.
    let exploration: Exploration
    /// The policy's parameters.
    let parameters: UnsafePointer<Float>
}
