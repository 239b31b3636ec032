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

    private static let pieceRows = 256
    private static let piecesAtATime = 64
    private let workspaces: [ActorCriticWorkspace]

    init(batch: RolloutBatch, network: ActorCritic) {
        let rows = batch.capacity + batch.lanes
        values = AlignedBuffer(count: rows)
        advantages = AlignedBuffer(count: batch.capacity)
        returns = AlignedBuffer(count: batch.capacity)
        // The values of a network with memory come with the rollout.
        let pieces = batch.memory == nil ? (rows + Self.pieceRows - 1) / Self.pieceRows : 0
        workspaces = (0..<pieces).map { _ in
            ActorCriticWorkspace(for: network, rows: min(Self.pieceRows, rows), training: false)
        }
    }

    /// Computes the values of all observations of a rollout, in pieces of fixed size, or takes over those that a
    /// network with memory had at collection.
    ///
    /// - Parameter goesOn: asked now and then whether to go on.
    /// - Returns: whether all values are there.
    @discardableResult
    func evaluate(
        _ batch: RolloutBatch, with network: ActorCritic, on pool: WorkerPool, while goesOn: () -> Bool = { true }
    ) -> Bool {
        if let memory = batch.memory {
            values.copy(from: memory.values)
            return true
        }
        let rows = batch.count + batch.lanes
        let pieces = (rows + Self.pieceRows - 1) / Self.pieceRows
        return network.parameters.withUnsafeBufferPointer { parameters in
            guard let parameters = parameters.baseAddress else { return true }
            for begin in stride(from: 0, to: pieces, by: Self.piecesAtATime) {
                guard begin == 0 || goesOn() else { return false }
                pool.run(pieces: min(Self.piecesAtATime, pieces - begin)) { index in
                    let piece = begin + index
                    let first = piece * Self.pieceRows
                    let count = min(Self.pieceRows, rows - first)
                    let output = network.values(
                        rows: count, input: batch.observations.pointer + first * batch.observationWidth,
                        parameters: parameters, workspace: self.workspaces[piece])
                    (self.values.pointer + first).update(from: output, count: count)
                }
            }
            return true
        }
    }

    /// Estimates advantages and returns from rewards and values.
    func estimate(_ batch: RolloutBatch, discount: Double, lambda: Double) {
        guard batch.isRegular else {
            return AdvantageEstimation.generalized(
                rows: batch.count, successors: batch.successors.pointer, rewards: batch.rewards.pointer,
                values: values.pointer, statuses: batch.statuses.pointer, bootstraps: batch.bootstraps.pointer,
                discount: Float(discount), lambda: Float(lambda), advantages: advantages.pointer,
                returns: returns.pointer)
        }
        AdvantageEstimation.generalized(
            steps: batch.count / batch.lanes, lanes: batch.lanes, rewards: batch.rewards.pointer,
            values: values.pointer, statuses: batch.statuses.pointer, bootstraps: batch.bootstraps.pointer,
            discount: Float(discount), lambda: Float(lambda),
            advantages: advantages.pointer, returns: returns.pointer)
    }

    /// 1 − Var(R − v) / Var(R); 0 when all returns are equal.
    func explainedVariance(count: Int) -> Double {
        let total = Standardization(returns.pointer, count: count).variance
        let residual = Standardization(advantages.pointer, count: count).variance  // R − v = A
        return total > 0 ? 1 - residual / total : 0
    }
}
