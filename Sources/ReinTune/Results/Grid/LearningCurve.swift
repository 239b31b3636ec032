/// How a metric went in the course of a trial.
public struct LearningCurve: Sendable, Equatable {
    /// The trial.
    public let trial: TrialID
    /// What the metric is drawn against, in the order of the results.
    public internal(set) var x: [Double] = []
    /// The values of the metric, as many; NaN where it was NaN.
    public internal(set) var y: [Double] = []
}
