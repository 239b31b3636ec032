import ReinNetworks
import ReinNumerics

/// The samples that PPO makes of a rollout: what is estimated of them, and the order in which they are learnt from.
final class PPOSamples: Sendable {
    let estimates: PPOEstimates
    /// How the samples follow each other; nil for a network without memory.
    let sequences: PPOSequences?
    /// The places of all samples in the rollout, in the order of learning, `[T · N]`.
    let indices: AlignedBuffer<Int32>
    /// log σ at collection, where it is the same in every state.
    let oldLogDeviations: AlignedBuffer<Float>

    /// Makes room for the samples of a batch.
    ///
    /// - Parameters:
    ///   - minibatchRows: the number of rows of a minibatch.
    ///   - deviationCount: the number of log standard deviations that are parameters.
    init(of batch: RolloutBatch, minibatchRows: Int, deviationCount: Int) {
        estimates = PPOEstimates(batch: batch)
        sequences = PPOSequences(batch: batch, rows: minibatchRows)
        indices = AlignedBuffer(count: batch.capacity)
        oldLogDeviations = AlignedBuffer(count: deviationCount)
    }

    init(copying other: PPOSamples) {
        estimates = PPOEstimates(copying: other.estimates)
        sequences = other.sequences.map { PPOSequences(copying: $0) }
        indices = AlignedBuffer(other.indices.elements)
        oldLogDeviations = AlignedBuffer(other.oldLogDeviations.elements)
    }

    /// Puts all samples into the order of collection, and notes the deviations that they were collected with.
    func begin(_ batch: RolloutBatch, network: ActorCritic) {
        for (index, parameter) in network.logDeviationRange.enumerated() {
            oldLogDeviations.pointer[index] = network.parameters[parameter]
        }
        for index in 0..<batch.count { indices.pointer[index] = Int32(index) }
        sequences?.begin()
    }

    /// Puts the samples into the order of an epoch.
    func shuffle(_ batch: RolloutBatch, minibatchSize: Int, using random: inout RandomStream) {
        if let sequences {
            sequences.shuffle(
                using: &random, minibatchSize: minibatchSize, lanes: batch.lanes, into: indices.pointer)
        } else {
            random.shuffle(indices.mutableElements(in: 0..<batch.count))
        }
    }
}
