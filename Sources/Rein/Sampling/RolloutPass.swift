import ReinPolicies

/// What one call of `RolloutRunner.fill` is about, the same for all shards.
struct RolloutPass {
    /// The columns to fill.
    let batch: RolloutBatch
    /// The steps to take now.
    let part: Range<Int>
    /// The number of steps of the whole rollout.
    let steps: Int
    /// The policy that acts.
    let policy: Policy
    /// How actions are drawn.
    let exploration: Exploration
    /// The policy's parameters.
    let parameters: UnsafePointer<Float>
}
