public import ReinCheckpoints
public import ReinNumerics
public import ReinPolicies
package import ReinRLlib

/// An algorithm whose method is not known before the program runs: what a command, a tuner or a server handles.
///
///     let algorithm = try AlgorithmKind.named("dqn").makeAlgorithm(
///         environment: TrainingEnvironment(named: "CartPole-v1"), settings: ["seed": 7])
///     print(try algorithm.train())
///     let same = try AnyAlgorithm(restoring: algorithm.checkpoint())
///
/// It refers to one algorithm, which others may hold, too, and is used from one thread at a time.
public final class AnyAlgorithm {
    let base: any ErasedAlgorithm

    /// Forgets the method of an algorithm.
    public convenience init<Method: Learner>(_ algorithm: Algorithm<Method>) { self.init(erasing: algorithm) }

    /// Takes anything that acts like an algorithm.
    package init(erasing base: any ErasedAlgorithm) { self.base = base }

    /// The algorithm, if its method is the one that is asked for: `algorithm.as(PPO.self)`.
    public func `as`<Method: Learner>(_ type: Algorithm<Method>.Type) -> Algorithm<Method>? {
        base as? Algorithm<Method>
    }

    /// The name of the method, such as `PPO`.
    public var name: String { base.algorithmName }
    /// The environment that policies are trained in.
    public var environment: TrainingEnvironment { base.environment }
    /// All settings of the method, every key present.
    public var settings: StateTree { base.settings }
    /// The seed of the run.
    public var seed: Int { base.seed }
    /// The policies, and what they are for.
    public var lineup: Lineup { base.lineup }
    /// How much has been done since the start of training.
    public var counters: TrainingCounters { base.counters }
    /// The last 100 episodes of all policies.
    public var episodes: EpisodeWindow { base.episodes }
    /// The number of steps that all copies of the environment together take in one iteration.
    public var environmentStepsPerIteration: Int { base.environmentStepsPerIteration }
    /// Who computes: what the last bits of results depend on, besides seed and settings.
    public var arithmetic: Arithmetic { base.arithmetic }
    /// Who computed before, in the checkpoint that this was restored from; nil where that is not known.
    public var earlierArithmetic: Arithmetic? { base.earlierArithmetic }
    /// Whether an iteration was stopped before its end, so that `train` goes on inside it.
    public var isInsideIteration: Bool { base.isInsideIteration }

    /// Runs one iteration, or what is left of one that was stopped; see `Algorithm.train()`.
    ///
    /// - Throws: `TrainingError` as there.
    public func train() throws -> TrainingResult {
        while true {
            if let result = try train(while: { true }) { return result }
        }
    }

    /// Runs one iteration, or what is left of one that was stopped, for as long as `goesOn` says so; see
    /// `Algorithm.train(while:)`.
    ///
    /// - Parameter goesOn: whether there is time; asked from several threads at once.
    /// - Returns: nil when the iteration is not finished.
    /// - Throws: `TrainingError` as there.
    public func train(while goesOn: @Sendable () -> Bool) throws -> TrainingResult? { try base.train(while: goesOn) }

    /// A snapshot of a policy with its learner's state, but without its replay, or nil when there is no policy of this
    /// id.
    public func policy(_ id: PolicyID = .default) -> Policy? { base.policy(id) }

    /// Runs whole episodes with the policies as they are, apart from training; see `Algorithm.evaluate`.
    ///
    /// - Throws: `StateError` as there.
    public func evaluate(
        episodes: Int = 100, seed: Int = 0, explores: Bool = false, opponents: [PolicyID: EvaluationPlayer] = [:],
        mapping: PolicyMapping? = nil
    ) throws -> EvaluationResult {
        try base.evaluate(
            episodes: episodes, seed: seed, explores: explores, opponents: opponents, mapping: mapping,
            while: { true }) ?? EvaluationResult()
    }

    /// When `train` evaluates the policies after an iteration; see `Algorithm.evaluationSchedule`.
    public var evaluationSchedule: EvaluationSchedule? {
        get { base.evaluationSchedule }
        set { base.evaluationSchedule = newValue }
    }

    /// Evaluates the policies as they are, as a schedule says; see `Algorithm.evaluate(by:while:)`.
    ///
    /// - Throws: `StateError` as there.
    public func evaluate(
        by schedule: EvaluationSchedule, while goesOn: () -> Bool = { true }
    ) throws -> TrainingEvaluation? {
        try base.scheduledEvaluation(by: schedule, while: goesOn)
    }

    /// The settings that are others than in the checkpoint that this was restored from; none otherwise.
    public var settingChanges: [SettingChange] { base.settingChanges }

