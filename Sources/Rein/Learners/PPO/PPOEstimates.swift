import ReinEnvironments
import ReinNetworks
import ReinNumerics
import ReinPolicies

/// Values, advantages and returns of a rollout.
final class PPOEstimates: Sendable {
    /// v of every observation, `[steps + 1, lanes]`.
    let values: AlignedBuffer<Float>
    /// A of every step, `[steps, lanes]`.
    let advantages: AlignedBuffer<Float>
    /// R = A + v of every step, `[steps, lanes]`.
    let returns: AlignedBuffer<Float>

    init(batch: RolloutBatch) {
        values = AlignedBuffer(count: batch.capacity + batch.lanes)
        advantages = AlignedBuffer(count: batch.capacity)
        returns = AlignedBuffer(count: batch.capacity)
    }

    init(copying other: PPOEstimates) {
        values = AlignedBuffer(other.values.elements)
        advantages = AlignedBuffer(other.advantages.elements)
        returns = AlignedBuffer(other.returns.elements)
    }

    /// Computes the values of all observations of a rollout, in shards of fixed size, or takes over those that a
    /// network with memory had at collection. Every participant computes all of them.
    ///
    /// - Parameters:
    ///   - workspaces: one for each shard.
    ///   - goesOn: asked now and then whether to go on.
    /// - Returns: whether all values are there.
    func evaluate(
        _ batch: RolloutBatch, with network: ActorCritic, in workspaces: [ActorCriticWorkspace], on pool: WorkerPool,
        while goesOn: () -> Bool
    ) -> Bool {
        if let memory = batch.memory {
            values.copy(from: memory.values)
            return true
        }
        let rows = batch.count + batch.lanes
        let shards = Self.shardCount(rows)
        return network.parameters.withUnsafeBufferPointer { parameters in
            guard let parameters = parameters.baseAddress else { return true }
            for begin in stride(from: 0, to: shards, by: Self.shardsAtATime) {
                guard begin == 0 || goesOn() else { return false }
                pool.run(shards: min(Self.shardsAtATime, shards - begin)) { index in
                    let shard = begin + index
                    let first = shard * Self.shardRows
                    let range = first..<min(first + Self.shardRows, rows)
                    let output = network.values(
                        rows: range.count, input: batch.observations.rows(of: batch.observationWidth)[range].base,
                        parameters: parameters, workspace: workspaces[shard])
                    self.values.mutableRows(of: 1)[range].base.update(from: output, count: range.count)
                }
            }
            return true
        }
    }

    private static let shardRows = 256
    private static let shardsAtATime = 64
    private static func shardCount(_ rows: Int) -> Int { (rows + shardRows - 1) / shardRows }

    /// What `evaluate` works in.
    static func makeWorkspaces(for network: ActorCritic, batch: RolloutBatch) -> [ActorCriticWorkspace] {
        // The values of a network with memory come with the rollout.
        guard batch.memory == nil else { return [] }
        let rows = batch.capacity + batch.lanes
        return (0..<shardCount(rows)).map { _ in
            ActorCriticWorkspace(for: network, rows: min(shardRows, rows), training: false)
        }
    }

    /// Estimates advantages and returns from rewards and values.
    func estimate(_ batch: RolloutBatch, discount: Double, lambda: Double) {
        let columns = AdvantageColumns(
            rewards: batch.rewards.elements, values: values.elements, statuses: batch.statuses.elements,
            bootstraps: batch.bootstraps.elements, advantages: advantages.mutableElements,
            returns: returns.mutableElements)
        guard batch.isRegular else {
            return AdvantageEstimation.generalized(
                columns, successors: batch.successors.elements(in: 0..<batch.count), discount: Float(discount),
                lambda: Float(lambda))
        }
        AdvantageEstimation.generalized(
            columns, steps: batch.count / batch.lanes, lanes: batch.lanes, discount: Float(discount),
            lambda: Float(lambda))
    }

    /// 1 − Var(R − v) / Var(R); 0 when all returns are equal.
    func explainedVariance(count: Int) -> Double {
        let total = Standardization(returns.pointer, count: count).variance
        let residual = Standardization(advantages.pointer, count: count).variance  // R − v = A
        return total > 0 ? 1 - residual / total : 0
    }
}
