import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinPolicies

/// What a recurrent policy remembers of the episodes in flight, a row for each lane of a runner.
///
/// A row is zero where the next observation is the first of an episode. Shards of lanes use disjoint rows, so they
/// may run on different threads.
final class RecurrentLanes: Sendable {
    private let lanes: Int
    private let width: Int
    /// `[lanes, width]`, all recurrent layers of the network side by side.
    private let states: AlignedBuffer<Float>

    /// Nothing is remembered yet; nil for a policy without memory.
    init?(lanes: Int, policy: Policy) {
        guard policy.isRecurrent else { return nil }
        self.lanes = lanes
        width = policy.network.stateWidth
        states = AlignedBuffer(count: lanes * width)
    }

    private func row(_ lane: Int) -> UnsafeMutablePointer<Float> { states.mutableRows(of: width)[lane] }

    /// Takes the lanes of a shard one observation further, and keeps in the batch what learning asks for.
    ///
    /// - Parameters:
    ///   - seen: what the policy sees, `[shard.lanes.count, observationWidth]`.
    ///   - step: the step of the batch.
    /// - Returns: the policy heads, inside the shard's workspace.
    func advance(
        _ shard: RolloutShard, seen: UnsafePointer<Float>, step: Int, batch: RolloutBatch, policy: Policy,
        parameters: UnsafePointer<Float>
    ) -> UnsafeMutablePointer<Float> {
        let rows = shard.lanes.count
        let first = shard.lanes.lowerBound
        let network = policy.network
        guard let memory = batch.memory else { preconditionFailure("the batch is of a policy without memory") }
        if step.isMultiple(of: memory.sequenceLength) {
            let kept = memory.states.mutableRows(of: width)[step / memory.sequenceLength * lanes + first]
            kept.update(from: row(first), count: rows * width)
        }
        guard network.value != nil else {
            return network.policyOutputs(
                rows: rows, input: seen, parameters: parameters, workspace: shard.workspace,
                sequences: .step(updating: row(first)))
        }
        let (head, values) = network.bothOutputs(
            rows: rows, input: seen, parameters: parameters, workspace: shard.workspace,
            sequences: .step(updating: row(first)))
        (memory.values.mutableRows(of: lanes)[step] + first).update(from: values, count: rows)
        return head
    }

    /// Keeps the values of the observations after the last step; what is remembered stays as it is.
    func close(
        _ shard: RolloutShard, seen: UnsafePointer<Float>, step: Int, batch: RolloutBatch, policy: Policy,
        parameters: UnsafePointer<Float>
    ) {
        guard policy.network.value != nil, let memory = batch.memory else { return }
        let rows = shard.lanes.count
        let first = shard.lanes.lowerBound
        let values = policy.network.values(
            rows: rows, input: seen, parameters: parameters, workspace: shard.workspace,
            sequences: .step(from: row(first)))
        (memory.values.mutableRows(of: lanes)[step] + first).update(from: values, count: rows)
    }

    /// How the network reads one observation more of a lane, without remembering it.
    func peek(_ lane: Int) -> RecurrentSequences { .step(from: row(lane)) }

    /// Forgets the episode of a lane.
    func forget(_ lane: Int) { row(lane).update(repeating: 0, count: width) }
}

extension RecurrentLanes {
    /// The states, `[lanes, width]`.
    var state: StateTree { .tensor(StateTensor(states.elements, shape: [lanes, width])) }

    /// Reads what `state` made for as many lanes of the same network.
    ///
    /// - Throws: `StateError` when it is of another shape, or a number is not finite.
    func values(of reader: StateReader) throws(StateError) -> [Float] {
        let values = try reader.floats(shape: [lanes, width])
        guard values.allSatisfy(\.isFinite) else {
            throw reader.error(.outOfRange, "the memory of an episode holds a number that is not finite")
        }
        return values
    }

    /// Takes over what `values(of:)` read.
    func take(_ values: [Float]) {
        for (index, value) in values.enumerated() { states.pointer[index] = value }
    }
}
