import ReinNetworks
import ReinNumerics

/// The losses of PPO and their gradients with respect to policy head and state value (Schulman et al. 2017,
/// arXiv 1707.06347). Everything is summed over rows and multiplied by `weight`, 1 / (size of the minibatch).
struct PPOLoss {
    /// ε, how far the probability ratio may move from 1.
    var clipRange: Float
    /// The weight of the entropy bonus.
    var entropyCoefficient: Float
    /// The weight of the KL penalty; 0 for none.
    var klCoefficient: Float
    /// The weight of the value loss.
    var valueLossCoefficient: Float
    /// Baselines' limit on the movement of the value, or nil.
    var valueClipRange: Float?
    /// RLlib's limit on the squared value error, or nil.
    var valueErrorClip: Float?
    /// 1 / (size of the minibatch).
    var weight: Float

    /// The clipped surrogate of one sample and its derivative with respect to the new log-density.
    ///
    ///     −min(ρ A, clip(ρ, 1 − ε, 1 + ε) A)      with ρ = exp(log π − log π_old)
    ///
    /// The gradient of NaN is NaN, so that it is seen in the parameters.
    func surrogate(ratio: Float, advantage: Float) -> (loss: Float, gradient: Float) {
        let plain = ratio * advantage
        let clipped = ratio.limited(from: 1 - clipRange, to: 1 + clipRange) * advantage
        return plain > clipped ? (-clipped, 0) : (-plain, -plain * weight)
    }

    /// Fills `ratios` with ρ from new and old log-densities, and adds what is measured on ρ to `sums`.
    func ratios(
        rows: Int, new: UnsafePointer<Float>, old: UnsafePointer<Float>, into ratios: UnsafeMutablePointer<Float>,
        sums: inout PPOSums
    ) {
        for row in 0..<rows { ratios[row] = new[row] - old[row] }
        var logRatioSum = 0.0
        for row in 0..<rows { logRatioSum += Double(ratios[row]) }
        Kernels.exp(ratios, ratios, count: rows)
        for row in 0..<rows {
            let difference = ratios[row] - 1
            sums.klDivergence += Double(difference)
            sums.clipped += abs(difference) > clipRange ? 1 : 0
            sums.largestRatioError = max(sums.largestRatioError, Double(abs(difference)))
        }
        sums.klDivergence -= logRatioSum
    }

    /// Policy loss of categorical actions.
    ///
    /// - Parameters:
    ///   - logits: `[rows, count]`.
    ///   - oldLogits: the logits at collection, `[rows, count]`; read only with a KL penalty.
    ///   - gradient: receives the gradient with respect to the logits, `[rows, count]`.
    func categorical(
        _ distribution: Categorical, rows: Int, logits: UnsafePointer<Float>, oldLogits: UnsafePointer<Float>,
        actions: UnsafePointer<Float>, oldLogDensities: UnsafePointer<Float>, advantages: UnsafePointer<Float>,
        scratch: PPOScratch, gradient: UnsafeMutablePointer<Float>, sums: inout PPOSums
    ) {
        let count = distribution.count
        let (logP, p) = (scratch.logProbabilities.pointer, scratch.probabilities.pointer)
        let (new, ratio) = (scratch.logDensities.pointer, scratch.ratios.pointer)
        Kernels.logSoftmax(logits, logProbabilities: logP, probabilities: p, rows: rows, columns: count)
        for row in 0..<rows { new[row] = logP[row &* count &+ Int(actions[row])] }
        ratios(rows: rows, new: new, old: oldLogDensities, into: ratio, sums: &sums)
        for row in 0..<rows {
            let base = row &* count
            let (loss, slope) = surrogate(ratio: ratio[row], advantage: advantages[row])
            sums.policyLoss += Double(loss)
            var entropy: Float = 0
            for action in 0..<count { entropy -= p[base &+ action] * logP[base &+ action] }
            sums.entropy += Double(entropy)
            let chosen = Int(actions[row])
            // ∂ log π(a) / ∂ l[j] = [j = a] − p[j],   ∂ H / ∂ l[j] = −p[j] (log p[j] + H)
            let bonus = entropyCoefficient * weight
            for action in 0..<count {
                let probability = p[base &+ action]
                gradient[base &+ action] =
                    bonus * probability * (logP[base &+ action] + entropy) - slope * probability
            }
            gradient[base &+ chosen] += slope
        }
        guard klCoefficient > 0 else { return }
        // KL(old ‖ new) = Σ p_old (log p_old − log p),   ∂ / ∂ l[j] = p[j] − p_old[j]
        let (oldLogP, oldP) = (scratch.oldLogProbabilities.pointer, scratch.oldProbabilities.pointer)
        Kernels.logSoftmax(oldLogits, logProbabilities: oldLogP, probabilities: oldP, rows: rows, columns: count)
        for index in 0..<(rows * count) {
            sums.penalty += Double(oldP[index] * (oldLogP[index] - logP[index]))
            gradient[index] += klCoefficient * weight * (p[index] - oldP[index])
        }
    }

