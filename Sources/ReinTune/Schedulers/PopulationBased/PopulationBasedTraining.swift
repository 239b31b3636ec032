public import ReinRandom

/// Population-based training (Jaderberg et al. 2017): trials that do badly take over the weights of others that do well,
/// and go on with settings that are those of the others, somewhat changed.
///
///     let configuration = try PopulationBasedTraining.Configuration(
///         metric: "episode_return_mean", order: .max, timeAttribute: "training_iteration", interval: 10,
///         mutations: ["lr": .domain(.logUniform(1e-5...1e-2)), "batch": [16, 32, 64, 128]])
///     let scheduler = PopulationBasedTraining(configuration)
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
    /// The settings.
    public let configuration: Configuration
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

    /// Makes a scheduler without trials.
    ///
    /// - Parameters:
    ///   - configuration: the settings.
    ///   - random: where everything that is left to chance comes from.
    public init(
        _ configuration: Configuration, random: RandomStream = RandomStream(seed: 0, name: "population-based training")
    ) {
        self.configuration = configuration
        self.random = random
        meetingTime = max(configuration.interval, configuration.burnIn)
    }
}
