import ReinNetworks
import ReinNumerics

extension PPOLoss {
    /// Policy loss of Gaussian actions whose mean and log standard deviation both come from the policy head: in each
    /// row the means, then the log standard deviations.
    func conditionalGaussian(_ distribution: ConditionalGaussian, _ samples: PPOPolicyRows, sums: inout PPOSums) {
        let (rows, count, scratch) = (samples.count, distribution.count, samples.scratch)
        // 1 / σ, [rows, count], in memory for [rows, headWidth].
        let inverses = scratch.probabilities.mutableRows(of: count)
        for row in 0..<rows {
            let (inverse, head) = (inverses[row], samples.heads[row])
            for dimension in 0..<count { inverse[dimension] = -head[count &+ dimension] }
        }
        Kernels.exp(inverses.base, inverses.base, count: rows * count)
        for row in 0..<rows {
            scratch.logDensities.pointer[row] = distribution.logDensity(
                action: samples.actions[row], head: samples.heads[row], inverseDeviation: inverses[row])
        }
        let ratios = ratios(samples, sums: &sums)
        let bonus = entropyCoefficient * weight
        for row in 0..<rows {
            let (action, head, gradient) = (samples.actions[row], samples.heads[row], samples.gradient[row])
            let inverse = inverses[row]
            let (loss, slope) = surrogate(ratio: ratios[row], advantage: samples.advantages[row])
            sums.policyLoss += Double(loss)
            sums.entropy += Double(distribution.entropy(head: head))
            for dimension in 0..<count {
                // ∂ log π / ∂ μ = z / σ,   ∂ log π / ∂ log σ = z² − 1,   ∂ H / ∂ log σ = 1
                let z = (action[dimension] - head[dimension]) * inverse[dimension]
                gradient[dimension] = slope * z * inverse[dimension]
                gradient[dimension &+ count] = slope * (z * z - 1) - bonus
            }
        }
        guard klCoefficient > 0 else { return }
        // KL(old ‖ new) = Σ log σ − log σ_old + (σ_old² + (μ_old − μ)²) / (2 σ²) − ½
        let oldVariances = scratch.oldProbabilities.mutableRows(of: count)
        for row in 0..<rows {
            let (oldVariance, oldHead) = (oldVariances[row], samples.oldHeads[row])
            for dimension in 0..<count { oldVariance[dimension] = 2 * oldHead[count &+ dimension] }
        }
        Kernels.exp(oldVariances.base, oldVariances.base, count: rows * count)
        let penalty = klCoefficient * weight
        for row in 0..<rows {
            let (head, oldHead, gradient) = (samples.heads[row], samples.oldHeads[row], samples.gradient[row])
            let (inverse, oldVariance) = (inverses[row], oldVariances[row])
            for dimension in 0..<count {
                let deviation = dimension &+ count
                let difference = head[dimension] - oldHead[dimension]
                let precision = inverse[dimension] * inverse[dimension]
                let spread = (oldVariance[dimension] + difference * difference) * precision
                sums.penalty += Double(head[deviation] - oldHead[deviation] + 0.5 * spread - 0.5)
                gradient[dimension] += penalty * difference * precision
                gradient[deviation] += penalty * (1 - spread)
            }
        }
    }
}
