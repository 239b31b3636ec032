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
