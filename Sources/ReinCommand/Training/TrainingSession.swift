import Rein

/// A run at work: iterations, records and checkpoints until a criterion is met or the process is told to stop.
final class TrainingSession {
    private let algorithm: AnyAlgorithm
    private let parameters: RunParameters
    private let run: RunDirectory
    private let format: CheckpointFormat
    private var display: ProgressDisplay
    private var log: ResultLog
    private var events: EventLog?
    private let notes: [String]
    /// What the next line of `result.json` tells of settings that were changed.
    private var changes: [RecordedChange]
    private let sharesFiles: Bool
    private let warnings: [String]
    private let checkpoints: RunCheckpoints
    private var schedule: SaveSchedule
    private var evaluations: EvaluationHistory
    private var evaluationSeconds = 0.0
    /// The result of the iteration that the run goes on after when it has no evaluation.
    private let lastWithoutEvaluation: StateTree?
    private let firstIteration: Int
    private var savedIteration: Int?
    private var savedPath = ""
    /// The last result.
    private var row: StateTree?

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
        /// The evaluations of the run.
        let evaluations: EvaluationHistory
        /// How long evaluations took, in seconds.
        let evaluationSeconds: Double

        /// What a session would leave that has nothing to do.
        static func nothingToDo(_ planned: PlannedRun, because reason: StopCriteria.Reason) -> Outcome {
            Outcome(
                reason: reason, checkpoint: planned.checkpoint ?? "", seconds: 0, steps: 0,
                evaluations: planned.evaluations.history, evaluationSeconds: 0)
        }
    }

    /// Prepares a session in a run's directory: writes `params.json` and opens the records.
    ///
    /// - Parameter sharesFiles: whether checkpoints share the files that did not change since the one before.
    /// - Throws: `CommandFailure` and `StateError` when a file cannot be written.
    init(_ planned: PlannedRun, sharesFiles: Bool, quiet: Bool) throws {
        let (algorithm, parameters, run) = (planned.algorithm, planned.parameters, planned.directory)
        self.algorithm = algorithm
        self.parameters = parameters
        self.run = run
        notes = planned.notes
        evaluations = planned.evaluations.history
        lastWithoutEvaluation = planned.evaluations.lastWithout
        changes = planned.changes
        self.sharesFiles = sharesFiles
        format = parameters.format ?? .native
        try LocalFile.replace(run.parametersPath, with: JSON.text(parameters.tree, pretty: true) + "\n")
        firstIteration = algorithm.counters.iterations
        checkpoints = try RunCheckpoints(of: run, keeping: parameters.keep)
        warnings = planned.claim.warnings + planned.warnings + checkpoints.warnings
        LatestRun.set(to: run)
        log = try Self.log(of: run, continuingAfter: algorithm.counters.iterations)
        events = parameters.tensorboard == true ? EventLog(in: run.path) : nil
        row = Self.lastRow(of: run, iteration: firstIteration)
        display = ProgressDisplay(quiet: quiet, algorithm: algorithm, stop: parameters.stop)
        schedule = SaveSchedule(parameters.checkpointEvery ?? .standard, at: display.elapsed)
    }

    /// Trains until the end, and saves.
    ///
    /// - Throws: whatever training or writing records throws, and `CommandFailure` when the checkpoint of the end cannot
    ///   be made; checkpoints made before stay.
    func train() throws -> Outcome {
        let firstStep = algorithm.counters.environmentSteps
        let beginning = firstStep == 0 ? "" : ", from step \(Wording.grouped(firstStep))"
        display.note(
            "Training \(algorithm.name) on \(algorithm.environment.id), seed \(algorithm.seed)\(beginning), "
                + "to \(parameters.stop.words(after: firstStep, stepsPerIteration: algorithm.environmentStepsPerIteration))"
        )
        display.note("Run directory: \(run.path)")
        for note in notes { display.note(note) }
        for warning in warnings + log.takeWarnings() { display.warn(warning) }
        display.begin()
        do {
            try makeUpForEvaluation()
            let reason = try iterate()
            try saveAtEnd()
            checkpoints.end(as: reason == .interrupted ? .interrupted : .finished, keeping: savedPath, after: row)
            try log.finish()
            closeEvents()
            display.close()
            return Outcome(
                reason: reason, checkpoint: savedPath, seconds: display.elapsed,
                steps: algorithm.counters.environmentSteps - firstStep, evaluations: evaluations,
                evaluationSeconds: evaluationSeconds)
        } catch {
            if case TrainingError.environment = error { saveDespite() }
            if error is FailedEvaluation { saveDespite() }
            checkpoints.end(as: .failed)
            closeEvents()
            display.close()
            throw error
        }
    }

    /// Saves what was trained before the environment gave a number that is none, from which nothing was learnt, or
    /// before an evaluation failed.
    private func saveDespite() {
        guard algorithm.counters.iterations > firstIteration else { return }
        do {
            try saveAtEnd()
            display.warn("what was trained before is saved: \(savedPath)")
        } catch {
            display.warn("\(error)")
        }
    }

    private func iterate() throws -> StopCriteria.Reason {
        while true {
            // An iteration that was stopped is finished first, as it would have been.
            if !algorithm.isInsideIteration,
                let reason = parameters.stop.reason(
                    counters: algorithm.counters, episodes: algorithm.episodes, evaluations: evaluations)
            {
                return reason
            }
            let (stopwatch, deadline) = (display.stopwatch, schedule.deadline ?? .infinity)
            let finished = try algorithm.train { !Signals.isEndRequested && stopwatch.elapsed < deadline }
            guard var result = finished else {
                if Signals.isEndRequested { return .interrupted }
                if schedule.isDue(after: algorithm.counters.iterations, at: display.elapsed) { saveInPassing() }
                continue
            }
            let evaluated = Result { try evaluate() }
            result.evaluation = try? evaluated.get()
            var tree = result.tree
            tree.append(ResultKeys.elapsed, .double(display.elapsed))
            row = tree
            log.append(tree, details: takeChanges())
            showEvents(of: tree)
            for warning in log.takeWarnings() { display.warn(warning) }
            display.show(result)
            _ = try evaluated.get()
            if schedule.isDue(after: result.counters.iterations, at: display.elapsed) { saveInPassing() }
        }
    }

    /// Evaluates the policies, if the schedule asks for it now and nobody wants to leave.
    ///
    /// - Throws: `FailedEvaluation`.
    private func evaluate() throws -> TrainingEvaluation? {
        guard let schedule = parameters.evaluation, schedule.isDue(after: algorithm.counters.iterations) else {
            return nil
        }
        do {
            let evaluation = try algorithm.evaluate(by: schedule) { !Signals.isEndRequested }
            guard let evaluation else { return nil }
            evaluations.append(mean: evaluation.summary.returnMean)
            evaluationSeconds += evaluation.seconds
            return evaluation
        } catch {
            throw FailedEvaluation(cause: error)
        }
    }

    /// Evaluates after the iteration that the run goes on after, when the process before was told to leave instead.
    private func makeUpForEvaluation() throws {
        guard let row = lastWithoutEvaluation, !algorithm.isInsideIteration, let evaluation = try evaluate() else {
            return
        }
        var result = StateMap()
        var details = StateMap()
        for (key, value) in try StateReader(row).map() {
            if Self.detailKeys.contains(key) { details[key] = value.tree } else { result[key] = value.tree }
        }
        result["evaluation"] = evaluation.tree
        log = try Self.log(of: run, continuingAfter: algorithm.counters.iterations - 1)
        log.append(.map(result), details: details)
        self.row = .map(result)
        showEvents(of: .map(result))
        for warning in log.takeWarnings() { display.warn(warning) }
    }

    /// Writes numbers for TensorBoard, under the names of the columns of `progress.csv`, at the steps of the environments.
    private func showEvents(of result: StateTree) {
        let step = algorithm.counters.environmentSteps
        events?.append([EventSummary(result, prefix: "")], step: step)
        for warning in events?.takeWarnings() ?? [] { display.warn(warning) }
    }

    private func closeEvents() {
        events?.finish()
        for warning in events?.takeWarnings() ?? [] { display.warn(warning) }
    }

    private static func log(of run: RunDirectory, continuingAfter iteration: Int) throws(StateError) -> ResultLog {
        try ResultLog(
            table: run.progressPath, results: run.resultPath, numberedBy: "iteration", continuingAfter: iteration)
    }

    /// What `result.json` tells and `progress.csv` does not.
    private static let detailKeys = ["changes", "configuration"]

    /// The settings that were changed before the next line of `result.json`, which tells of them together with all
    /// settings.
    private func takeChanges() -> StateMap {
        guard !changes.isEmpty else { return [:] }
        defer { changes = [] }
        return ["changes": .list(changes.map(\.tree)), "configuration": parameters.configuration]
    }

    /// Saves between two iterations, or inside one that takes long. What was trained is worth more than one checkpoint:
    /// when that cannot be made, training goes on.
    private func saveInPassing() {
        let isReplaceable = if case .iterations = parameters.checkpointEvery { false } else { true }
        do {
            try save(replaceable: isReplaceable)
            if schedule.hasFailed { display.warn("\(savedPath) is saved after all") }
            schedule.succeed(at: display.elapsed)
        } catch {
            let delay = schedule.fail(at: display.elapsed)
            display.warn(
                "cannot save a checkpoint, so training goes on without: \(error); the next try is in "
                    + "\(Wording.clock(delay))")
        }
    }

    /// Saves what has not been saved yet, and tries twice.
    ///
    /// - Throws: `CommandFailure` that says what is lost.
    private func saveAtEnd() throws {
        guard savedIteration != algorithm.counters.iterations || algorithm.isInsideIteration else { return }
        do {
            try save(replaceable: false)
        } catch {
            display.warn("cannot save the checkpoint of the end: \(error); trying once more")
            Pause.seconds(1)
            do { try save(replaceable: false) } catch { throw loss(because: error) }
        }
    }

    private func loss(because error: any Error) -> CommandFailure {
        let first = (savedIteration ?? firstIteration) + 1
        let last = algorithm.counters.iterations + (algorithm.isInsideIteration ? 1 : 0)
        let lost = first == last ? "iteration \(last) is" : "iterations \(first) to \(last) are"
        let newest = Result { try run.newestCheckpoint }
        let rest =
            switch newest {
            case .success(let path?): "; the newest checkpoint is \(path)"
            case .success(nil): "; there is no earlier checkpoint"
            case .failure(let error): "; \(error)"
            }
        return CommandFailure("cannot save the checkpoint of the end: \(error)\n\(lost) lost\(rest)")
    }

    private func save(replaceable isReplaceable: Bool) throws {
        let (algorithm, format, sharesFiles) = (algorithm, format, sharesFiles)
        savedPath = try checkpoints.make(replaceable: isReplaceable, after: row) { path, earlier in
            try algorithm.save(to: path, format: format, sharingWith: sharesFiles ? earlier : nil)
        }
        savedIteration = algorithm.counters.iterations
        if let warning = checkpoints.takeWarning() { display.warn(warning) }
    }

    /// The result of an iteration if it is the last one that was recorded.
    private static func lastRow(of run: RunDirectory, iteration: Int) -> StateTree? {
        guard let line = LineFile.lastLine(of: run.resultPath), let row = try? JSON.parse(line),
            (try? StateReader(row).int("iteration")) == iteration
        else { return nil }
        return row
    }
}

/// An evaluation that failed.
private struct FailedEvaluation: Error, CustomStringConvertible {
    let cause: any Error
    var description: String { "\(cause)" }
}

extension StateTree {
    /// Appends an entry to a map; of no effect on anything else.
    mutating func append(_ key: String, _ value: StateTree) {
        guard case .map(var map) = self else { return }
        map.append(key, value)
        self = .map(map)
    }
}
