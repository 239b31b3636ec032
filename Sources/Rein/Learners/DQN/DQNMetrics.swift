/// What an iteration of DQN measures: means over its gradient steps, all 0 before learning starts.
public struct DQNMetrics: LearnerMetrics, Hashable, Codable {
    /// The weighted loss of a batch.
    public var loss = 0.0
    /// The value of the actions in a batch.
    public var meanValue = 0.0
    /// The size of the temporal-difference error; with several atoms, the cross entropy.
    public var meanError = 0.0
    /// The norm of the gradient before clipping.
    public var gradientNorm = 0.0
    /// The learning rate at the end of the iteration.
    public var learningRate = 0.0
    /// The probability of a random action at the end of the iteration.
    public var explorationRate = 0.0
    /// The number of transitions in the replay buffer.
    public var replayCount = 0
    /// The number of gradient steps taken.
    public var gradientSteps = 0

    /// Creates a record of zeros.
    public init() {}

    /// Names and numbers, in the order in which they should be shown.
    public var values: [(name: String, value: Double)] {
        [
            ("loss", loss), ("meanValue", meanValue), ("meanError", meanError), ("gradientNorm", gradientNorm),
            ("learningRate", learningRate), ("explorationRate", explorationRate),
            ("replayCount", Double(replayCount)), ("gradientSteps", Double(gradientSteps)),
        ]
    }
}

extension DQNMetrics {
    /// Adds a gradient step.
    mutating func add(_ sums: DQNSums, gradientNorm: Double) {
        loss += sums.loss
        meanValue += sums.value
        meanError += sums.error
        self.gradientNorm += gradientNorm
        gradientSteps += 1
    }

    /// Means instead of sums, and how things stand at the end.
    func averaged(batchSize: Int, replayCount: Int) -> DQNMetrics {
        var metrics = self
        let rows = Double(max(1, gradientSteps) * batchSize)
        metrics.loss /= rows
        metrics.meanValue /= rows
        metrics.meanError /= rows
        metrics.gradientNorm /= Double(max(1, gradientSteps))
        metrics.replayCount = replayCount
        return metrics
    }
}
