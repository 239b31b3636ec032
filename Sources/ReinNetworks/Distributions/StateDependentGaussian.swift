import ReinNumerics

/// The normal distribution of generalised state-dependent exploration, gSDE (Raffin, Kober and Stulp 2021,
/// arXiv 2005.05719): noise that is a function of the state, the same function for several steps.
///
/// h are the features that the policy head reads, the last hidden layer. An exploration matrix E is drawn once in a
/// while, and the noise of an action is a linear function of the features:
///
///     E[f, d] ~ N(0, σ[f, d]²),   u[d] = μ[d] + Σ_f h[f] E[f, d],   a = u, or tanh u when squashed
///
/// Over all matrices, u is normal with independent dimensions; its density and entropy are those of
///
///     u[d] ~ N(μ[d], v[d]),   v[d] = Σ_f h[f]² σ[f, d]² + ε
///
/// The log standard deviations log σ, `[featureCount, count]`, are parameters of the network. As in
/// Stable-Baselines3, which these are the meanings of, ε is in the density and not in the noise.
public struct StateDependentGaussian: Sendable, Hashable {
    /// The number of action dimensions.
    public let count: Int
    /// The number of features that the noise is a function of: the width of the last hidden layer.
    public let featureCount: Int
    /// Whether actions are squashed by tanh, as those of SAC are.
    public let isSquashed: Bool
    /// The largest absolute value of a mean, beyond which means are cut off; nil for none.
    public let meanLimit: Float?
    /// The number of steps that an environment keeps its exploration matrix for; nil for a whole rollout. A rollout
    /// always begins with new ones.
    public let noiseInterval: Int?

    /// ε, added to the variances of the density so that it is finite where all features are 0.
    public static let epsilon: Float = 1e-6

    /// Creates the distribution over `count` dimensions.
    public init(
        count: Int, featureCount: Int, isSquashed: Bool = false, meanLimit: Float? = nil, noiseInterval: Int? = nil
    ) {
        self.count = count
        self.featureCount = featureCount
        self.isSquashed = isSquashed
        self.meanLimit = meanLimit
        self.noiseInterval = noiseInterval
        precondition(problem == nil, problem ?? "")
    }

    /// Why there is no such distribution, or nil when there is.
    static func problem(count: Int, featureCount: Int, meanLimit: Float?, noiseInterval: Int?) -> String? {
        if count < 1 || !(1...65_536).contains(featureCount) {
            return "\(featureCount) features of \(count) action dimensions"
        }
        if let meanLimit, !(meanLimit > 0 && meanLimit.isFinite) { return "means of at most \(meanLimit)" }
        if let noiseInterval, noiseInterval < 1 { return "noise that is kept for \(noiseInterval) steps" }
        return nil
    }

    private var problem: String? {
        Self.problem(count: count, featureCount: featureCount, meanLimit: meanLimit, noiseInterval: noiseInterval)
    }

    /// The number of elements of an exploration matrix, and of log standard deviations.
    public var matrixCount: Int { featureCount * count }

    /// The mean that a number of the policy head stands for.
    @inlinable public func limited(_ mean: Float) -> Float {
        guard let meanLimit else { return mean }
        return min(max(mean, -meanLimit), meanLimit)
    }
}

extension StateDependentGaussian {
    /// Computes σ² from log σ, both `[featureCount, count]`.
    public func weightVariances(_ logDeviations: UnsafePointer<Float>, into variances: UnsafeMutablePointer<Float>) {
        for index in 0..<matrixCount { variances[index] = 2 * logDeviations[index] }
        Kernels.exp(variances, variances, count: matrixCount)
    }

    /// Computes the variances of actions, v.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - features: h, `[rows, featureCount]`.
    ///   - weightVariances: σ², `[featureCount, count]`.
    ///   - squares: receives h², `[rows, featureCount]`.
    ///   - variances: receives v, `[rows, count]`.
    ///   - epsilon: what is added to each; 0 for the variance of the noise itself.
    public func variances(
        rows: Int, features: UnsafePointer<Float>, weightVariances: UnsafePointer<Float>,
        squares: UnsafeMutablePointer<Float>, into variances: UnsafeMutablePointer<Float>,
        epsilon: Float = Self.epsilon
    ) {
        for index in 0..<rows * featureCount { squares[index] = features[index] * features[index] }
        Dense.forward(
            input: squares, weight: weightVariances, bias: nil, output: variances,
            rows: rows, inputs: featureCount, outputs: count, activation: .identity)
        for index in 0..<rows * count { variances[index] += epsilon }
    }

    /// Computes the log-densities of actions that are not squashed, summed over dimensions.
    ///
    ///     log p(u) = Σ −½ (u − μ)² / v − ½ log v − log √(2π)
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - actions: u, `[rows, count]`.
    ///   - heads: the policy heads that μ are read from, `[rows, count]`.
    ///   - variances: v, `[rows, count]`.
    ///   - logVariances: receives log v, `[rows, count]`.
    ///   - densities: receives `[rows]`.
    public func logDensities(
        rows: Int, actions: UnsafePointer<Float>, heads: UnsafePointer<Float>, variances: UnsafePointer<Float>,
        logVariances: UnsafeMutablePointer<Float>, into densities: UnsafeMutablePointer<Float>
    ) {
        Kernels.log(variances, logVariances, count: rows * count)
        for row in 0..<rows {
            var sum: Float = 0
            for index in row &* count..<(row &+ 1) &* count {
                let difference = actions[index] - limited(heads[index])
                sum -= 0.5 * (difference * difference / variances[index] + logVariances[index])
                sum -= DiagonalGaussian.logNormalizer
            }
            densities[row] = sum
        }
    }

    /// The entropy of one action before it is squashed: Σ ½ log v + ½ + log √(2π).
    ///
    /// - Parameter logVariances: log v, `[count]`.
    public func entropy(logVariances: UnsafePointer<Float>) -> Float {
        var sum: Float = 0
        for dimension in 0..<count { sum += 0.5 * logVariances[dimension] + 0.5 + DiagonalGaussian.logNormalizer }
        return sum
    }

    /// Writes the actions that heads and noise make: tanh(μ + noise) when squashed, otherwise μ + noise.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - heads: `[rows, count]`.
    ///   - noise: `[rows, count]`, or nil for the most likely actions.
    ///   - actions: receives `[rows, count]`; may be the memory of `noise` or `heads`.
    public func actions(
        rows: Int, heads: UnsafePointer<Float>, noise: UnsafePointer<Float>?,
        into actions: UnsafeMutablePointer<Float>
    ) {
        let elements = rows * count
        if let noise {
            for index in 0..<elements { actions[index] = limited(heads[index]) + noise[index] }
        } else {
            for index in 0..<elements { actions[index] = limited(heads[index]) }
        }
        if isSquashed { Kernels.tanh(actions, actions, count: elements) }
    }
}
