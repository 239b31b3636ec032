package import ReinNumerics

/// The distribution of tanh(u), where u is normal with independent dimensions whose mean and log standard deviation
/// both come from the policy head: `[means, log deviations]`. Actions lie in (−1, 1).
///
/// The log-density is the stable form of Haarnoja et al. 2018 (arXiv 1812.05905, appendix C), in action units of −1 to
/// 1; the constant of scaling to other bounds is left out everywhere.
///
///     log π(a) = Σ log N(u; μ, σ) − log(1 − tanh²u),   log(1 − tanh²u) = 2 (log 2 − u − softplus(−2u))
public struct SquashedGaussian: Sendable, Hashable {
    /// The number of dimensions.
    public let count: Int
    /// The bounds that the log standard deviation is clamped to.
    public let logDeviationBounds: ClosedRange<Float>

    /// Creates the distribution over `count` dimensions; the bounds are those of the original and of
    /// Stable-Baselines3, while RLlib and CleanRL use −5 to 2.
    public init(count: Int, logDeviationBounds: ClosedRange<Float> = -20...2) {
        precondition(count > 0, "a Gaussian needs dimensions")
        self.count = count
        self.logDeviationBounds = logDeviationBounds
    }

    /// The log standard deviation of a head's number.
    @inlinable public func clamped(_ logDeviation: Float) -> Float {
        min(max(logDeviation, logDeviationBounds.lowerBound), logDeviationBounds.upperBound)
    }
}

extension SquashedGaussian: ActingDistribution {
    /// The floats of scratch memory that acting on rows takes.
    package func scratchCount(rows: Int) -> Int { count }

    /// Writes the most likely actions.
    package func writeModes(
        of heads: ActingHeads, scratch: UnsafeMutablePointer<Float>, into actions: UnsafeMutablePointer<Float>
    ) {
        let actions = MutableRows(actions, count: heads.count, width: count)
        for row in 0..<heads.count { Kernels.tanh(heads.heads[row], actions[row], count: count) }
    }

    /// Draws actions, each row from its own stream.
    package func sample(
        _ heads: ActingHeads, streams: UnsafeMutablePointer<RandomStream>, scratch: UnsafeMutablePointer<Float>,
        into actions: UnsafeMutablePointer<Float>, logDensities: UnsafeMutablePointer<Float>?
    ) {
        let actions = MutableRows(actions, count: heads.count, width: count)
        let deviations = scratch
        for row in 0..<heads.count {
            let (head, action) = (heads.heads[row], actions[row])
            for dimension in 0..<count { deviations[dimension] = clamped(head[count &+ dimension]) }
            Kernels.exp(deviations, deviations, count: count)
            for dimension in 0..<count {
                action[dimension] = head[dimension] + deviations[dimension] * streams[row].nextNormal()
            }
            Kernels.tanh(action, action, count: count)
        }
        logDensities?.update(repeating: 0, count: heads.count)
    }

    /// Draws an action uniformly.
    package func sampleUniformly(
        mask: UnsafePointer<Bool>?, using random: inout RandomStream, into action: UnsafeMutablePointer<Float>
    ) {
        fillUniformly(action, count: count, using: &random)
    }

    /// The number of numbers that a program is shown.
    package var outputCount: Int { 2 * count }

    /// Writes the numbers that a program is shown.
    package func writeOutputs(
        of heads: ActingHeads, scratch: UnsafeMutablePointer<Float>, into outputs: UnsafeMutablePointer<Float>
    ) {
        outputs.update(from: heads.heads.base, count: 2 * count)
    }
}
