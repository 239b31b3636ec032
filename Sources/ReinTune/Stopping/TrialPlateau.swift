public import ReinCheckpoints

/// When a metric of a trial moves no more: the standard deviation of its last values is below a bound.
public struct TrialPlateau: Sendable, Hashable {
    /// The metric.
    public let metric: String
    /// The standard deviation that the last values have to be below.
    public let deviation: Double
    /// How many values count.
    public let resultCount: Int
    /// How many results a trial has at least.
    public let gracePeriod: Int
    /// What the metric has to have come to besides; nil for nothing.
    public let threshold: Threshold?

    /// A value that a metric has to have come to.
    public struct Threshold: Sendable, Hashable {
        /// The value.
        public let value: Double
        /// With `.max` the metric has to be at least the value, with `.min` at most.
        public let order: ScoreOrder

        /// Makes a threshold.
        public init(_ value: Double, _ order: ScoreOrder) {
            self.value = value
            self.order = order
        }

        /// Whether a metric has come there.
        func isReached(by metric: Double) -> Bool { order == .max ? metric >= value : metric <= value }
    }

    /// Says when a metric moves no more.
    ///
    /// - Throws: `StateError` with `.outOfRange` that names the setting: a metric without a name, a deviation that is not
    ///   above 0, fewer than two results, a negative grace period, a threshold that is NaN.
    public init(
        metric: String, deviation: Double = 0.01, resultCount: Int = 4, gracePeriod: Int = 4,
        threshold: Threshold? = nil
    ) throws(StateError) {
        self.metric = try validatedMetric(metric, Key.metric.rawValue)
        self.deviation = deviation
        self.resultCount = resultCount
        self.gracePeriod = gracePeriod
        self.threshold = threshold
        try check(deviation > 0, Key.deviation, deviation, allowed: "above 0")
        try check(resultCount >= 2, Key.resultCount, resultCount, allowed: "at least 2")
        try check(gracePeriod >= 0, Key.gracePeriod, gracePeriod, allowed: "at least 0")
        if let threshold { try check(!threshold.value.isNaN, Key.threshold, threshold.value, allowed: "a number") }
    }
}

/// Plateaus as data.
extension TrialPlateau {
    private enum Key: String, CaseIterable { case metric, deviation, resultCount, gracePeriod, threshold, order }

    /// Reads the settings of a rule.
    init(_ reader: StateReader) throws(StateError) {
        try reader.expectKeys([StopRule.kindKey] + Key.allCases.map(\.rawValue))
        func value(_ key: Key) -> StateReader? { reader.optionalChild(key.rawValue) }
        let metric = try reader.string(Key.metric.rawValue)
        let (deviation, count) = (try value(.deviation)?.double(), try value(.resultCount)?.int())
        let grace = try value(.gracePeriod)?.int()
        var threshold: Threshold?
        if let bound = try value(.threshold)?.double() {
            guard let order = value(.order) else {
                throw reader.error(
                    .missingKey, "a threshold needs an order: \"max\" for at least it, \"min\" for at most")
            }
            threshold = Threshold(bound, try order.scoreOrder())
        } else if let order = value(.order) {
            throw order.error(.unknownKey, "there is an order, but no threshold")
        }
        do throws(StateError) {
            try self.init(
                metric: metric, deviation: deviation ?? 0.01, resultCount: count ?? 4, gracePeriod: grace ?? 4,
                threshold: threshold)
        } catch {
            throw error.below(reader)
        }
    }

    /// The settings as data.
    var tree: StateTree {
        var map: StateMap = [
            StopRule.kindKey: "trialPlateau", Key.metric.rawValue: .string(metric),
            Key.deviation.rawValue: .double(deviation), Key.resultCount.rawValue: .int(Int64(resultCount)),
            Key.gracePeriod.rawValue: .int(Int64(gracePeriod)),
        ]
        if let threshold {
            map[Key.threshold.rawValue] = .double(threshold.value)
            map[Key.order.rawValue] = .string(threshold.order.rawValue)
        }
        return .map(map)
    }
}
