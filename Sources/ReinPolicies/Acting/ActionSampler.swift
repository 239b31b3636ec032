public import ReinNetworks
public import ReinNumerics

/// Draws actions from policy heads for several environments at a time, each with the random stream of its own.
public struct ActionSampler: Sendable {
    /// The distribution that heads stand for.
    public let distribution: ActionDistribution
    private let logProbabilities: AlignedBuffer<Float>
    private let probabilities: AlignedBuffer<Float>
    private let scratch: AlignedBuffer<Float>

    /// Makes room for `rows` environments.
    public init(_ distribution: ActionDistribution, rows: Int) {
        self.distribution = distribution
        logProbabilities = AlignedBuffer(count: rows * distribution.headWidth)
        probabilities = AlignedBuffer(count: rows * distribution.headWidth)
        scratch = AlignedBuffer(count: 2 * distribution.headWidth)
    }

    /// Draws an action for each row and computes its log-density.
    ///
    /// - Parameters:
    ///   - heads: `[rows, headWidth]`.
    ///   - logDeviations: `[headWidth]` for a Gaussian, otherwise not read.
    ///   - streams: one for each row.
    ///   - actions: receives `[rows, actionWidth]`.
    ///   - logDensities: receives `[rows]`.
    public func sample(
        rows: Int, heads: UnsafePointer<Float>, logDeviations: UnsafePointer<Float>,
        streams: UnsafeMutablePointer<RandomStream>, actions: UnsafeMutablePointer<Float>,
        logDensities: UnsafeMutablePointer<Float>
    ) {
        switch distribution {
        case .categorical(let categorical):
            Kernels.logSoftmax(
                heads, logProbabilities: logProbabilities.pointer, probabilities: probabilities.pointer,
                rows: rows, columns: categorical.count)
            for row in 0..<rows {
                let base = row * categorical.count
                let action = categorical.sample(
                    probabilities: probabilities.pointer + base, uniform: streams[row].nextFloat())
                actions[row] = Float(action)
                logDensities[row] = logProbabilities.pointer[base + action]
            }
        case .diagonalGaussian(let gaussian):
            let width = gaussian.count
            let deviations = scratch.pointer
            let inverses = scratch.pointer + width
            Kernels.exp(logDeviations, deviations, count: width)
            for dimension in 0..<width { inverses[dimension] = 1 / deviations[dimension] }
            for row in 0..<rows {
                let base = row * width
                for dimension in 0..<width {
                    actions[base + dimension] =
                        heads[base + dimension] + deviations[dimension] * streams[row].nextNormal()
                }
                logDensities[row] = gaussian.logDensity(
                    action: actions + base, mean: heads + base, logDeviation: logDeviations,
                    inverseDeviation: inverses)
            }
        }
    }
}
