public import ReinCheckpoints
public import ReinRandom

/// Population-based training (Jaderberg et al. 2017): trials that do badly take over the weights of others that do well,
/// and go on with settings that are those of the others, somewhat changed.
///
///     let scheduler = try PopulationBasedTraining(
///         metric: "episode_return_mean", order: .max, timeAttribute: "training_iteration", interval: 10,
///         mutations: ["lr": .domain(.logUniform(1e-5...1e-2)), "batch": [16, 32, 64, 128]])
///
/// Trials are compared when they have trained for an interval. Of those that have been compared and still train, the best
/// ones are saved, and each of the worst ones takes over from one of the best, drawn at random, that did better than itself.
/// A score that is no number is worse than all others. Where there are fewer places than trials, they take turns.
///
/// The asynchronous way compares a trial with what is known of the others whenever it has trained for an interval. In the
/// synchronous way, trials wait for one another; those that have come to their end are waited for no longer.
///
/// Decisions are Ray Tune's, apart from what is a fault there: trials of equal scores do not take over from one another, a
/// quantile of 0 saves nothing, a score that is no number is not that of a good trial, numbers stay in their domains, and
/// trials that wait for one another do not wait for ever.
public struct PopulationBasedTraining: Sendable {
    /// Changes settings after everything else; what is random in it comes from the stream.
    public typealias Exploring = @Sendable (_ configuration: StateMap, _ random: inout RandomStream) -> StateMap

    /// The metric that trials are compared by.
    public let metric: String
    /// Which values of the metric are the better ones.
    public let order: ScoreOrder
    /// The metric that says how far a trial has trained.
    public let timeAttribute: String
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

    /// Where everything that is left to chance comes from.
    var random: RandomStream
    /// What says in place of `random` what chance does.
    var replacedDraws: (any PopulationDraws)?
    /// What is known of the trials, in the order of their making.
    var members: [PopulationMember] = []
    var places: [TrialID: Int] = [:]
    /// How far trials train before they wait for one another.
    var meetingTime: Double

    /// Who took over from whom.
    public internal(set) var log = PopulationLog()
    /// How often a trial was among the best when it was compared.
    public internal(set) var checkpointCount = 0
    /// How often a trial took over from another one.
    public internal(set) var exploitCount = 0

    /// Makes a scheduler.
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
    ///   - seed: what everything depends on that is left to chance.
    ///   - exploring: changes settings after the mutations, and may be there without any.
    /// - Throws: `StateError` that names the argument that is impossible.
    public init(
        metric: String, order: ScoreOrder, timeAttribute: String = "time_total_s", interval: Double = 60,
        burnIn: Double = 0, mutations: [String: Mutation] = [:], quantile: Double = 0.25,
        resampleProbability: Double = 0.25, factors: [Double] = [1.2, 0.8], staysInDomain: Bool = true,
        isSynchronous: Bool = false, requiresMetrics: Bool = true, isLogging: Bool = true, seed: UInt64 = 0,
        exploring: Exploring? = nil
    ) throws(StateError) {
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
        self.metric = metric
        self.order = order
        self.timeAttribute = timeAttribute
        self.interval = interval
        self.burnIn = burnIn
        self.quantile = quantile
        self.isSynchronous = isSynchronous
        self.requiresMetrics = requiresMetrics
        self.isLogging = isLogging
        self.exploring = exploring
        random = RandomStream(seed: seed, name: "population-based training")
        meetingTime = max(interval, burnIn)
    }
}
