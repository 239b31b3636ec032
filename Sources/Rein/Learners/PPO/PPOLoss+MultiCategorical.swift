import ReinNetworks

extension PPOLoss {
    /// Policy loss of actions of several components, each chosen for itself: log-probabilities, entropies and KL
    /// divergences are sums over components, and there is one ratio for the whole action.
    ///
    /// - Parameters:
    ///   - logits: the logits of all components side by side, `[rows, headWidth]`.
    ///   - oldLogits: the logits at collection, `[rows, headWidth]`; read only with a KL penalty.
    ///   - actions: the choices, `[rows, components]`.
    ///   - gradient: receives the gradient with respect to the logits, `[rows, headWidth]`.
    func multiCategorical(
        _ distribution: MultiCategorical, rows: Int, logits: UnsafePointer<Float>, oldLogits: UnsafePointer<Float>,
        actions: UnsafePointer<Float>, oldLogDensities: UnsafePointer<Float>, advantages: UnsafePointer<Float>,
        scratch: PPOScratch, gradient: UnsafeMutablePointer<Float>, sums: inout PPOSums
    ) {
        let (width, components) = (distribution.headWidth, distribution.counts.count)
        let (logP, p) = (scratch.logProbabilities.pointer, scratch.probabilities.pointer)
        let (new, ratio) = (scratch.logDensities.pointer, scratch.ratios.pointer)
        distribution.logSoftmax(rows: rows, logits: logits, logProbabilities: logP, probabilities: p)
        for row in 0..<rows {
            new[row] = distribution.logProbability(
                of: actions + row &* components, logProbabilities: logP + row &* width)
        }
        ratios(rows: rows, new: new, old: oldLogDensities, into: ratio, sums: &sums)
        let bonus = entropyCoefficient * weight
        for row in 0..<rows {
            let (loss, slope) = surrogate(ratio: ratio[row], advantage: advantages[row])
            sums.policyLoss += Double(loss)
            var base = row &* width
            for component in 0..<components {
                let count = distribution.counts[component]
                var entropy: Float = 0
                for choice in base..<base &+ count { entropy -= p[choice] * logP[choice] }
                sums.entropy += Double(entropy)
                // ∂ log π(a) / ∂ l[j] = [j = a] − p[j],   ∂ H / ∂ l[j] = −p[j] (log p[j] + H), within the component.
                for choice in base..<base &+ count {
                    gradient[choice] = bonus * p[choice] * (logP[choice] + entropy) - slope * p[choice]
                }
                gradient[base &+ Int(actions[row &* components &+ component])] += slope
                base &+= count
            }
        }
        guard klCoefficient > 0 else { return }
        // KL(old ‖ new) = Σ p_old (log p_old − log p),   ∂ / ∂ l[j] = p[j] − p_old[j]
        let (oldLogP, oldP) = (scratch.oldLogProbabilities.pointer, scratch.oldProbabilities.pointer)
        distribution.logSoftmax(rows: rows, logits: oldLogits, logProbabilities: oldLogP, probabilities: oldP)
        for index in 0..<(rows * width) {
            sums.penalty += Double(oldP[index] * (oldLogP[index] - logP[index]))
            gradient[index] += klCoefficient * weight * (p[index] - oldP[index])
        }
    }
}
