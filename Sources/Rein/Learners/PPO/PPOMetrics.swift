/// What an iteration of PPO measures. Losses are means over all minibatches, before the step that each led to.
public struct PPOMetrics: LearnerMetrics, Hashable, Codable {
    /// The clipped surrogate loss.
    public var policyLoss = 0.0
    /// The value loss, without its coefficient.
    public var valueLoss = 0.0
    /// The policy's mean entropy, in nats.
    public var entropy = 0.0
    /// The KL divergence from the policy that collected, over the last epoch, estimated from samples without bias
    /// and never negative: mean of (ρ − 1) − log ρ.
    public var klDivergence = 0.0
    /// The fraction of samples whose probability ratio was outside the clip range.
    public var clipFraction = 0.0
    /// 1 − Var(R − v) / Var(R): how much of the returns the values at collection explained; 1 is all.
    public var explainedVariance = 0.0
    /// The mean norm of the gradient before clipping.
    public var gradientNorm = 0.0
    /// The learning rate of this iteration.
    public var learningRate = 0.0
    /// The clip range of this iteration.
    public var clipRange = 0.0
    /// The weight of the entropy bonus in this iteration.
    public var entropyCoefficient = 0.0
    /// The weight of the KL penalty in this iteration.
    public var klCoefficient = 0.0
    /// The number of gradient steps taken.
    public var gradientSteps = 0
    /// The largest |ρ − 1| in the first minibatch, before any step: 0 but for rounding.
    public var firstRatioError = 0.0

    /// Creates a record of zeros.
    public init() {}

    /// Names and numbers, in the order in which they should be shown.
    public var values: [(name: String, value: Double)] {
        [
            ("policyLoss", policyLoss), ("valueLoss", valueLoss), ("entropy", entropy),
            ("klDivergence", klDivergence), ("clipFraction", clipFraction),
            ("explainedVariance", explainedVariance), ("gradientNorm", gradientNorm),
            ("learningRate", learningRate), ("clipRange", clipRange),
            ("entropyCoefficient", entropyCoefficient), ("klCoefficient", klCoefficient),
            ("gradientSteps", Double(gradientSteps)), ("firstRatioError", firstRatioError),
        ]
    }
}
