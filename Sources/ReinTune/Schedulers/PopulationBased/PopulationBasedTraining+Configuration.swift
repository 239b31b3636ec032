public import ReinCheckpoints
public import ReinRandom

extension PopulationBasedTraining {
    /// How trials are compared, and what becomes of the settings of those that take over.
    public struct Configuration: Sendable {
        /// Changes settings after everything else; what is random in it comes from the stream.
        public typealias Exploring = @Sendable (_ configuration: StateMap, _ random: inout RandomStream) -> StateMap

        /// What trials are compared by.
        public let objective: TrialObjective
        /// How far a trial trains between comparisons.
        public let interval: Double
        /// How far a trial trains at least before it is first compared.
        public let burnIn: Double
        /// How large a part of the trials the best and the worst ones are.
        public let quantile: Double
        /// Whether trials wait for one another.
        public let isSynchronous: Bool
        /// Whether a result without the metric or the time is an error.
        public let requiresMetrics: Bool
        /// Whether it is noted who took over from whom.
        public let isLogging: Bool

        let exploration: Exploration
        let exploring: Exploring?

        /// Says how trials are compared and changed.
        ///
        /// - Parameters:
        ///   - metric: the metric that trials are compared by. Maps inside one another are named with slashes.
        ///   - order: which values of the metric are the better ones.
        ///   - timeAttribute: the metric that says how far a trial has trained, and grows.
        ///   - interval: how far a trial trains between comparisons; above 0.
        ///   - burnIn: how far a trial trains at least before it is first compared; not negative.
        ///   - mutations: how parameters are changed, by their paths: keys with slashes between them. What a trial's settings
        ///     lack is drawn at random when the trial is made.
        ///   - quantile: how large a part of the trials the best and the worst ones are, from 0 to 0.5.
        ///   - resampleProbability: how likely it is that a parameter is drawn anew rather than changed a little.
        ///   - factors: what numbers are multiplied by, all equally likely.
        ///   - staysInDomain: whether numbers stay in their domains, as `Mutation` says. Otherwise they do as in Ray: products
        ///     leave the bounds and the grid, whole numbers are cut (7 gives 5 or 8, 1 gives 0 or 1), the kind of number is that
        ///     of the old value, and a choice of numbers is multiplied as well.
        ///   - isSynchronous: whether trials wait for one another.
        ///   - requiresMetrics: whether a result without the metric or the time is an error; if not, the trial goes on.
        ///   - isLogging: whether `log` notes who took over from whom.
        ///   - exploring: changes settings after the mutations, and may be there without any.
        /// - Throws: `StateError` that names the argument that is impossible.
        public init(
            metric: String, order: ScoreOrder, timeAttribute: String = "time_total_s", interval: Double = 60,
            burnIn: Double = 0, mutations: [String: Mutation] = [:], quantile: Double = 0.25,
            resampleProbability: Double = 0.25, factors: [Double] = [1.2, 0.8], staysInDomain: Bool = true,
            isSynchronous: Bool = false, requiresMetrics: Bool = true, isLogging: Bool = true,
            exploring: Exploring? = nil
        ) throws(StateError) {
            objective = try TrialObjective(metric: metric, order: order, timeAttribute: timeAttribute)
            guard interval > 0, interval.isFinite else {
                throw StateError(.outOfRange, "\(interval) has to be above 0", path: "interval")
            }
            guard burnIn >= 0, burnIn.isFinite else {
                throw StateError(.outOfRange, "\(burnIn) has to be 0 or more", path: "burnIn")
            }
            guard (0...0.5).contains(quantile) else {
                throw StateError(.outOfRange, "\(quantile) is not between 0 and 0.5", path: "quantile")
            }
            guard !mutations.isEmpty || exploring != nil else {
                throw StateError(.missingKey, "there is nothing that changes settings", path: "mutations")
            }
            exploration = try Exploration(
                mutations, resampleProbability: resampleProbability, factors: factors, staysInDomain: staysInDomain)
            self.interval = interval
            self.burnIn = burnIn
            self.quantile = quantile
            self.isSynchronous = isSynchronous
            self.requiresMetrics = requiresMetrics
            self.isLogging = isLogging
            self.exploring = exploring
        }
    }
}
