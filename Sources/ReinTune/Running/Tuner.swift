public import ReinCheckpoints

/// Searches for the settings with which something is trained best: many trials, which are thought up, trained side by side,
/// compared, stopped early, survived and written down.
///
///     let space: SearchSpace = ["rate": .logUniform(1e-4...1e-1), "width": .choice([32, 64])]
///     var tuner = try Tuner(TrainableDefinition(Regression.self), searching: space, samples: 20, seed: 7)
///     tuner.scheduler = ASHAScheduler(try .init(metric: "loss", order: .min, maxTime: 100))
///     let outcome = try await tuner.run(in: "runs/regression")
///
/// The folder gets one for each trial, with its `params.json`, `result.json`, `progress.csv`, event files and checkpoints, in
/// the layout of Ray Tune; and a journal, from which a search goes on after its process was killed, with the decisions that
/// it would have made.
public struct Tuner: Sendable {
    /// What is trained.
    public var definition: TrainableDefinition
    /// What thinks up the settings.
    public var searcher: any Searcher
    /// What trials differ in, for their names; nil when nobody knows.
    public var space: SearchSpace?
    /// What decides which trials go on.
    public var scheduler: any TrialScheduler = FIFOScheduler()
    /// When trials, or all of them, have come to their end; nil when they say so themselves.
    public var stopRule: StopRule?
    /// When checkpoints are made, and which of each trial stay.
    public var checkpoints: CheckpointConfig = .standard
    /// What becomes of trials that fail.
    public var failures: FailurePolicy = .standard
    /// Where trials are trained.
    public var placement = TrialPlacement.threads
    /// Whether what a trial's process prints goes to the files `stdout` and `stderr` in the trial's folder. Threads print
    /// where the program does.
    public var logsToFile = false
    /// How long trials may take for what they do.
    public var limits: WorkerLimits = .standard
    /// What there is for all trials together; nil for what this machine has.
    public var machine: MachineResources?
    /// The largest number of trials that run at once; nil for as many as there are resources for.
    public var maximumConcurrency: Int?
    /// The largest number of trials; nil for as many as the searcher has settings for.
    public var maximumTrials: Int?
    /// Whether decisions do not depend on how long steps take, but only on the seed: trials report as if each step took the
    /// same time. As many run at once as `maximumConcurrency` says, four when it says nothing, whatever the resources are:
    /// those that have none wait with their next step.
    public var isDeterministic = false
    /// Whether trainables that are `Resettable` begin anew with the next trial, instead of being made.
    public var reusesTrainables = true
    /// Whether to wait until decisions and checkpoints are on the disk, so that they survive a power failure.
    public var synchronizes = true
    /// Whether `result.json` has `NaN` and `Infinity` as bare words, as Ray writes them, which are no JSON, instead of null.
    public var writesNonFiniteNumbers = false
    /// Whether each trial has an event file, for TensorBoard.
    public var writesEvents = true
    /// Where an experiment that lies in a storage is worked on: in a folder of its name there; nil for one in a temporary
    /// folder. It is removed when everything has been brought to the storage; a process that is killed leaves it.
    public var workingFolder: String?
    /// The shortest time between two times that an experiment is brought to the storage where it lies. It takes a twentieth
    /// of the time at most, and less often if need be; with zero it is brought there after every turn, whatever that takes.
    public var mirrorInterval = Duration.seconds(60)
    /// What the ids of trials are made from, with the name of the folder.
    public var seed: UInt64

    /// Searches with a searcher.
    ///
    /// - Parameters:
    ///   - definition: what is trained.
    ///   - searcher: what thinks up the settings.
    ///   - space: what trials differ in, for their names.
    ///   - seed: what the ids of trials are made from.
    public init(
        _ definition: TrainableDefinition, searcher: any Searcher, space: SearchSpace? = nil, seed: UInt64 = 0
    ) {
        self.definition = definition
        self.searcher = searcher
        self.space = space
        self.seed = seed
    }

    /// Goes through the grid of a space, and draws everything else at random.
    ///
    /// - Parameters:
    ///   - definition: what is trained.
    ///   - space: what is tried.
    ///   - samples: how often the grid is gone through, or the number of trials if there is none; nil for no end.
    ///   - seed: what random numbers and the ids of trials are made from.
    /// - Throws: `StateError` for a space that makes no sense.
    public init(
        _ definition: TrainableDefinition, searching space: SearchSpace, samples: Int? = 1, seed: UInt64 = 0
    ) throws(StateError) {
        self.init(
            definition,
            searcher: GridRandomSearcher(try VariantSequence(of: space, numSamples: samples ?? -1, seed: seed)),
            space: space, seed: seed)
    }
}