    /// Policy loss of Gaussian actions.
    ///
    /// - Parameters:
    ///   - means: `[rows, count]`.
    ///   - oldMeans: the means at collection, `[rows, count]`; read only with a KL penalty.
    ///   - logDeviations: `[count]`.
    ///   - oldLogDeviations: at collection, `[count]`; read only with a KL penalty.
    ///   - gradient: receives the gradient with respect to the means, `[rows, count]`.
    ///   - deviationGradient: receives the gradient with respect to the log standard deviations, `[count]`.
    func gaussian(
        _ distribution: DiagonalGaussian, rows: Int, means: UnsafePointer<Float>, oldMeans: UnsafePointer<Float>,
        logDeviations: UnsafePointer<Float>, oldLogDeviations: UnsafePointer<Float>,
        actions: UnsafePointer<Float>, oldLogDensities: UnsafePointer<Float>, advantages: UnsafePointer<Float>,
        scratch: PPOScratch, gradient: UnsafeMutablePointer<Float>, deviationGradient: UnsafeMutablePointer<Float>,
        sums: inout PPOSums
    ) {
        let count = distribution.count
        let (new, ratio) = (scratch.logDensities.pointer, scratch.ratios.pointer)
        let inverse = scratch.probabilities.pointer
        for dimension in 0..<count { inverse[dimension] = -logDeviations[dimension] }
        Kernels.exp(inverse, inverse, count: count)
        for row in 0..<rows {
            new[row] = distribution.logDensity(
                action: actions + row &* count, mean: means + row &* count, logDeviation: logDeviations,
                inverseDeviation: inverse)
        }
        ratios(rows: rows, new: new, old: oldLogDensities, into: ratio, sums: &sums)
        let entropy = distribution.entropy(logDeviation: logDeviations)
        sums.entropy += Double(entropy) * Double(rows)
        // The entropy is the same in every state: ∂ H / ∂ log σ = 1.
        for dimension in 0..<count { deviationGradient[dimension] = -entropyCoefficient * weight * Float(rows) }
        for row in 0..<rows {
            let (loss, slope) = surrogate(ratio: ratio[row], advantage: advantages[row])
            sums.policyLoss += Double(loss)
            for dimension in 0..<count {
                let index = row &* count &+ dimension
                // ∂ log π / ∂ μ = z / σ,   ∂ log π / ∂ log σ = z² − 1
                let z = (actions[index] - means[index]) * inverse[dimension]
                gradient[index] = slope * z * inverse[dimension]
                deviationGradient[dimension] += slope * (z * z - 1)
            }
        }
        guard klCoefficient > 0 else { return }
        // KL = Σ log σ − log σ_old + (σ_old² + (μ_old − μ)²) / (2 σ²) − ½
        let oldVariance = scratch.oldProbabilities.pointer
        for dimension in 0..<count { oldVariance[dimension] = 2 * oldLogDeviations[dimension] }
        Kernels.exp(oldVariance, oldVariance, count: count)
        for row in 0..<rows {
            for dimension in 0..<count {
                let index = row &* count &+ dimension
                let difference = means[index] - oldMeans[index]
                let precision = inverse[dimension] * inverse[dimension]
                let spread = (oldVariance[dimension] + difference * difference) * precision
                sums.penalty += Double(
                    logDeviations[dimension] - oldLogDeviations[dimension] + 0.5 * spread - 0.5)
                gradient[index] += klCoefficient * weight * difference * precision
                deviationGradient[dimension] += klCoefficient * weight * (1 - spread)
            }
        }
    }

