public import ReinNumerics

/// Transitions gathered from a replay buffer for one gradient step: columns `[rows]` or `[rows, width]`.
public final class ReplayBatch: Sendable {
    /// The number of transitions.
    public let rows: Int
    /// The number of floats of an observation.
    public let observationWidth: Int
    /// The number of floats of an action.
    public let actionWidth: Int
    /// The number of entries of an action mask; 0 when transitions have none.
    public let maskWidth: Int
    /// The rows of the buffer that the transitions were taken from, `[rows]`.
    public let indices: AlignedBuffer<Int32>
    /// The observations, `[rows, observationWidth]`.
    public let observations: AlignedBuffer<Float>
    /// The observations that followed, `[rows, observationWidth]`.
    public let nextObservations: AlignedBuffer<Float>
    /// The actions, `[rows, actionWidth]`.
    public let actions: AlignedBuffer<Float>
    /// The discounted sums of rewards, `[rows]`.
    public let rewards: AlignedBuffer<Float>
    /// The discounts of what follows, `[rows]`.
    public let discounts: AlignedBuffer<Float>
    /// Which actions were valid in the observations, `[rows, maskWidth]`.
    public let masks: AlignedBuffer<Bool>
    /// Which actions were valid in the observations that followed, `[rows, maskWidth]`.
    public let nextMasks: AlignedBuffer<Bool>
    /// The weights of the samples in the loss, `[rows]`: 1 where all transitions are equally likely.
    public let weights: AlignedBuffer<Float>

    /// Makes room for `rows` transitions of a buffer.
    public init(rows: Int, of buffer: ReplayBuffer) {
        self.rows = rows
        (observationWidth, actionWidth, maskWidth) = (buffer.observationWidth, buffer.actionWidth, buffer.maskWidth)
        indices = AlignedBuffer(count: rows)
        observations = AlignedBuffer(count: rows * observationWidth)
        nextObservations = AlignedBuffer(count: rows * observationWidth)
        actions = AlignedBuffer(count: rows * actionWidth)
        rewards = AlignedBuffer(count: rows)
        discounts = AlignedBuffer(count: rows)
        masks = AlignedBuffer(count: rows * maskWidth)
        nextMasks = AlignedBuffer(count: rows * maskWidth)
        weights = AlignedBuffer(count: rows)
        for row in 0..<rows { weights.pointer[row] = 1 }
    }

    /// Draws rows of the buffer uniformly, with replacement, and gathers them.
    ///
    /// - Precondition: the buffer is not empty.
    public func sampleUniformly(from buffer: ReplayBuffer, using random: inout RandomStream) {
        for row in 0..<rows { indices.pointer[row] = Int32(random.below(buffer.count)) }
        gather(from: buffer)
    }

    /// Copies the transitions at `indices`.
    public func gather(from buffer: ReplayBuffer) {
        func gather(_ source: AlignedBuffer<Float>, _ target: AlignedBuffer<Float>, width: Int) {
            Kernels.gatherRows(
                source.pointer, indices: UnsafePointer(indices.pointer), to: target.pointer, count: rows, width: width)
        }
        gather(buffer.observations, observations, width: observationWidth)
        gather(buffer.nextObservations, nextObservations, width: observationWidth)
        gather(buffer.actions, actions, width: actionWidth)
        gather(buffer.rewards, rewards, width: 1)
        gather(buffer.discounts, discounts, width: 1)
        guard maskWidth > 0 else { return }
        MaskColumn.gather(buffer.masks, indices: indices.pointer, to: masks, count: rows, width: maskWidth)
        MaskColumn.gather(buffer.nextMasks, indices: indices.pointer, to: nextMasks, count: rows, width: maskWidth)
    }
}
