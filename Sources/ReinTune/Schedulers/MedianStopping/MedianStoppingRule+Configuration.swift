public import ReinCheckpoints

extension MedianStoppingRule {
    /// How trials are compared, and when.
    public struct Configuration: Sendable, Hashable {
        /// What trials are compared by.
        public let objective: TrialObjective
        /// How far a trial comes before it is judged. Results before that do not count for the means.
        public let gracePeriod: Double
        /// Of how many other trials, at least, the median is taken.
        public let minSamples: Int
        /// How far a trial comes, at least, between two pauses for others.
        public let minTimeSlice: Double
        /// Whether a trial that is worse than the median is stopped; otherwise it is paused, once.
        public let stopsTrials: Bool

        /// Says how trials are compared.
        ///
        /// - Throws: `StateError` with `.outOfRange` that names the setting: a metric without a name, a time that is negative or not finite, fewer
        ///   than one sample.
        public init(
            metric: String, order: ScoreOrder, timeAttribute: String = "time_total_s", gracePeriod: Double = 60,
            minSamples: Int = 3, minTimeSlice: Double = 0, stopsTrials: Bool = true
        ) throws(StateError) {
            objective = try TrialObjective(metric: metric, order: order, timeAttribute: timeAttribute)
            let times = "finite, at least 0"
            try check(gracePeriod >= 0 && gracePeriod.isFinite, Key.gracePeriod, gracePeriod, allowed: times)
            try check(minSamples >= 1, Key.minSamples, minSamples, allowed: "at least 1")
            try check(minTimeSlice >= 0 && minTimeSlice.isFinite, Key.minTimeSlice, minTimeSlice, allowed: times)
            self.gracePeriod = gracePeriod
            self.minSamples = minSamples
            self.minTimeSlice = minTimeSlice
            self.stopsTrials = stopsTrials
        }
    }
}

/// Settings as data.
extension MedianStoppingRule.Configuration {
    private enum Key: String, CaseIterable { case gracePeriod, minSamples, minTimeSlice, stopsTrials }

    /// Reads settings; those that are missing have their standard values, except `metric` and `order`.
    ///
    ///     {"metric": "returnMean", "order": "max", "gracePeriod": 300}
    ///
    /// - Throws: `StateError` that names the place: a key that is unknown, with the nearest one, a value of another type,
    ///   or out of range.
    public init(_ settings: StateReader) throws(StateError) {
        self = try TrialObjective.settings(settings, Key.self, timeAttribute: MetricName.secondsTotal) {
            value, objective throws(StateError) in
            try Self(
                metric: objective.metric, order: objective.order, timeAttribute: objective.timeAttribute,
                gracePeriod: value(.gracePeriod)?.double() ?? 60, minSamples: value(.minSamples)?.int() ?? 3,
                minTimeSlice: value(.minTimeSlice)?.double() ?? 0,
                stopsTrials: value(.stopsTrials)?.bool() ?? true)
        }
    }

    /// The settings as data, every key present.
    public var tree: StateTree {
        objective.tree([
            (Key.gracePeriod, .double(gracePeriod)), (.minSamples, .int(Int64(minSamples))),
            (.minTimeSlice, .double(minTimeSlice)), (.stopsTrials, .bool(stopsTrials)),
        ])
    }
}
