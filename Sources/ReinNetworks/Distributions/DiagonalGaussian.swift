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
