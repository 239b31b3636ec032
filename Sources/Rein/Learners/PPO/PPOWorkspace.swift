import ReinNetworks
import ReinNumerics
import ReinPolicies

/// The memory that PPO works in: nothing in it outlasts a gradient step.
final class PPOWorkspace: Sendable {
    /// The samples of a step.
    let minibatch: PPOMinibatch
    /// The shards of a full minibatch, and the gradient of each.
    let shards: [PPOShard]
    let gradients: [AlignedBuffer<Float>]
    /// What is measured of the policy and of the values of each shard, `[shards, 2]`.
    let sums: AlignedBuffer<PPOSums>
    /// The number of rows of a full shard.
    let shardRows: Int
    /// For the values of a rollout.
    let valueWorkspaces: [ActorCriticWorkspace]

    init(for policy: Policy, batch: RolloutBatch, samples: PPOSamples, configuration: PPOConfiguration) {
        let rows = configuration.minibatchRows(of: batch)
        let shardRows = samples.sequences.map { min($0.shardRows, rows) } ?? PPOShard.rows
        self.shardRows = shardRows
        minibatch = PPOMinibatch(rows: rows, batch: batch, keepsHeads: configuration.klCoefficient > 0)
        shards = (0..<(rows + shardRows - 1) / shardRows).map { _ in PPOShard(policy: policy, rows: shardRows) }
        gradients = shards.map(\.gradients)
        sums = AlignedBuffer(count: 2 * shards.count)
        valueWorkspaces = PPOEstimates.makeWorkspaces(for: policy.network, batch: batch)
    }

    /// The shards of a minibatch of a number of rows.
    func shardCount(_ rows: Int) -> Int { (rows + shardRows - 1) / shardRows }

    /// The rows of a shard of such a minibatch.
    func rows(of shard: Int, in rows: Int) -> Range<Int> { shard * shardRows..<min((shard + 1) * shardRows, rows) }
}

extension PPOConfiguration {
    /// The number of rows of a full minibatch of such batches.
    func minibatchRows(of batch: RolloutBatch) -> Int { min(minibatchSize, batch.capacity) }
}
