package import ReinNumerics

/// Acting where nothing says which observations follow each other: each action is drawn with an exploration matrix of its
/// own, used once. For matrices that last there is `StateDependentSampler`.
extension StateDependentGaussian: ActingDistribution {
    /// The floats of scratch memory that acting on rows takes.
    package func scratchCount(rows: Int) -> Int { matrixCount + rows * (featureCount + 2 * count) }

    /// Writes the most likely actions.
    package func writeModes(
        of heads: ActingHeads, scratch: UnsafeMutablePointer<Float>, into actions: UnsafeMutablePointer<Float>
    ) {
        self.actions(rows: heads.count, heads: heads.heads.base, noise: nil, into: actions)
    }

    /// The noise over all matrices is normal with the variance Σ h² σ², so it is drawn as such and no matrix is made.
    package func sample(
        _ heads: ActingHeads, streams: UnsafeMutablePointer<RandomStream>, scratch: UnsafeMutablePointer<Float>,
        into actions: UnsafeMutablePointer<Float>, logDensities: UnsafeMutablePointer<Float>?
    ) {
        let noise = MutableRows(
            variances(of: heads, scratch: scratch, epsilon: 0), count: heads.count, width: count)
        for row in 0..<heads.count {
            let noise = noise[row]
            for index in 0..<count { noise[index] = noise[index].squareRoot() * streams[row].nextNormal() }
        }
        self.actions(rows: heads.count, heads: heads.heads.base, noise: noise.base, into: actions)
        guard let logDensities else { return }
        guard !isSquashed else { return logDensities.update(repeating: 0, count: heads.count) }
        let variances = variances(of: heads, scratch: scratch, epsilon: Self.epsilon)
        self.logDensities(
            rows: heads.count, actions: actions, heads: heads.heads.base, variances: variances,
            logVariances: variances + heads.count &* count, into: logDensities)
    }

    /// Draws an action uniformly.
    package func sampleUniformly(
        mask: UnsafePointer<Bool>?, using random: inout RandomStream, into action: UnsafeMutablePointer<Float>
    ) {
        precondition(isSquashed, "a Gaussian has no uniform actions")
        fillUniformly(action, count: count, using: &random)
    }

    /// The number of numbers that a program is shown.
    package var outputCount: Int { 2 * count }

    /// The mean and the log standard deviation of each action dimension, before any limit on the mean and before tanh: the
    /// policy head, and ½ log v.
    package func writeOutputs(
        of heads: ActingHeads, scratch: UnsafeMutablePointer<Float>, into outputs: UnsafeMutablePointer<Float>
    ) {
        let variances = variances(of: heads, scratch: scratch, epsilon: Self.epsilon)
        Kernels.log(variances, variances, count: count)
        outputs.update(from: heads.heads.base, count: count)
        for dimension in 0..<count { outputs[count &+ dimension] = 0.5 * variances[dimension] }
    }

    /// The variances of the actions of all rows, `[rows, count]`, in the scratch memory, with room for as many behind them.
    private func variances(
        of heads: ActingHeads, scratch: UnsafeMutablePointer<Float>, epsilon: Float
    ) -> UnsafeMutablePointer<Float> {
        let squares = scratch + matrixCount
        let variances = squares + heads.count &* featureCount
        weightVariances(heads.logDeviations, into: scratch)
        self.variances(
            rows: heads.count, features: heads.features, weightVariances: scratch, squares: squares, into: variances,
            epsilon: epsilon)
        return variances
    }
}
