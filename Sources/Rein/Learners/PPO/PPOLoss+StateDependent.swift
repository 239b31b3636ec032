import ReinNetworks
import ReinNumerics

extension PPOLoss {
    /// Policy loss of actions with state-dependent noise. As in Stable-Baselines3, the features are taken as given
    /// where they make the variance: they learn through the mean alone. There is no KL penalty.
    /// Heads are means.
    ///
    /// - Parameters:
    ///   - features: h, `[rows, featureCount]`.
    ///   - work: more memory to work in.
    func stateDependent(
        _ distribution: StateDependentGaussian, _ samples: PPOPolicyRows, features: UnsafePointer<Float>,
        deviations: PPODeviations, work: PPOStateDependentScratch, sums: inout PPOSums
    ) {
        let (rows, count, featureCount) = (samples.count, distribution.count, distribution.featureCount)
        let (weightVariances, squares) = (work.weightVariances.pointer, work.squares.pointer)
        let variances = work.variances.mutableRows(of: count)
        let logVariances = work.logVariances.mutableRows(of: count)
        distribution.weightVariances(deviations.logDeviations, into: weightVariances)
        distribution.variances(
            rows: rows, features: features, weightVariances: weightVariances, squares: squares, into: variances.base)
        distribution.logDensities(
            rows: rows, actions: samples.actions.base, heads: samples.heads.base, variances: variances.base,
            logVariances: logVariances.base, into: samples.scratch.logDensities.pointer)
        let ratios = ratios(samples, sums: &sums)
        let bonus = entropyCoefficient * weight
        for row in 0..<rows {
            let (action, mean, gradient) = (samples.actions[row], samples.heads[row], samples.gradient[row])
            let variance = variances[row]
            let (loss, slope) = surrogate(ratio: ratios[row], advantage: samples.advantages[row])
            sums.policyLoss += Double(loss)
            sums.entropy += Double(distribution.entropy(logVariances: logVariances[row]))
            for index in 0..<count {
                // ∂ log π / ∂ μ = d / v,   ∂ log π / ∂ v = ½ (d² / v − 1) / v,   ∂ H / ∂ v = ½ / v     with d = u − μ
                let (difference, inverse) = (action[index] - mean[index], 1 / variance[index])
                gradient[index] = slope * difference * inverse
                variance[index] = 0.5 * inverse * (slope * (difference * difference * inverse - 1) - bonus)
            }
        }
        // v = Σ h² σ² + ε,   ∂ v / ∂ log σ = 2 h² σ²
        Dense.backwardParameters(
            input: squares, outputGradient: variances.base, weightGradient: deviations.gradient, biasGradient: nil,
            rows: rows, inputs: featureCount, outputs: count)
        for index in 0..<distribution.matrixCount {
            deviations.gradient[index] *= 2 * weightVariances[index]
        }
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
