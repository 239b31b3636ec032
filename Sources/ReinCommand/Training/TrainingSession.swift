import Rein

/// A run at work: iterations, records and checkpoints until a criterion is met or the process is told to stop.
struct TrainingSession {
    private let trainer: any Trainer
    private let parameters: RunParameters
    private let run: RunDirectory
    private let format: CheckpointFormat
    private var display: ProgressDisplay
    private var log: RunLog
    private let notes: [String]
    private let sharesFiles: Bool
    private var savedIteration: Int?
    private var savedPath = ""

    /// What a session leaves.
    struct Outcome {
        /// Why it ended.
        let reason: StopCriteria.Reason
        /// The last checkpoint.
        let checkpoint: String
        /// How long it took, in seconds.
        let seconds: Double
        /// The environment steps of this session.
        let steps: Int
    }

    /// Prepares a session in a run's directory: writes `params.json` and opens the records.
    ///
    /// - Parameter sharesFiles: whether checkpoints share the files that did not change since the one before.
    /// - Throws: `StateError` when a file cannot be written.
    init(_ planned: PlannedRun, sharesFiles: Bool, quiet: Bool) throws {
        let (trainer, parameters, run) = (planned.trainer, planned.parameters, planned.directory)
        self.trainer = trainer
        self.parameters = parameters
        self.run = run
        notes = planned.notes
        self.sharesFiles = sharesFiles
        format = parameters.format ?? .native
        try LocalFile.replace(run.parametersPath, with: JSON.text(parameters.tree, pretty: true) + "\n")
        log = try RunLog(of: run, continuingAfter: trainer.counters.iterations)
        display = ProgressDisplay(quiet: quiet, trainer: trainer, stop: parameters.stop)
    }

    /// Trains until the end, and saves.
    ///
    /// - Throws: whatever training, writing records or saving throws; checkpoints made before stay.
    mutating func train() throws -> Outcome {
        let firstStep = trainer.counters.environmentSteps
        let beginning = firstStep == 0 ? "" : ", from step \(Wording.grouped(firstStep))"
        display.note(
            "Training \(trainer.algorithmName) on \(trainer.environment.id), seed \(trainer.seed)\(beginning), "
                + "to \(parameters.stop.words(after: firstStep, stepsPerIteration: trainer.environmentStepsPerIteration))"
        )
        display.note("Run directory: \(run.path)")
        for note in notes { display.note(note) }
        display.begin()
        do {
            let reason = try iterate()
            if savedIteration != trainer.counters.iterations || trainer.isInsideIteration { try save() }
            display.close()
            return Outcome(
                reason: reason, checkpoint: savedPath, seconds: display.elapsed,
                steps: trainer.counters.environmentSteps - firstStep)
        } catch {
            display.close()
            throw error
        }
    }

    private mutating func iterate() throws -> StopCriteria.Reason {
        while true {
            // An iteration that was stopped is finished first, as it would have been.
            if !trainer.isInsideIteration,
                let reason = parameters.stop.reason(counters: trainer.counters, episodes: trainer.episodes)
            {
                return reason
            }
            guard let result = try trainer.train(while: { !Signals.isEndRequested }) else { return .interrupted }
            var tree = result.tree
            tree.append("elapsedSeconds", .double(display.elapsed))
            try log.append(tree)
            display.show(result)
            if let every = parameters.checkpointEvery, result.counters.iterations % every == 0 { try save() }
        }
    }

    private mutating func save() throws {
        let earlier = sharesFiles ? run.newestCheckpoint : nil
        savedPath = run.nextCheckpoint
        try trainer.save(to: savedPath, format: format, sharingWith: earlier)
        savedIteration = trainer.counters.iterations
    }
}

extension StateTree {
    /// Appends an entry to a map; of no effect on anything else.
    mutating func append(_ key: String, _ value: StateTree) {
        guard case .map(var map) = self else { return }
        map.append(key, value)
        self = .map(map)
    }
}
