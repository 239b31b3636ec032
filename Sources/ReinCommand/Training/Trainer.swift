import Rein

/// An algorithm whose method has been forgotten: what the command needs of any of them.
protocol Trainer: AnyObject {
    /// The name of the method, such as `PPO`.
    var algorithmName: String { get }
    /// The environment that is trained in.
    var environment: TrainingEnvironment { get }
    /// All settings of the method.
    var settings: StateTree { get }
    /// The seed of the run.
    var seed: Int { get }
    /// The policies.
    var policyIDs: [PolicyID] { get }
    /// The settings of policies that have their own, as far as they differ, by their ids.
    var policySettings: StateMap { get }
    /// Which policy acts for which agent.
    var mapping: PolicyMapping { get }
    /// Which policy acts for which agent in evaluation; as in training when nil.
    var evaluationMapping: PolicyMapping? { get }
    /// The policies that are improved.
    var policiesToTrain: [PolicyID] { get }
    /// How much has been done since the start of training.
    var counters: TrainingCounters { get }
    /// The number of steps of all copies of the environment in one iteration.
    var environmentStepsPerIteration: Int { get }
    /// The last 100 episodes.
    var episodes: EpisodeWindow { get }

    /// Who computes.
    var arithmetic: Arithmetic { get }
    /// Who computed before, in the checkpoint; nil where nothing is known of that.
    var earlierArithmetic: Arithmetic? { get }
    /// The settings of RLlib's files that the policies came from which training goes on without.
    var rllibDepartures: [RLlibDeparture] { get }
    /// Which policies RLlib has no equal for, and why.
    var rllibProblems: [(id: PolicyID, problem: String)] { get }

    /// Whether an iteration was stopped before its end.
    var isInsideIteration: Bool { get }

    /// Runs one iteration, or the rest of one that was stopped, for as long as `goesOn` says so.
    ///
    /// - Returns: nil when the iteration was stopped.
    func train(while goesOn: @Sendable () -> Bool) throws -> TrainingResult?

    /// Writes a checkpoint of everything to a directory that is not there yet; what has not changed since an earlier
    /// one shares its files.
    func save(to path: String, format: CheckpointFormat, sharingWith earlier: String?) throws
}

extension Algorithm: Trainer {
    var algorithmName: String { Method.algorithmName }
    var settings: StateTree { configuration.tree }
    var seed: Int { configuration.seed }
    var environmentStepsPerIteration: Int { stepsPerIteration * configuration.environmentCount }
    var policySettings: StateMap { if case .map(let map) = policyConfigurations { map } else { StateMap() } }

    func save(to path: String, format: CheckpointFormat, sharingWith earlier: String?) throws {
        try save(
            to: path, format: format, sharingWith: earlier, replacingExisting: false, synchronizing: true)
    }
}
