import ReinNetworks
import ReinNumerics
import ReinPolicies

/// The memory that SAC works in: nothing in it outlasts a gradient step.
final class SACWorkspace: Sendable {
    /// The samples of a step.
    let minibatch: SACMinibatch
    /// The shards of a batch, and the gradients of each.
    let shards: [SACShard]
    let actorGradients: [AlignedBuffer<Float>]
    let criticGradients: [AlignedBuffer<Float>]
    /// The mean size of both critics' errors of each row, `[rows]`.
    let errors: AlignedBuffer<Float>
    private let sums: AlignedBuffer<SACSums>

    init(for policy: Policy, critics: SACCritics, rows: Int, buffer: ReplayBuffer) {
        let actions = SACActions(of: policy)
        minibatch = SACMinibatch(
            rows: rows, dimensions: actions.dimensions, matrixCount: actions.matrixCount, of: buffer)
        shards = (0..<(rows + SACShard.rows - 1) / SACShard.rows).map { _ in
            SACShard(policy: policy, actions: actions, critics: critics)
        }
        actorGradients = shards.map(\.actorGradients)
        criticGradients = shards.map(\.criticGradients)
        errors = AlignedBuffer(count: rows)
        sums = AlignedBuffer(count: shards.count)
    }

    /// Runs two jobs for each shard.
    func run(in context: LearningContext, _ body: (SACShard, _ half: Int, _ rows: Range<Int>) -> Void) {
        context.run(shards: shards.count, jobs: 2) { shard, half in body(shards[shard], half, rows(of: shard)) }
    }

    private func rows(of shard: Int) -> Range<Int> {
        shard * SACShard.rows..<min((shard + 1) * SACShard.rows, minibatch.rows)
    }

    /// What was measured of all shards.
    func collectSums(in context: LearningContext) -> SACSums {
        for shard in context.ownShards(of: shards.count) { sums.pointer[shard] = shards[shard].sums }
        context.gather(sums.mutableElements, shards: shards.count, of: 1)
        var total = SACSums()
        for shard in shards.indices { total += sums.pointer[shard] }
        return total
    }

    /// Leaves the errors of a step in `errors`.
    func collectErrors(in context: LearningContext) {
        for shard in context.ownShards(of: shards.count) {
            let rows = rows(of: shard)
            let (first, second) = (shards[shard].critics.first.errors, shards[shard].critics.second.errors)
            let target = errors.mutableElements(in: rows)
            for row in 0..<rows.count {
                target[row] = 0.5 * (abs(first.pointer[row]) + abs(second.pointer[row]))
            }
        }
        context.gather(errors.mutableElements, shards: shards.count, of: SACShard.rows)
    }
}

/// Sums over samples of what the losses measure.
struct SACSums: Sendable {
    var actorLoss = 0.0
    /// The weighted loss of all critics.
    var criticLoss = 0.0
    /// Q of the transitions, the first critic's.
    var value = 0.0
    /// E[log π].
    var logDensity = 0.0

    static func += (sums: inout SACSums, other: SACSums) {
        sums.actorLoss += other.actorLoss
        sums.criticLoss += other.criticLoss
        sums.value += other.value
        sums.logDensity += other.logDensity
    }
}
