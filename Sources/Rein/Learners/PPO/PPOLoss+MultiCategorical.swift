import ReinNetworks

extension PPOLoss {
    /// Policy loss of actions of several components, each chosen for itself: log-probabilities, entropies and KL
    /// divergences are sums over components, and there is one ratio for the whole action. Heads are the logits of all
    /// components side by side, actions the choices, `[rows, components]`.
    func multiCategorical(_ distribution: MultiCategorical, _ samples: PPOPolicyRows, sums: inout PPOSums) {
        let (rows, width, scratch) = (samples.count, distribution.headWidth, samples.scratch)
        let logProbabilities = scratch.logProbabilities.mutableRows(of: width)
        let probabilities = scratch.probabilities.mutableRows(of: width)
        distribution.logSoftmax(
            rows: rows, logits: samples.heads.base, logProbabilities: logProbabilities.base,
            probabilities: probabilities.base)
        for row in 0..<rows {
            scratch.logDensities.pointer[row] = distribution.logProbability(
                of: samples.actions[row], logProbabilities: logProbabilities[row])
        }
        let ratios = ratios(samples, sums: &sums)
        let bonus = entropyCoefficient * weight
        for row in 0..<rows {
            let (logP, p, gradient) = (logProbabilities[row], probabilities[row], samples.gradient[row])
            let choices = samples.actions[row]
            let (loss, slope) = surrogate(ratio: ratios[row], advantage: samples.advantages[row])
            sums.policyLoss += Double(loss)
            var base = 0
            for component in 0..<distribution.counts.count {
                let count = distribution.counts[component]
                var entropy: Float = 0
                for choice in base..<base &+ count { entropy -= p[choice] * logP[choice] }
                sums.entropy += Double(entropy)
                // ∂ log π(a) / ∂ l[j] = [j = a] − p[j],   ∂ H / ∂ l[j] = −p[j] (log p[j] + H), within the component.
                for choice in base..<base &+ count {
                    gradient[choice] = bonus * p[choice] * (logP[choice] + entropy) - slope * p[choice]
                }
                gradient[base &+ Int(choices[component])] += slope
                base &+= count
            }
        }
        guard klCoefficient > 0 else { return }
        distribution.logSoftmax(
            rows: rows, logits: samples.oldHeads.base, logProbabilities: scratch.oldLogProbabilities.pointer,
            probabilities: scratch.oldProbabilities.pointer)
        penalizeDivergence(samples, sums: &sums)
    }
}
