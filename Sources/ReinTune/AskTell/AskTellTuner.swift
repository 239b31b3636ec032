public import ReinCheckpoints

/// Searches for the settings with which something is done best, for those with a loop of their own: they ask for trials,
/// and tell what they come to.
///
///     let space: SearchSpace = ["x": .uniform(-1...1)]
///     let tuner = AskTellTuner(
///         searcher: try SpaceSearcher(searching: space, metric: "loss", order: .min), space: space)
///     let experiment = try tuner.begin(in: "runs/parabola")
///     while let trial = try experiment.ask() {
///         let x = try StateReader(.map(trial.configuration)).double("x")
///         try experiment.tell(trial.id, ["loss": .double(x * x)], done: true)
///     }
///     try experiment.close()
///
/// The folder is laid out as that of a `Tuner`: with the records of each trial, which `ResultGrid` and Ray Tune read, and a
/// journal, from which the experiment goes on after its process was killed, with the decisions that it would have made.
public struct AskTellTuner: Sendable {
    /// What is trained, for the names of folders.
    public var name: String
    /// What thinks up the settings.
    public var searcher: any Searcher
    /// What trials differ in, for their names; nil when nobody knows.
    public var space: SearchSpace?
    /// What decides which trials go on.
    public var scheduler: any TrialScheduler = FIFOScheduler()
    /// When trials, or all of them, have come to their end; nil when their results say so themselves.
    public var stopRule: StopRule?
    /// What becomes of trials that fail.
    public var failures: FailurePolicy = .standard
    /// The largest number of trials that are out at once, 10,000 at most, so that as many may train side by side. An experiment keeps the
    /// one that it was begun with.
    public var concurrency = 1
    /// The largest number of trials; nil for as many as the searcher has settings for.
    public var maximumTrials: Int?
    /// Whether to wait until decisions are on the disk, so that they survive a power failure.
    public var synchronizes = true
    /// Whether `result.json` has `NaN` and `Infinity` as bare words, as Ray writes them, which are no JSON, instead of null.
    public var writesNonFiniteNumbers = false
    /// Whether each trial has an event file, for TensorBoard.
    public var writesEvents = true
    /// What the ids of trials are made from, with the name of the folder.
    public var seed: UInt64

    /// Searches with a searcher.
    ///
    /// - Parameters:
    ///   - name: what is trained, for the names of folders.
    ///   - searcher: what thinks up the settings.
    ///   - space: what trials differ in, for their names.
    ///   - seed: what the ids of trials are made from.
    public init(named name: String = "trial", searcher: any Searcher, space: SearchSpace? = nil, seed: UInt64 = 0) {
        self.name = name
        self.searcher = searcher
        self.space = space
        self.seed = seed
    }

    /// Begins an experiment.
    ///
    /// - Parameter folder: the path of the experiment's folder, whose name is the experiment's. It is made.
    /// - Throws: `StateError` for settings that make no sense, a folder that has an experiment already or is in use, a
    ///   journal that cannot be written, and what the searcher has against its space.
    public func begin(in folder: String) throws(StateError) -> AskTellExperiment {
        // They are thought up at once.
        guard (1...10_000).contains(concurrency) else {
            throw StateError(
                .outOfRange, "\(concurrency) is out of range (allowed: 1 to 10000)", path: "concurrency")
        }
        let (experiment, state) = try outline.begin(in: folder, concurrency: concurrency)
        return try AskTellExperiment(self, in: experiment, state, warnings: [])
    }

    /// Goes on with an experiment that was closed or killed, as if nothing had happened; or with changes.
    ///
    /// Trials that were out are asked for again, in the order of their making. Everything but the changes has to be what it
    /// was: the name, the space, the kinds of searcher and scheduler.
    ///
    /// - Parameters:
    ///   - folder: the path of the experiment's folder.
    ///   - revision: what is to be different from now on.
    /// - Throws: `StateError` when there is no experiment, when it is another one's, when its journal is damaged, and as
    ///   `begin`.
    public func resume(
        in folder: String, revising revision: ExperimentRevision = ExperimentRevision()
    ) throws(StateError) -> AskTellExperiment {
        var warning: String?
        let (experiment, state) = try outline.open(folder, revising: revision, warning: &warning)
        return try AskTellExperiment(self, in: experiment, state, warnings: warning.map { [$0] } ?? [])
    }

    /// How results are written down.
    var recordOptions: TrialLog.Options {
        TrialLog.Options(
            writesNonFiniteNumbers: writesNonFiniteNumbers, writesEvents: writesEvents, synchronizes: synchronizes)
    }

    private var outline: ExperimentOutline {
        ExperimentOutline(
            trainable: name, searcher: searcher, space: space, scheduler: scheduler, stopRule: stopRule,
            failures: failures, maximumTrials: maximumTrials, seed: seed)
    }
}