    /// Takes over everything from a checkpoint in memory, of an algorithm of the same method with the same environment;
    /// see `Algorithm.restore(from:policies:changing:)`.
    ///
    ///     try algorithm.restore(from: best, changing: ["learningRate": 1e-4])
    ///
    /// - Parameters:
    ///   - checkpoint: the checkpoint.
    ///   - settings: what to change of its settings; when nil, they have to be those of the algorithm.
    /// - Throws: `StateError` and `ConfigurationError` as there.
    public func restore(from checkpoint: Checkpoint, changing settings: StateTree? = nil) throws {
        try base.restore(from: SavedCheckpoint(checkpoint.source()), changing: settings)
    }

    /// Takes over everything from a checkpoint in a directory; see `restore(from:changing:)` with one in memory.
    ///
    /// - Throws: as there.
    public func restore(from path: String, changing settings: StateTree? = nil) throws {
        try base.restore(from: SavedCheckpoint(opening: path), changing: settings)
    }

    /// A checkpoint of everything, in memory; see `Algorithm.checkpoint`.
    ///
    /// - Throws: `StateError` for a mapping that cannot be saved.
    public func checkpoint(leavingOutCustomMappings: Bool = false) throws(StateError) -> Checkpoint {
        try base.checkpoint(leavingOutCustomMappings: leavingOutCustomMappings)
    }

    /// Writes a checkpoint of everything: a directory that is complete or not there at all; see `Algorithm.save`.
    ///
    /// - Throws: `StateError` when the directory exists or cannot be written, and for a mapping that cannot be saved.
    public func save(
        to path: String, format: CheckpointFormat = .native, sharingWith earlier: String? = nil,
        replacingExisting: Bool = false, synchronizing: Bool = true, leavingOutCustomMappings: Bool = false
    ) throws(StateError) {
        try base.save(
            to: path, format: format, sharingWith: earlier, replacingExisting: replacingExisting,
            synchronizing: synchronizing, leavingOutCustomMappings: leavingOutCustomMappings)
    }

    /// What has happened to environments outside of this program since training began; nil where they are part of it.
    public var environmentIncidents: EnvironmentIncidents? { base.environmentIncidents }

    /// What became of episodes in flight when a checkpoint was restored, where some of them could not go on.
    public var environmentNotes: [String] { base.environmentNotes }

    /// A result without numbers, with the keys that those of training will have.
    package var blankResult: TrainingResult { base.blankResult }

    /// The settings of RLlib's files that the policies came from which training goes on without.
    package var rllibDepartures: [RLlibDeparture] { base.rllibDepartures }

    /// Which policies RLlib has no equal for, and why.
    package var rllibProblems: [(id: PolicyID, problem: String)] { base.rllibProblems }
}

extension AnyAlgorithm {
    /// Creates an algorithm of the method that a checkpoint in a directory was saved with; see `Algorithm.init(restoring:)`.
    ///
    /// - Parameters:
    ///   - path: the checkpoint's directory.
    ///   - environment: the environment, or nil to look the saved id up among the registered ones.
    ///   - settings: what to change of the checkpoint's settings.
    ///   - lineup: which of the saved policies to restore, and what they are to do that they did not before.
    ///   - threads: the number of threads to work on, without effect on results.
    ///   - verifyingChecksums: whether to compare files with their checksums first.
    /// - Throws: as there, and `StateError` for a method that is not registered.
    public convenience init(
        restoring path: String, environment: TrainingEnvironment? = nil, changing settings: StateTree = [:],
        lineup: LineupChanges = .none, threads: Int = 1, verifyingChecksums: Bool = true
    ) throws {
        try self.init(
            restoring: SavedCheckpoint(opening: path, verifyingChecksums: verifyingChecksums),
            environment: environment, changing: settings, lineup: lineup, threads: threads)
    }

    /// Creates an algorithm of the method that a checkpoint in memory was saved with.
    ///
    /// - Throws: as the initialiser with a path.
    public convenience init(
        restoring checkpoint: Checkpoint, environment: TrainingEnvironment? = nil, changing settings: StateTree = [:],
        lineup: LineupChanges = .none, threads: Int = 1
    ) throws {
        try self.init(
            restoring: SavedCheckpoint(checkpoint.source()), environment: environment, changing: settings,
            lineup: lineup,
            threads: threads)
    }

    /// Creates an algorithm from a checkpoint that has been opened.
    package convenience init(
        restoring checkpoint: SavedCheckpoint, environment: TrainingEnvironment? = nil,
        changing settings: StateTree = [:], lineup: LineupChanges = .none, threads: Int = 1
    ) throws {
        let kind = try AlgorithmKind.named(checkpoint.algorithm().algorithm)
        self.init(erasing: try kind.restored(checkpoint, environment, settings, lineup, threads))
    }
}
