public import ReinCheckpoints

/// The best of an experiment.
public struct BestResult: Sendable {
    /// Its trial.
    public let trial: TrialResult
    /// The metric by which it is the best.
    public let metric: String
    /// Which values were the better ones.
    public let order: ScoreOrder
    /// Which results counted.
    public let scope: GridScope
    /// The number by which it is the best.
    public let value: Double
    /// The metrics of the result that has this number; for a mean, those of the last result.
    public let metrics: StateMap
    /// The settings that this result came with.
    public let configuration: StateMap
    /// The checkpoint that was made after this result; nil when there is none.
    public let checkpoint: TrialCheckpoint?

    /// The number of iterations after which it came; nil when the result does not say it.
    public var iteration: Int? { metrics.count(ofMetric: MetricName.trainingIteration) }
}
