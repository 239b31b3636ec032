import ReinCheckpoints

/// How good a result is: the higher, the better, whichever order the metric has. NaN is the worst.
struct TrialScore: Comparable, Sendable {
    /// The metric, or its negative where lower ones are better.
    let value: Double

    /// The score of a metric.
    init(_ metric: Double, _ order: ScoreOrder) { value = order == .max ? metric : -metric }

    /// The score that was written down as a number.
    init(_ value: Double) { self.value = value }

    /// Whether the first is worse.
    static func < (left: TrialScore, right: TrialScore) -> Bool {
        left.value.isNaN ? !right.value.isNaN : left.value < right.value
    }

    /// Whether neither is worse.
    static func == (left: TrialScore, right: TrialScore) -> Bool {
        left.value == right.value || (left.value.isNaN && right.value.isNaN)
    }
}
