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
