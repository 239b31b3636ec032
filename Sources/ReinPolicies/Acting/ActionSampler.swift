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
        scratch = AlignedBuffer(count: 2 * max(rows, 1) * distribution.headWidth)
    }

    /// Draws an action for each row and computes its log-density.
    ///
    /// - Parameters:
    ///   - heads: `[rows, headWidth]`.
    ///   - logDeviations: `[headWidth]` for a Gaussian, otherwise not read.
    ///   - explorationRate: ε, the probability of a uniformly random action; read for action values only.
    ///   - streams: one for each row.
    ///   - actions: receives `[rows, actionWidth]`.
    ///   - logDensities: receives `[rows]`; 0 for distributions whose learners do not ask for it.
    /// - Precondition: the noise does not depend on the state; for that there is `StateDependentSampler`.
    public func sample(
        rows: Int, heads: UnsafePointer<Float>, logDeviations: UnsafePointer<Float>, explorationRate: Double = 0,
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
        case .squashedGaussian(let gaussian):
            let width = gaussian.count
            for row in 0..<rows {
                let head = heads + row * 2 * width
                let action = actions + row * width
                let deviations = scratch.pointer
                for dimension in 0..<width { deviations[dimension] = gaussian.clamped(head[width + dimension]) }
                Kernels.exp(deviations, deviations, count: width)
                for dimension in 0..<width {
                    action[dimension] = head[dimension] + deviations[dimension] * streams[row].nextNormal()
                }
                Kernels.tanh(action, action, count: width)
                logDensities[row] = 0
            }
        case .stateDependentGaussian: preconditionFailure("heads alone do not tell the noise")
        case .actionValues(let values):
            values.expectedValues(
                rows: rows, heads: heads, scratch: scratch.pointer, into: logProbabilities.pointer)
            for row in 0..<rows {
                let isRandom = explorationRate > 0 && streams[row].nextDouble() < explorationRate
                let action =
                    isRandom
                    ? streams[row].below(values.count) : values.best(logProbabilities.pointer + row * values.count)
                actions[row] = Float(action)
                logDensities[row] = 0
            }
        }
    }

    /// Draws actions uniformly from the whole space, as a policy would before any transform: indices of a discrete
    /// space, −1 to 1 for actions of tanh.
    ///
    /// - Parameters:
    ///   - streams: one for each row.
    ///   - actions: receives `[rows, actionWidth]`.
    /// - Precondition: the distribution is not a Gaussian without bounds.
    public func sampleUniformly(
        rows: Int, streams: UnsafeMutablePointer<RandomStream>, actions: UnsafeMutablePointer<Float>
    ) {
        let width = distribution.actionWidth
        for row in 0..<rows {
            switch distribution {
            case .categorical(let categorical): actions[row] = Float(streams[row].below(categorical.count))
            case .actionValues(let values): actions[row] = Float(streams[row].below(values.count))
            case .squashedGaussian:
                for index in row * width..<(row + 1) * width { actions[index] = 2 * streams[row].nextFloat() - 1 }
            case .stateDependentGaussian(let gaussian) where gaussian.isSquashed:
                for index in row * width..<(row + 1) * width { actions[index] = 2 * streams[row].nextFloat() - 1 }
            case .diagonalGaussian, .stateDependentGaussian:
                preconditionFailure("a Gaussian has no uniform actions")
            }
        }
    }
}
