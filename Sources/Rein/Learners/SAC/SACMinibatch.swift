import ReinNumerics

/// The samples of one gradient step: transitions, and the noise that actions are drawn with.
///
/// With state-dependent exploration there is one exploration matrix for all actions, in the observations and in those
/// that followed, as in Stable-Baselines3.
final class SACMinibatch: Sendable {
    let rows: Int
    let transitions: ReplayBatch
    /// The noise of actions in the observations, `[rows, dimensions]`.
    let noise: AlignedBuffer<Float>
    /// The noise of actions in the observations that followed, `[rows, dimensions]`.
    let nextNoise: AlignedBuffer<Float>
    /// The noise of an exploration matrix, `[featureCount, dimensions]`, in place of the other two; or nil.
    let matrixNoise: AlignedBuffer<Float>?

    init(rows: Int, dimensions: Int, matrixCount: Int? = nil, of buffer: ReplayBuffer) {
        self.rows = rows
        transitions = ReplayBatch(rows: rows, of: buffer)
        noise = AlignedBuffer(count: matrixCount == nil ? rows * dimensions : 0)
        nextNoise = AlignedBuffer(count: noise.count)
        matrixNoise = matrixCount.map { AlignedBuffer(count: $0) }
    }

    /// Draws the noise. All of it is drawn here, on one thread, so that nothing depends on their number.
    func drawNoise(using stream: inout RandomStream) {
        for index in 0..<nextNoise.count { nextNoise.pointer[index] = stream.nextNormal() }
        for index in 0..<noise.count { noise.pointer[index] = stream.nextNormal() }
        guard let matrixNoise else { return }
        for index in 0..<matrixNoise.count { matrixNoise.pointer[index] = stream.nextNormal() }
    }

    /// What the actions of some rows are drawn with.
    func noise(next: Bool, _ rows: Range<Int>, dimensions: Int) -> UnsafePointer<Float> {
        if let matrixNoise { return UnsafePointer(matrixNoise.pointer) }
        return (next ? nextNoise : noise).rows(of: dimensions)[rows].base
    }
}
