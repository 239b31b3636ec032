public import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension HyperBandScheduler {
    /// How trials are compared, and in what brackets.
    public struct Configuration: Sendable, Hashable {
        /// What trials are compared by.
        public let objective: TrialObjective
        /// How far a trial may come.
        public let maxTime: Int
        /// How many times farther each milestone lies than the one before it, and of how many trials one goes on from there.
        public let reductionFactor: Double
        /// Whether the trials are stopped that have come as far as they may.
        public let stopsLastTrials: Bool
        /// The kinds of brackets, in the order in which they are filled.
        let kinds: [BracketKind]

        /// What all brackets of a kind have in common.
        struct BracketKind: Sendable, Hashable {
            /// The number of trials that it begins with.
            let capacity: Int
            /// Where its trials are compared for the first time.
            let firstMilestone: Int
            /// How often they are halved, as it is called, on their way.
            let halvings: Int
        }

        private static let timeLimit = 1 << 40
        private static let kindLimit = 1_000

        /// Says how trials are compared.
        ///
        /// - Throws: `StateError` with `.outOfRange` that names the setting: a metric without a name; a time below 1 or above 2⁴⁰; a factor that is
        ///   not above 1, or so near to it that there were more than 1,000 kinds of brackets.
        public init(
            metric: String, order: ScoreOrder, timeAttribute: String = "training_iteration", maxTime: Int = 81,
            reductionFactor: Double = 3, stopsLastTrials: Bool = true
        ) throws(StateError) {
            objective = try TrialObjective(metric: metric, order: order, timeAttribute: timeAttribute)
            try check(1...Self.timeLimit ~= maxTime, Key.maxTime, maxTime, allowed: "1 to \(Self.timeLimit)")
            try check(
                reductionFactor > 1 && reductionFactor.isFinite, Key.reductionFactor, reductionFactor,
                allowed: "finite, above 1")
            let count = (log(Double(maxTime)) / log(reductionFactor)).rounded(.toNearestOrEven) + 1
            try check(
                count <= Double(Self.kindLimit), Key.reductionFactor, reductionFactor,
                allowed: "what makes at most \(Self.kindLimit) kinds of brackets")
            self.maxTime = maxTime
            self.reductionFactor = reductionFactor
            self.stopsLastTrials = stopsLastTrials
            kinds = Self.kinds(Int(count), maxTime: Double(maxTime), reductionFactor: reductionFactor)
        }

        private static func kinds(_ count: Int, maxTime: Double, reductionFactor: Double) -> [BracketKind] {
            var kinds: [BracketKind] = []
            var power = 1.0
            for halvings in 0..<count {
                // One that would compare its trials before they begin is none.
                let first = Int(maxTime / power)
                guard first > 0 else { break }
                let capacity = (Double(count) / Double(halvings + 1) * power).rounded(.up)
                kinds.append(BracketKind(capacity: Int(capacity), firstMilestone: first, halvings: halvings))
                power *= reductionFactor
            }
            return kinds
        }
    }
}

/// Settings as data.
extension HyperBandScheduler.Configuration {
    private enum Key: String, CaseIterable { case maxTime, reductionFactor, stopsLastTrials }

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
                maxTime: value(.maxTime)?.int() ?? 81, reductionFactor: value(.reductionFactor)?.double() ?? 3,
                stopsLastTrials: value(.stopsLastTrials)?.bool() ?? true)
        }
    }

    /// The settings as data, every key present.
    public var tree: StateTree {
        objective.tree([
            (Key.maxTime, .int(Int64(maxTime))), (.reductionFactor, .double(reductionFactor)),
            (.stopsLastTrials, .bool(stopsLastTrials)),
        ])
    }
}
