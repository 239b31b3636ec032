import ReinNetworks
import ReinNumerics
import ReinPolicies

/// The memory that DQN works in: nothing in it outlasts a gradient step.
final class DQNWorkspace: Sendable {
    /// The samples of a step.
    let sample: ReplayBatch
    let loss: DQNLoss
    /// The shards of a batch, and the gradient of each.
    let shards: [DQNShard]
    let gradients: [AlignedBuffer<Float>]
    /// What is measured of each shard.
    let sums: AlignedBuffer<DQNSums>
    /// The errors of all rows.
    let errors: AlignedBuffer<Float>
    /// For noisy parameters; nil without.
    let noise: DQNNoiseWorkspace?

    init(for policy: Policy, configuration: DQNConfiguration, buffer: ReplayBuffer) {
        guard case .actionValues(let values) = policy.distribution else {
            preconditionFailure("DQN improves policies of action values")
        }
        let rows = configuration.batchSize
        sample = ReplayBatch(rows: rows, of: buffer)
        loss = DQNLoss(values: values, loss: configuration.loss, scale: 1 / Float(rows))
        shards = (0..<(rows + DQNShard.rows - 1) / DQNShard.rows).map { _ in
            DQNShard(policy: policy, values: values)
        }
        gradients = shards.map(\.gradients)
        sums = AlignedBuffer(count: shards.count)
        errors = AlignedBuffer(count: rows)
        noise = policy.noise.map { DQNNoiseWorkspace(for: $0) }
    }
}