    /// Value loss: the squared error, limited in one of two ways or not at all.
    ///
    ///     (v − R)²                                                plain
    ///     max((v − R)², (v_old + clip(v − v_old, ±ε_v) − R)²)     valueClipRange
    ///     min((v − R)², limit)                                    valueErrorClip
    ///
    /// - Parameter gradient: receives the gradient with respect to the values, `[rows]`.
    func value(
        rows: Int, values: UnsafePointer<Float>, oldValues: UnsafePointer<Float>, returns: UnsafePointer<Float>,
        gradient: UnsafeMutablePointer<Float>, sums: inout PPOSums
    ) {
        let scale = 2 * valueLossCoefficient * weight
        for row in 0..<rows {
            let error = values[row] - returns[row]
            var loss = error * error
            var slope = error
            if let valueClipRange {
                let movement = values[row] - oldValues[row]
                let limited =
                    oldValues[row] + movement.limited(from: -valueClipRange, to: valueClipRange) - returns[row]
                if limited * limited > loss {
                    loss = limited * limited
                    slope = abs(movement) < valueClipRange ? limited : 0
                }
            } else if let valueErrorClip, loss > valueErrorClip {
                loss = valueErrorClip
                // 0, but NaN for an infinite error, so that it is seen in the parameters.
                slope = error - error
            }
            sums.valueLoss += Double(loss)
            gradient[row] = scale * slope
        }
    }
}

/// Sums over samples of what the losses measure.
struct PPOSums: Sendable, Codable {
    var policyLoss = 0.0
    var valueLoss = 0.0
    var entropy = 0.0
    /// Σ (ρ − 1) − log ρ.
    var klDivergence = 0.0
    /// Σ KL(old ‖ new), exact; only with a KL penalty.
    var penalty = 0.0
    var clipped = 0.0
    var largestRatioError = 0.0

    static func += (sum: inout PPOSums, other: PPOSums) {
        sum.policyLoss += other.policyLoss
        sum.valueLoss += other.valueLoss
        sum.entropy += other.entropy
        sum.klDivergence += other.klDivergence
        sum.penalty += other.penalty
        sum.clipped += other.clipped
        sum.largestRatioError = max(sum.largestRatioError, other.largestRatioError)
    }
}

/// The memory that the policy loss needs for `rows` samples.
final class PPOScratch: Sendable {
    let logProbabilities: AlignedBuffer<Float>
    let probabilities: AlignedBuffer<Float>
    let oldLogProbabilities: AlignedBuffer<Float>
    let oldProbabilities: AlignedBuffer<Float>
    let logDensities: AlignedBuffer<Float>
    let ratios: AlignedBuffer<Float>

    init(rows: Int, headWidth: Int) {
        logProbabilities = AlignedBuffer(count: rows * headWidth)
        probabilities = AlignedBuffer(count: rows * headWidth)
        oldLogProbabilities = AlignedBuffer(count: rows * headWidth)
        oldProbabilities = AlignedBuffer(count: rows * headWidth)
        logDensities = AlignedBuffer(count: rows)
        ratios = AlignedBuffer(count: rows)
    }
}
