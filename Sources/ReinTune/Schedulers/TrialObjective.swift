public import ReinCheckpoints

/// What a scheduler compares trials by: a metric, and what tells how far a trial has come.
public struct TrialObjective: Sendable, Hashable {
    /// The metric, with slashes between the keys of maps inside one another.
    public let metric: String
    /// Which values of the metric are the better ones.
    public let order: ScoreOrder
    /// The metric that tells how far a trial has come, such as its iterations or its seconds: it grows.
    public let timeAttribute: String

    /// Says what is compared.
    ///
    /// - Throws: `StateError` with `.outOfRange` for a metric or a time attribute that is no key, and no keys with slashes
    ///   between.
    public init(
        metric: String, order: ScoreOrder, timeAttribute: String = "training_iteration"
    ) throws(StateError) {
        self.metric = try validatedMetric(metric, Key.metric.rawValue)
        self.order = order
        self.timeAttribute = try validatedMetric(timeAttribute, Key.timeAttribute.rawValue)
    }

    /// What a result says: nil where it lacks the metric or the time.
    ///
    /// - Throws: `StateError` that names the metric where it is no number, or the time where it is not finite.
    func reading(of result: StateTree) throws(StateError) -> (time: Double, score: TrialScore)? {
        guard let time = try time(of: result), let value = try result.number(of: metric) else { return nil }
        return (time, TrialScore(value, order))
    }

    /// How far a trial has come: nil where the result does not say.
    ///
    /// - Throws: `StateError` that names the time where it is not finite, or no number.
    func time(of result: StateTree) throws(StateError) -> Double? {
        guard let time = try result.number(of: timeAttribute) else { return nil }
        guard time.isFinite else {
            throw StateError(.outOfRange, "expected a finite number, found \(time)", path: timeAttribute.shortened)
        }
        return time
    }
}

/// Objectives as data: three keys among the others of a scheduler's settings.
extension TrialObjective {
    /// The keys.
    enum Key: String, CaseIterable { case metric, order, timeAttribute }

    /// The keys and their values.
    var entries: [(String, StateTree)] {
        [
            (Key.metric.rawValue, .string(metric)), (Key.order.rawValue, .string(order.rawValue)),
            (Key.timeAttribute.rawValue, .string(timeAttribute)),
        ]
    }

    /// Reads an objective from settings, whose places are relative; other keys are left to others.
    init(_ settings: StateReader, timeAttribute standard: String) throws(StateError) {
        let metric = try settings.string(Key.metric.rawValue)
        let order = try settings.child(Key.order.rawValue).scoreOrder()
        let time = try settings.optionalChild(Key.timeAttribute.rawValue)?.string() ?? standard
        try self.init(metric: metric, order: order, timeAttribute: time)
    }
}
