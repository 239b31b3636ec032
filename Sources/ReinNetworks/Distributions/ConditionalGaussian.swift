package import ReinNumerics

/// The normal distribution with independent dimensions whose mean and log standard deviation both come from the policy
/// head, `[means, log deviations]`, neither of them with bounds. Source: RLlib's default for continuous actions
/// (`TorchDiagGaussian`).
public struct ConditionalGaussian: Sendable, Hashable {
    /// The number of dimensions.
    public let count: Int

    /// Creates the distribution over `count` dimensions.
    public init(count: Int) {
        precondition(count > 0, "a Gaussian needs dimensions")
        self.count = count
    }

    /// The number of numbers in a head row.
    public var headWidth: Int { 2 * count }

    /// The sum over dimensions of the log-density of one action.
    ///
    ///     log p(a) = Σ −½ ((a − μ) / σ)² − log σ − log √(2π)
    ///
    /// - Parameters:
    ///   - action: `[count]`.
    ///   - head: `[means, log deviations]`.
    ///   - inverseDeviation: 1 / σ, `[count]`.
    public func logDensity(
        action: UnsafePointer<Float>, head: UnsafePointer<Float>, inverseDeviation: UnsafePointer<Float>
    ) -> Float {
        DiagonalGaussian(count: count).logDensity(
            action: action, mean: head, logDeviation: head + count, inverseDeviation: inverseDeviation)
    }

    /// The entropy in the state of a head: Σ log σ + ½ + log √(2π).
    public func entropy(head: UnsafePointer<Float>) -> Float {
        DiagonalGaussian(count: count).entropy(logDeviation: head + count)
    }
}

extension ConditionalGaussian: ActingDistribution {
    /// The floats of scratch memory that acting on rows takes.
    package func scratchCount(rows: Int) -> Int { 2 * count }

    /// Writes the most likely actions.
    package func writeModes(
        of heads: ActingHeads, scratch: UnsafeMutablePointer<Float>, into actions: UnsafeMutablePointer<Float>
    ) {
        let actions = MutableRows(actions, count: heads.count, width: count)
        for row in 0..<heads.count { actions.copy(heads.heads[row], to: row) }
    }

    /// Draws actions, each row from its own stream.
    package func sample(
        _ heads: ActingHeads, streams: UnsafeMutablePointer<RandomStream>, scratch: UnsafeMutablePointer<Float>,
        into actions: UnsafeMutablePointer<Float>, logDensities: UnsafeMutablePointer<Float>?
    ) {
        let actions = MutableRows(actions, count: heads.count, width: count)
        let (deviations, inverses) = (scratch, scratch + count)
        for row in 0..<heads.count {
            let (head, action) = (heads.heads[row], actions[row])
            Kernels.exp(head + count, deviations, count: count)
            for dimension in 0..<count {
                inverses[dimension] = 1 / deviations[dimension]
                action[dimension] = head[dimension] + deviations[dimension] * streams[row].nextNormal()
            }
            logDensities?[row] = logDensity(action: action, head: head, inverseDeviation: inverses)
        }
    }

    /// Draws an action uniformly.
    package func sampleUniformly(
        mask: UnsafePointer<Bool>?, using random: inout RandomStream, into action: UnsafeMutablePointer<Float>
    ) {
        preconditionFailure("a Gaussian has no uniform actions")
    }

    /// The number of numbers that a program is shown.
    package var outputCount: Int { headWidth }

    /// Writes the numbers that a program is shown.
    package func writeOutputs(
        of heads: ActingHeads, scratch: UnsafeMutablePointer<Float>, into outputs: UnsafeMutablePointer<Float>
    ) {
        outputs.update(from: heads.heads.base, count: headWidth)
    }
}
