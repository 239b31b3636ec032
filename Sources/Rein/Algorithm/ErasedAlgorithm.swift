package import ReinCheckpoints
package import ReinEnvironments
package import ReinExport
package import ReinNumerics
package import ReinPolicies
package import ReinRLlib

/// What an algorithm offers whatever its method is: what `AnyAlgorithm` hands on.
package protocol ErasedAlgorithm: AnyObject {
    /// The name of the method.
    var algorithmName: String { get }
    /// The environment that is trained in.
    var environment: TrainingEnvironment { get }
    /// All settings of the method.
    var settings: StateTree { get }
    /// The seed of the run.
    var seed: Int { get }
    /// The policies, and what they are for.
    var lineup: Lineup { get }
    /// How much has been done since the start of training.
    var counters: TrainingCounters { get }
    /// The last 100 episodes.
    var episodes: EpisodeWindow { get }
    /// The number of steps of all copies of the environment in one iteration.
    var environmentStepsPerIteration: Int { get }
    /// Who computes.
    var arithmetic: Arithmetic { get }
    /// Who computed before, in the checkpoint.
    var earlierArithmetic: Arithmetic? { get }
    /// Whether an iteration was stopped before its end.
    var isInsideIteration: Bool { get }
    /// What has happened to environments outside of this program since training began; nil where they are part of it.
    var environmentIncidents: EnvironmentIncidents? { get }
    /// What became of episodes in flight when a checkpoint was restored, where some of them could not go on.
    var environmentNotes: [String] { get }
    /// The settings of RLlib's files that the policies came from which training goes on without.
    var rllibDepartures: [RLlibDeparture] { get }
    /// Which policies RLlib has no equal for, and why.
    var rllibProblems: [(id: PolicyID, problem: String)] { get }

    /// A result without numbers, with the keys that those of training will have.
    var blankResult: TrainingResult { get }

    /// Runs one iteration, or the rest of one, for as long as `goesOn` says so.
    func train(while goesOn: @Sendable () -> Bool) throws -> TrainingResult?
    /// A snapshot of a policy with its learner's state.
    func policy(_ id: PolicyID) -> Policy?
    /// When `train` evaluates the policies after an iteration.
    var evaluationSchedule: EvaluationSchedule? { get set }
    /// Runs whole episodes with the policies as they are, for as long as `goesOn` says so; nil when it has said no.
    func evaluate(
        episodes: Int, seed: Int, explores: Bool, opponents: [PolicyID: EvaluationPlayer], mapping: PolicyMapping?,
        while goesOn: () -> Bool
    ) throws -> EvaluationResult?
    /// The settings that are others than in the checkpoint that this was restored from.
    var settingChanges: [SettingChange] { get }
    /// Takes over everything from a checkpoint, with changes of its settings if there are any.
    func restore(from checkpoint: SavedCheckpoint, changing settings: StateTree?) throws
    /// A checkpoint of everything, in memory.
    func checkpoint(leavingOutCustomMappings: Bool) throws(StateError) -> Checkpoint
    /// Writes a checkpoint of everything.
    func save(
        to path: String, format: CheckpointFormat, sharingWith earlier: String?, replacingExisting: Bool,
        synchronizing: Bool, leavingOutCustomMappings: Bool
    ) throws(StateError)
    /// Writes a policy as a file of another program.
    func exportPolicyModel(
        _ id: PolicyID?, to directory: String, as form: ModelForm, replacingExisting: Bool
    ) throws(StateError) -> String
    /// Writes a checkpoint of one policy.
    func exportPolicyCheckpoint(
        _ id: PolicyID?, to path: String, format: CheckpointFormat, replacingExisting: Bool
    ) throws(StateError)
}

extension Algorithm: ErasedAlgorithm {
    /// The name of the method.
    package var algorithmName: String { Method.algorithmName }
    /// All settings of the method.
    package var settings: StateTree { configuration.tree }
    /// A result without numbers, with the keys that those of training will have.
    package var blankResult: TrainingResult {
        var result = TrainingResult()
        result.policies = players.map(\.blankReport)
        result.environments = environmentIncidents
        return result
    }
    /// The seed of the run.
    package var seed: Int { configuration.seed }
    /// The number of steps of all copies of the environment in one iteration.
    package var environmentStepsPerIteration: Int { stepsPerIteration * configuration.environmentCount }

    /// Takes over everything from a checkpoint, with changes of its settings if there are any.
    ///
    /// - Throws: as `restore(from:policies:changing:)`.
    package func restore(from checkpoint: SavedCheckpoint, changing settings: StateTree?) throws {
        guard let settings else { return try restore(from: checkpoint, changing: nil) }
        try restore(from: checkpoint) { $0 = try Configuration(laying: settings, over: $0) }
    }
}
