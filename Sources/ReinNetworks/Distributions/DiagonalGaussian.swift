package import ReinNumerics

/// The normal distribution with independent dimensions and a standard deviation that is the same in every state.
public struct DiagonalGaussian: Sendable, Hashable {
    /// The number of dimensions.
    public let count: Int

    /// Creates the distribution over `count` dimensions.
    public init(count: Int) {
        precondition(count > 0, "a Gaussian needs dimensions")
        self.count = count
    }

    /// log √(2π), the part of every dimension's log-density that depends on nothing.
    public static let logNormalizer: Float = 0.918_938_533_204_672_8

    /// The sum over dimensions of the log-density of one action.
    ///
    ///     log p(a) = Σ −½ ((a − μ) / σ)² − log σ − log √(2π)
    public func logDensity(
        action: UnsafePointer<Float>, mean: UnsafePointer<Float>, logDeviation: UnsafePointer<Float>,
        inverseDeviation: UnsafePointer<Float>
    ) -> Float {
        var sum: Float = 0
        for dimension in 0..<count {
            let z = (action[dimension] - mean[dimension]) * inverseDeviation[dimension]
            sum += -0.5 * z * z - logDeviation[dimension] - Self.logNormalizer
        }
        return sum
    }

    /// The entropy, the same in every state: Σ log σ + ½ + log √(2π).
    public func entropy(logDeviation: UnsafePointer<Float>) -> Float {
        var sum: Float = 0
        for dimension in 0..<count { sum += logDeviation[dimension] + 0.5 + Self.logNormalizer }
        return sum
    }
}

extension DiagonalGaussian: ActingDistribution {
    /// The floats of scratch memory that acting on rows takes.
    package func scratchCount(rows: Int) -> Int { 2 * count }

    /// Writes the most likely actions.
    package func writeModes(
        of heads: ActingHeads, scratch: UnsafeMutablePointer<Float>, into actions: UnsafeMutablePointer<Float>
    ) {
        actions.update(from: heads.heads.base, count: heads.count &* count)
    }

    /// Draws actions, each row from its own stream.
    package func sample(
        _ heads: ActingHeads, streams: UnsafeMutablePointer<RandomStream>, scratch: UnsafeMutablePointer<Float>,
        into actions: UnsafeMutablePointer<Float>, logDensities: UnsafeMutablePointer<Float>?
    ) {
        let actions = MutableRows(actions, count: heads.count, width: count)
        let (deviations, inverses) = (scratch, scratch + count)
        Kernels.exp(heads.logDeviations, deviations, count: count)
        for dimension in 0..<count { inverses[dimension] = 1 / deviations[dimension] }
        for row in 0..<heads.count {
            let (mean, action) = (heads.heads[row], actions[row])
            for dimension in 0..<count {
                action[dimension] = mean[dimension] + deviations[dimension] * streams[row].nextNormal()
            }
            logDensities?[row] = logDensity(
                action: action, mean: mean, logDeviation: heads.logDeviations, inverseDeviation: inverses)
        }
    }

    /// Draws an action uniformly.
    package func sampleUniformly(
        mask: UnsafePointer<Bool>?, using random: inout RandomStream, into action: UnsafeMutablePointer<Float>
    ) {
        preconditionFailure("a Gaussian has no uniform actions")
    }

    /// The number of numbers that a program is shown.
    package var outputCount: Int { 2 * count }

    /// Writes the numbers that a program is shown.
    package func writeOutputs(
        of heads: ActingHeads, scratch: UnsafeMutablePointer<Float>, into outputs: UnsafeMutablePointer<Float>
    ) {
        outputs.update(from: heads.heads.base, count: count)
        (outputs + count).update(from: heads.logDeviations, count: count)
    }
}
