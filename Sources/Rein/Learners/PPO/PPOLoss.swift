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

    /// Computes ρ from the new log-densities, which are in the scratch, and adds what is measured on it to `sums`.
    ///
    /// - Returns: ρ, `[rows]`, inside the scratch.
    func ratios(_ samples: PPOPolicyRows, sums: inout PPOSums) -> UnsafePointer<Float> {
        let (rows, new) = (samples.count, samples.scratch.logDensities.pointer)
        let (old, ratios) = (samples.oldLogDensities, samples.scratch.ratios.pointer)
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
        return UnsafePointer(ratios)
    }

    /// Policy loss of categorical actions; heads are logits.
    func categorical(_ distribution: Categorical, _ samples: PPOPolicyRows, sums: inout PPOSums) {
        let (rows, count, scratch) = (samples.count, distribution.count, samples.scratch)
        let logProbabilities = scratch.logProbabilities.mutableRows(of: count)
        let probabilities = scratch.probabilities.mutableRows(of: count)
        let new = scratch.logDensities.pointer
        Kernels.logSoftmax(
            samples.heads.base, logProbabilities: logProbabilities.base, probabilities: probabilities.base,
            rows: rows, columns: count)
        for row in 0..<rows { new[row] = logProbabilities[row][Int(samples.actions[row][0])] }
        let ratios = ratios(samples, sums: &sums)
        for row in 0..<rows {
            let (logP, p, gradient) = (logProbabilities[row], probabilities[row], samples.gradient[row])
            let (loss, slope) = surrogate(ratio: ratios[row], advantage: samples.advantages[row])
            sums.policyLoss += Double(loss)
            var entropy: Float = 0
            for action in 0..<count { entropy -= p[action] * logP[action] }
            sums.entropy += Double(entropy)
            // ∂ log π(a) / ∂ l[j] = [j = a] − p[j],   ∂ H / ∂ l[j] = −p[j] (log p[j] + H)
            let bonus = entropyCoefficient * weight
            for action in 0..<count {
                gradient[action] = bonus * p[action] * (logP[action] + entropy) - slope * p[action]
            }
            gradient[Int(samples.actions[row][0])] += slope
        }
        guard klCoefficient > 0 else { return }
        let (oldLogP, oldP) = (scratch.oldLogProbabilities.pointer, scratch.oldProbabilities.pointer)
        Kernels.logSoftmax(
            samples.oldHeads.base, logProbabilities: oldLogP, probabilities: oldP, rows: rows, columns: count)
        penalizeDivergence(samples, sums: &sums)
    }

    /// The KL penalty of log-probabilities and probabilities that are in the scratch, and its gradient at the logits.
    ///
    ///     KL(old ‖ new) = Σ p_old (log p_old − log p),   ∂ / ∂ l[j] = p[j] − p_old[j]
    func penalizeDivergence(_ samples: PPOPolicyRows, sums: inout PPOSums) {
        let (scratch, gradient) = (samples.scratch, samples.gradient.base)
        let (logP, p) = (scratch.logProbabilities.pointer, scratch.probabilities.pointer)
        let (oldLogP, oldP) = (scratch.oldLogProbabilities.pointer, scratch.oldProbabilities.pointer)
        for index in 0..<samples.count * samples.heads.width {
            sums.penalty += Double(oldP[index] * (oldLogP[index] - logP[index]))
            gradient[index] += klCoefficient * weight * (p[index] - oldP[index])
        }
    }

    /// Policy loss of Gaussian actions; heads are means.
    func gaussian(
        _ distribution: DiagonalGaussian, _ samples: PPOPolicyRows, deviations: PPODeviations, sums: inout PPOSums
    ) {
        let (rows, count, scratch) = (samples.count, distribution.count, samples.scratch)
        let (logDeviations, deviationGradient) = (deviations.logDeviations, deviations.gradient)
        let inverse = scratch.probabilities.pointer
        for dimension in 0..<count { inverse[dimension] = -logDeviations[dimension] }
        Kernels.exp(inverse, inverse, count: count)
        for row in 0..<rows {
            scratch.logDensities.pointer[row] = distribution.logDensity(
                action: samples.actions[row], mean: samples.heads[row], logDeviation: logDeviations,
                inverseDeviation: inverse)
        }
        let ratios = ratios(samples, sums: &sums)
        let entropy = distribution.entropy(logDeviation: logDeviations)
        sums.entropy += Double(entropy) * Double(rows)
        // The entropy is the same in every state: ∂ H / ∂ log σ = 1.
        for dimension in 0..<count { deviationGradient[dimension] = -entropyCoefficient * weight * Float(rows) }
        for row in 0..<rows {
            let (action, mean, gradient) = (samples.actions[row], samples.heads[row], samples.gradient[row])
            let (loss, slope) = surrogate(ratio: ratios[row], advantage: samples.advantages[row])
            sums.policyLoss += Double(loss)
            for dimension in 0..<count {
                // ∂ log π / ∂ μ = z / σ,   ∂ log π / ∂ log σ = z² − 1
                let z = (action[dimension] - mean[dimension]) * inverse[dimension]
                gradient[dimension] = slope * z * inverse[dimension]
                deviationGradient[dimension] += slope * (z * z - 1)
            }
        }
        guard klCoefficient > 0 else { return }
        // KL = Σ log σ − log σ_old + (σ_old² + (μ_old − μ)²) / (2 σ²) − ½
        let (oldVariance, oldLogDeviations) = (scratch.oldProbabilities.pointer, deviations.oldLogDeviations)
        for dimension in 0..<count { oldVariance[dimension] = 2 * oldLogDeviations[dimension] }
        Kernels.exp(oldVariance, oldVariance, count: count)
        for row in 0..<rows {
            let (mean, oldMean, gradient) = (samples.heads[row], samples.oldHeads[row], samples.gradient[row])
            for dimension in 0..<count {
                let difference = mean[dimension] - oldMean[dimension]
                let precision = inverse[dimension] * inverse[dimension]
                let spread = (oldVariance[dimension] + difference * difference) * precision
                sums.penalty += Double(
                    logDeviations[dimension] - oldLogDeviations[dimension] + 0.5 * spread - 0.5)
                gradient[dimension] += klCoefficient * weight * difference * precision
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
    func value(_ samples: PPOValueRows, sums: inout PPOSums) {
        let (values, oldValues, returns) = (samples.values, samples.oldValues, samples.returns)
        let scale = 2 * valueLossCoefficient * weight
        for row in 0..<values.count {
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
            samples.gradient[row] = scale * slope
        }
    }
}

extension PPOLoss {
    /// The losses of an iteration.
    ///
    /// - Parameter metrics: has the clip range and the coefficient of the entropy of the iteration.
    init(_ configuration: PPOConfiguration, _ metrics: PPOMetrics, klCoefficient: Double, weight: Float) {
        self.init(
            clipRange: Float(metrics.clipRange), entropyCoefficient: Float(metrics.entropyCoefficient),
            klCoefficient: Float(klCoefficient), valueLossCoefficient: Float(configuration.valueLossCoefficient),
            valueClipRange: configuration.valueClipRange.map { Float($0) },
            valueErrorClip: configuration.valueErrorClip.map { Float($0) }, weight: weight)
    }
}
