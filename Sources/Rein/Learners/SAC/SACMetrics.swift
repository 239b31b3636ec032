/// What an iteration of SAC measures. Losses are means over its gradient steps, before the step that each led to, and
/// 0 when there were none.
public struct SACMetrics: LearnerMetrics, Hashable, Codable {
    /// The loss of both critics together: ½ (mean (Q₁ − y)² + mean (Q₂ − y)²), or the weighted mean of another loss.
    public var criticLoss = 0.0
    /// The loss of the policy: mean of α log π − min(Q₁, Q₂).
    public var actorLoss = 0.0
    /// The loss of the temperature: −log α · (mean log π + target entropy); 0 when it is not learnt.
    public var temperatureLoss = 0.0
    /// The temperature α at the end of the iteration.
    public var temperature = 0.0
    /// The policy's mean entropy, in nats, of actions between −1 and 1: the mean of −log π.
    public var entropy = 0.0
    /// The mean of Q₁ of the transitions that were learnt from.
    public var meanValue = 0.0
    /// The number of gradient steps taken in the iteration.
    public var gradientSteps = 0
    /// The number of transitions in the replay buffer at the end of the iteration.
    public var replayCount = 0
    /// The last learning rate of the policy.
    public var actorLearningRate = 0.0
    /// The last learning rate of the critics.
    public var criticLearningRate = 0.0
    /// The last learning rate of the temperature.
    public var temperatureLearningRate = 0.0

    /// Creates a record of zeros.
    public init() {}

    /// Names and numbers, in the order in which they should be shown.
    public var values: [(name: String, value: Double)] {
        [
            ("criticLoss", criticLoss), ("actorLoss", actorLoss), ("temperatureLoss", temperatureLoss),
            ("temperature", temperature), ("entropy", entropy), ("meanValue", meanValue),
            ("gradientSteps", Double(gradientSteps)), ("replayCount", Double(replayCount)),
            ("actorLearningRate", actorLearningRate), ("criticLearningRate", criticLearningRate),
            ("temperatureLearningRate", temperatureLearningRate),
        ]
    }

    /// Turns sums over gradient steps into means.
    mutating func average() {
        let count = Double(max(1, gradientSteps))
        criticLoss /= count
        actorLoss /= count
        temperatureLoss /= count
        entropy /= count
        meanValue /= count
    }
}
