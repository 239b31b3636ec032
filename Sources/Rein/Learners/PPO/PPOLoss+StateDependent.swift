import ReinNetworks
import ReinNumerics

extension PPOLoss {
    /// Policy loss of actions with state-dependent noise. As in Stable-Baselines3, the features are taken as given
    /// where they make the variance: they learn through the mean alone. There is no KL penalty.
    ///
    /// - Parameters:
    ///   - means: `[rows, count]`.
    ///   - features: h, `[rows, featureCount]`.
    ///   - logDeviations: log σ, `[featureCount, count]`.
    ///   - gradient: receives the gradient with respect to the means, `[rows, count]`.
    ///   - deviationGradient: receives the gradient with respect to log σ, `[featureCount, count]`.
    func stateDependent(
        _ distribution: StateDependentGaussian, rows: Int, means: UnsafePointer<Float>,
        features: UnsafePointer<Float>, logDeviations: UnsafePointer<Float>, actions: UnsafePointer<Float>,
        oldLogDensities: UnsafePointer<Float>, advantages: UnsafePointer<Float>, scratch: PPOScratch,
        stateDependent: PPOStateDependentScratch, gradient: UnsafeMutablePointer<Float>,
        deviationGradient: UnsafeMutablePointer<Float>, sums: inout PPOSums
    ) {
        let (count, featureCount) = (distribution.count, distribution.featureCount)
        let (new, ratio) = (scratch.logDensities.pointer, scratch.ratios.pointer)
        let (weightVariances, squares) = (stateDependent.weightVariances.pointer, stateDependent.squares.pointer)
        let (variances, logVariances) = (stateDependent.variances.pointer, stateDependent.logVariances.pointer)
        distribution.weightVariances(logDeviations, into: weightVariances)
        distribution.variances(
            rows: rows, features: features, weightVariances: weightVariances, squares: squares, into: variances)
        distribution.logDensities(
            rows: rows, actions: actions, heads: means, variances: variances, logVariances: logVariances, into: new)
        ratios(rows: rows, new: new, old: oldLogDensities, into: ratio, sums: &sums)
        let bonus = entropyCoefficient * weight
        for row in 0..<rows {
            let (loss, slope) = surrogate(ratio: ratio[row], advantage: advantages[row])
            sums.policyLoss += Double(loss)
            sums.entropy += Double(distribution.entropy(logVariances: logVariances + row &* count))
            for index in row &* count..<(row &+ 1) &* count {
                // ∂ log π / ∂ μ = d / v,   ∂ log π / ∂ v = ½ (d² / v − 1) / v,   ∂ H / ∂ v = ½ / v     with d = u − μ
                let (difference, inverse) = (actions[index] - means[index], 1 / variances[index])
                gradient[index] = slope * difference * inverse
                variances[index] = 0.5 * inverse * (slope * (difference * difference * inverse - 1) - bonus)
            }
        }
        // v = Σ h² σ² + ε,   ∂ v / ∂ log σ = 2 h² σ²
        Dense.backwardParameters(
            input: squares, outputGradient: variances, weightGradient: deviationGradient, biasGradient: nil,
            rows: rows, inputs: featureCount, outputs: count)
        for index in 0..<distribution.matrixCount { deviationGradient[index] *= 2 * weightVariances[index] }
    }
}

/// The memory that the policy loss needs besides when the noise depends on the state.
final class PPOStateDependentScratch: Sendable {
    /// σ², `[featureCount, count]`.
    let weightVariances: AlignedBuffer<Float>
    /// h², `[rows, featureCount]`.
    let squares: AlignedBuffer<Float>
    /// v and then its gradient, `[rows, count]`.
    let variances: AlignedBuffer<Float>
    /// log v, `[rows, count]`.
    let logVariances: AlignedBuffer<Float>

    init(_ distribution: StateDependentGaussian, rows: Int) {
        weightVariances = AlignedBuffer(count: distribution.matrixCount)
        squares = AlignedBuffer(count: rows * distribution.featureCount)
        variances = AlignedBuffer(count: rows * distribution.count)
        logVariances = AlignedBuffer(count: rows * distribution.count)
    }

    /// The memory for a policy's distribution, or nil when it needs none.
    static func make(for distribution: ActionDistribution, rows: Int) -> PPOStateDependentScratch? {
        guard case .stateDependentGaussian(let gaussian) = distribution else { return nil }
        return PPOStateDependentScratch(gaussian, rows: rows)
    }
}
