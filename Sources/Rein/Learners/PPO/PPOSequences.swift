import ReinEnvironments
import ReinNetworks
import ReinNumerics

/// The sequences that a recurrent network is trained on: a rollout cut into parts of L steps of one lane, put into
/// minibatches whole.
///
/// Shuffling orders sequences, not samples. The samples of a minibatch are laid out shard by shard, each shard
/// time-major, so that the network reads a step of all of the shard's sequences at once. A sequence starts with the
/// state of collection; episodes that start inside it start from zero, so nothing is padded.
final class PPOSequences: Sendable {
    /// The number of sequences in one shard of a minibatch. It is part of the arithmetic, as the rows of a shard are.
    static let perShard = 8

    /// The number of steps of a sequence, L.
    let length: Int
    private let stateWidth: Int
    /// The numbers of all sequences, in the order in which they are learnt from: `part * lanes + lane`.
    let order: AlignedBuffer<Int32>
    /// Of the minibatch: whether each row is the first of an episode, `[rows]`.
    private let starts: AlignedBuffer<Bool>
    /// Of the minibatch: the state before each sequence, `[sequences, stateWidth]`.
    private let states: AlignedBuffer<Float>

    /// Makes room for minibatches of `rows` rows; nil for rollouts of a policy without memory.
    init?(batch: RolloutBatch, rows: Int) {
        guard let memory = batch.memory else { return nil }
        length = memory.sequenceLength
        stateWidth = memory.stateWidth
        order = AlignedBuffer(count: batch.count / length)
        starts = AlignedBuffer(count: rows)
        states = AlignedBuffer(count: rows / length * stateWidth)
    }

    /// Copies the order; what belongs to a minibatch is left out.
    init(copying other: PPOSequences) {
        (length, stateWidth) = (other.length, other.stateWidth)
        order = AlignedBuffer(other.order.elements)
        starts = AlignedBuffer(count: other.starts.count)
        states = AlignedBuffer(count: other.states.count)
    }

    /// The number of rows of a full shard.
    var shardRows: Int { Self.perShard * length }

    /// Puts the sequences into their first order.
    func begin() {
        for index in 0..<order.count { order.pointer[index] = Int32(index) }
    }

    /// Puts the sequences into a random order, and writes the samples' indices in the order of learning.
    ///
    /// - Parameters:
    ///   - random: the stream to draw from.
    ///   - minibatchSize: the number of samples of a minibatch, a multiple of L.
    ///   - indices: receives all samples' places in the rollout, minibatch by minibatch, shard by shard, time-major.
    func shuffle(
        using random: inout RandomStream, minibatchSize: Int, lanes: Int, into indices: UnsafeMutablePointer<Int32>
    ) {
        random.shuffle(order.mutableElements)
        writeIndices(minibatchSize: minibatchSize, lanes: lanes, into: indices)
    }

    /// Writes the samples' indices in the order of learning, as `shuffle` does.
    func writeIndices(minibatchSize: Int, lanes: Int, into indices: UnsafeMutablePointer<Int32>) {
        var next = 0
        for minibatch in stride(from: 0, to: order.count, by: minibatchSize / length) {
            let end = min(minibatch + minibatchSize / length, order.count)
            for shard in stride(from: minibatch, to: end, by: Self.perShard) {
                for step in 0..<length {
                    for place in shard..<min(shard + Self.perShard, end) {
                        let sequence = Int(order.pointer[place])
                        let first = sequence / lanes * length * lanes + sequence % lanes
                        indices[next] = Int32(first + step * lanes)
                        next += 1
                    }
                }
            }
        }
    }

    /// Gathers what the network needs to know of the sequences of a minibatch.
    ///
    /// - Parameters:
    ///   - indices: the samples of the minibatch, as `shuffle` wrote them.
    ///   - first: the place of the first of them among all samples.
    func gather(_ indices: UnsafeBufferPointer<Int32>, first: Int, from batch: RolloutBatch) {
        guard let memory = batch.memory else { return }
        for row in indices.indices {
            let before = Int(indices[row]) - batch.lanes
            starts.pointer[row] = before >= 0 && batch.statuses.pointer[before] != .running
        }
        let (source, target) = (memory.states.rows(of: stateWidth), states.mutableRows(of: stateWidth))
        for place in 0..<indices.count / length {
            target.copy(source[Int(order[first / length + place])], to: place)
        }
    }

    /// How the network reads the rows of a shard of the minibatch.
    func sequences(of rows: Range<Int>) -> RecurrentSequences {
        RecurrentSequences(
            steps: length, starts: starts.rows(of: 1)[rows].base,
            states: states.rows(of: stateWidth)[rows.lowerBound / length..<rows.upperBound / length].base)
    }
}
