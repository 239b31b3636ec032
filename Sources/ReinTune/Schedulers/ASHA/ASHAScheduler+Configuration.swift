public import ReinCheckpoints

extension ASHAScheduler {
    /// How trials are compared, and where.
    public struct Configuration: Sendable, Hashable {
        /// What trials are compared by.
        public let objective: TrialObjective
        /// How far a trial may come.
        public let maxTime: Double
        /// How far each trial comes at least: where the first rung is.
        public let gracePeriod: Double
        /// How many times farther each rung lies than the one before it, and of how many trials one goes on from there.
        public let reductionFactor: Double
        /// The number of brackets. Each has one rung fewer than the one before it, and spares its trials for longer.
        public let bracketCount: Int
        /// Whether a trial is stopped when it has come as far as it may.
        public let stopsLastTrials: Bool

        /// The number of rungs that a bracket may have.
        static let rungLimit = 1_000
        private static let bracketLimit = 100

        /// Says how trials are compared.
        ///
        /// - Throws: `StateError` with `.outOfRange` that names the setting: a metric without a name; times that are not above 0, or a grace period
        ///   that is longer than the whole time; a factor that is not above 1, or so near to it that there were more than
        ///   1,000 rungs; fewer than 1 bracket, or more than 100.
        public init(
            metric: String, order: ScoreOrder, timeAttribute: String = "training_iteration", maxTime: Double = 100,
            gracePeriod: Double = 1, reductionFactor: Double = 4, bracketCount: Int = 1, stopsLastTrials: Bool = true
        ) throws(StateError) {
            objective = try TrialObjective(metric: metric, order: order, timeAttribute: timeAttribute)
            try check(maxTime > 0 && maxTime.isFinite, Key.maxTime, maxTime, allowed: "finite, above 0")
            try check(
                gracePeriod > 0 && gracePeriod <= maxTime, Key.gracePeriod, gracePeriod,
                allowed: "above 0, at most \(maxTime), which is maxTime")
            try check(
                reductionFactor > 1 && reductionFactor.isFinite, Key.reductionFactor, reductionFactor,
                allowed: "finite, above 1")
            try check(
                1...Self.bracketLimit ~= bracketCount, Key.bracketCount, bracketCount,
                allowed: "1 to \(Self.bracketLimit)")
            self.maxTime = maxTime
            self.gracePeriod = gracePeriod
            self.reductionFactor = reductionFactor
            self.bracketCount = bracketCount
            self.stopsLastTrials = stopsLastTrials
            try check(
                milestones.count <= Self.rungLimit, Key.reductionFactor, reductionFactor,
                allowed: "what makes at most \(Self.rungLimit) rungs")
        }

        /// Where the rungs of the first bracket are: the grace period times the factor's powers, as far as trials come.
        var milestones: [Double] {
            var milestones: [Double] = []
            var milestone = gracePeriod
            while milestone <= maxTime, milestones.count <= Self.rungLimit {
                milestones.append(milestone)
                milestone *= reductionFactor
            }
            return milestones
        }
    }
}

/// Settings as data.
extension ASHAScheduler.Configuration {
    private enum Key: String, CaseIterable {
        case maxTime, gracePeriod, reductionFactor, bracketCount, stopsLastTrials
    }

    /// Reads settings; those that are missing have their standard values, except `metric` and `order`.
    ///
    ///     {"metric": "returnMean", "order": "max", "maxTime": 81, "reductionFactor": 3}
    ///
    /// - Throws: `StateError` that names the place: a key that is unknown, with the nearest one, a value of another type,
    ///   or out of range.
    public init(_ settings: StateReader) throws(StateError) {
        self = try TrialObjective.settings(settings, Key.self, timeAttribute: MetricName.trainingIteration) {
            value, objective throws(StateError) in
            try Self(
                metric: objective.metric, order: objective.order, timeAttribute: objective.timeAttribute,
                maxTime: value(.maxTime)?.double() ?? 100, gracePeriod: value(.gracePeriod)?.double() ?? 1,
                reductionFactor: value(.reductionFactor)?.double() ?? 4,
                bracketCount: value(.bracketCount)?.int() ?? 1,
                stopsLastTrials: value(.stopsLastTrials)?.bool() ?? true)
        }
    }

    /// The settings as data, every key present.
    public var tree: StateTree {
        objective.tree([
            (Key.maxTime, .double(maxTime)), (.gracePeriod, .double(gracePeriod)),
            (.reductionFactor, .double(reductionFactor)), (.bracketCount, .int(Int64(bracketCount))),
            (.stopsLastTrials, .bool(stopsLastTrials)),
        ])
    }
}
