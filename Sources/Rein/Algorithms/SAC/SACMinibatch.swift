import ReinNumerics

/// The samples of one gradient step: transitions, and the noise that actions are drawn with.
final class SACMinibatch: Sendable {
    let rows: Int
    let transitions: ReplayBatch
    /// The noise of actions in the observations, `[rows, dimensions]`.
    let noise: AlignedBuffer<Float>
    /// The noise of actions in the observations that followed, `[rows, dimensions]`.
    let nextNoise: AlignedBuffer<Float>

    init(rows: Int, dimensions: Int, of buffer: ReplayBuffer) {
        self.rows = rows
        transitions = ReplayBatch(rows: rows, of: buffer)
        noise = AlignedBuffer(count: rows * dimensions)
        nextNoise = AlignedBuffer(count: rows * dimensions)
    }

    /// Draws transitions and noise. All of it is drawn here, on one thread, so that nothing depends on their number.
    func draw(
        from buffer: ReplayBuffer, sampling: inout RandomStream, noise stream: inout RandomStream
    ) {
        transitions.sampleUniformly(from: buffer, using: &sampling)
        for index in 0..<nextNoise.count { nextNoise.pointer[index] = stream.nextNormal() }
        for index in 0..<noise.count { noise.pointer[index] = stream.nextNormal() }
    }
}
