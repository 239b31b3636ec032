import ReinNetworks
import ReinNumerics

extension PPOLoss {
    /// Policy loss of Gaussian actions whose mean and log standard deviation both come from the policy head.
    ///
    /// - Parameters:
    ///   - heads: `[rows, headWidth]`, in each row the means, then the log standard deviations.
    ///   - oldHeads: the heads at collection, `[rows, headWidth]`; read only with a KL penalty.
    ///   - actions: `[rows, count]`.
    ///   - gradient: receives the gradient with respect to the heads, `[rows, headWidth]`.
    func conditionalGaussian(
        _ distribution: ConditionalGaussian, rows: Int, heads: UnsafePointer<Float>, oldHeads: UnsafePointer<Float>,
        actions: UnsafePointer<Float>, oldLogDensities: UnsafePointer<Float>, advantages: UnsafePointer<Float>,
        scratch: PPOScratch, gradient: UnsafeMutablePointer<Float>, sums: inout PPOSums
    ) {
        let (count, width) = (distribution.count, distribution.headWidth)
        let (new, ratio) = (scratch.logDensities.pointer, scratch.ratios.pointer)
        // 1 / σ, [rows, count], in memory for [rows, headWidth].
        let inverse = scratch.probabilities.pointer
        for row in 0..<rows {
            for dimension in 0..<count {
                inverse[row &* count &+ dimension] = -heads[row &* width &+ count &+ dimension]
            }
        }
        Kernels.exp(inverse, inverse, count: rows * count)
        for row in 0..<rows {
            new[row] = distribution.logDensity(
                action: actions + row &* count, head: heads + row &* width, inverseDeviation: inverse + row &* count)
        }
        ratios(rows: rows, new: new, old: oldLogDensities, into: ratio, sums: &sums)
        let bonus = entropyCoefficient * weight
        for row in 0..<rows {
            let (loss, slope) = surrogate(ratio: ratio[row], advantage: advantages[row])
            sums.policyLoss += Double(loss)
            sums.entropy += Double(distribution.entropy(head: heads + row &* width))
            for dimension in 0..<count {
                let (index, mean) = (row &* count &+ dimension, row &* width &+ dimension)
                // ∂ log π / ∂ μ = z / σ,   ∂ log π / ∂ log σ = z² − 1,   ∂ H / ∂ log σ = 1
                let z = (actions[index] - heads[mean]) * inverse[index]
                gradient[mean] = slope * z * inverse[index]
                gradient[mean &+ count] = slope * (z * z - 1) - bonus
            }
        }
        guard klCoefficient > 0 else { return }
        // KL(old ‖ new) = Σ log σ − log σ_old + (σ_old² + (μ_old − μ)²) / (2 σ²) − ½
        let oldVariance = scratch.oldProbabilities.pointer
        for row in 0..<rows {
            for dimension in 0..<count {
                oldVariance[row &* count &+ dimension] = 2 * oldHeads[row &* width &+ count &+ dimension]
            }
        }
        Kernels.exp(oldVariance, oldVariance, count: rows * count)
        let penalty = klCoefficient * weight
        for row in 0..<rows {
            for dimension in 0..<count {
                let (index, mean) = (row &* count &+ dimension, row &* width &+ dimension)
                let deviation = mean &+ count
                let difference = heads[mean] - oldHeads[mean]
                let precision = inverse[index] * inverse[index]
                let spread = (oldVariance[index] + difference * difference) * precision
                sums.penalty += Double(heads[deviation] - oldHeads[deviation] + 0.5 * spread - 0.5)
                gradient[mean] += penalty * difference * precision
                gradient[deviation] += penalty * (1 - spread)
            }
        }
    }
}
