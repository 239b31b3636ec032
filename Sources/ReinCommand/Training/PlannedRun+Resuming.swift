import ArgumentParser
import Rein

extension PlannedRun {
    /// Plans to continue from a checkpoint, or from the newest one of a run that is whole.
    ///
    /// A run that has none yet, since its process was killed before, starts from its beginning.
    ///
    /// - Parameters:
    ///   - newestOnly: whether to refuse a run whose newest checkpoint is damaged, instead of going back.
    ///   - begin: the environment to train in instead of the checkpoint's own, and settings to change.
    /// - Throws: `ValidationError` for options that do not fit the checkpoint, `CommandFailure` and `StateError` for
    ///   what is wrong with checkpoint or directory.
    static func resuming(
        _ path: String, newestOnly: Bool, begin: BeginOptions, lineup: LineupOptions, stop: StopOptions,
        evaluation: EvaluationOptions, output: OutputOptions
    ) throws -> PlannedRun {
        let changed = try ChangedSettings(begin)
        let (environment, outside) = (begin.environment, try begin.outside.settings())
        let before = try RunDirectory.meant(by: path)
        // Claimed before it is read: the newest checkpoint must not change in the meantime.
        let continued = try before.flatMap { run in
            let isSameRun = try output.output.map { try isSame($0, run.path) } ?? true
            return isSameRun && lineup.changes.isEmpty && environment == nil ? try ClaimedRun(run) : nil
        }
        if let before, try before.newestCheckpoint == nil {
            guard let continued, changed.isEmpty else {
                throw ValidationError(
                    "\(before.path) has no checkpoint yet: resume it without other options, or begin a run with "
                        + "--config \(before.parametersPath)")
            }
            return try restarting(continued, outside, stop: stop, evaluation: evaluation, output: output)
        }
        var warnings: [String] = []
        let earlier = before.map { run in Result { try RunParameters(readingFrom: run.parametersPath) } }
        // Changes of a run that goes on under another name stay with the run.
        let recorded = continued == nil ? [] : (try? earlier?.get().changes) ?? []
        let (checkpoint, algorithm) = try newestWhole(
            of: CheckpointArgument.candidates(path), newestOnly: newestOnly, &warnings
        ) { try restored(from: $0, environment, outside, changed, recorded, lineup.changes, output.threads) }
        try changed.requireSame(as: algorithm)

        var parameters = RunParameters(of: algorithm)
        let given = changed.given
        parameters.stop =
            [stop.criteria, given.stop].first { !$0.isEmpty } ?? (try? earlier?.get().stop) ?? StopCriteria()
        try fillStop(&parameters.stop, for: algorithm.environment)
        parameters.evaluation = evaluation.schedule(
            insteadOf: given.evaluation ?? (try? earlier?.get())?.evaluation)
        try requireEvaluations(parameters.stop, parameters.evaluation)
        parameters.format = try output.format?.format ?? given.format ?? checkpoint.manifest.format
        parameters.checkpointEvery =
            output.checkpointEvery ?? given.checkpointEvery ?? (try? earlier?.get().checkpointEvery) ?? .standard
        parameters.tensorboard = output.tensorboard ?? given.tensorboard ?? (try? earlier?.get())?.tensorboard
        parameters.keep = try output.keeping.rule(over: given.keep ?? (try? earlier?.get().keep))
        try parameters.keep?.requireKey(of: algorithm, evaluated: parameters.evaluation != nil)
        let iteration = algorithm.counters.iterations
        let now = algorithm.settingChanges.map { RecordedChange($0, iteration: iteration) }
        parameters.changes = recorded.filter { $0.iteration < iteration } + now
        if let before, case .failure(let error) = earlier {
            let place = continued == nil ? nil : try LocalFile.setAside(before.parametersPath, keepingName: true)
            warnings.append("\(error)" + (place.map { "; it is now \($0), and the run goes on without it" } ?? ""))
        }
        var planned = PlannedRun(
            algorithm: algorithm, parameters: parameters,
            claim: try continued ?? claim(for: algorithm, output.output))
        planned.checkpoint = continued == nil ? nil : checkpoint.path
        if continued != nil, parameters.evaluation != nil {
            planned.evaluations = RecordedEvaluations(of: planned.directory, upTo: iteration)
        }
        planned.notes =
            RLlibNotice.lines(for: algorithm, format: parameters.format) + (try notes(on: checkpoint, algorithm))
        planned.changes = now
        planned.warnings = warnings
        return planned
    }

    /// Plans a run from its beginning that was begun before and has no checkpoint.
    private static func restarting(
        _ claim: ClaimedRun, _ outside: StateMap, stop: StopOptions, evaluation: EvaluationOptions,
        output: OutputOptions
    ) throws -> PlannedRun {
        var given = try RunParameters(readingFrom: claim.directory.parametersPath)
        for (key, value) in outside.entries { given.environmentSettings[key] = value }
        var planned = try beginning(
            given, in: environment(of: given), stop: stop, evaluation: evaluation, output: output
        ) { _ in claim }
        planned.warnings = ["\(claim.directory.path) has no checkpoint yet, so it starts from its beginning"]
        return planned
    }

    /// Restores from the first of some checkpoints, or from the first whole one if those before are damaged.
    ///
    /// - Parameters:
    ///   - paths: the checkpoints, the newest first; at least one.
    ///   - warnings: gets a line for each checkpoint that is passed over.
    private static func newestWhole<Restored>(
        of paths: [String], newestOnly: Bool, _ warnings: inout [String], _ restore: (String) throws -> Restored
    ) throws -> Restored {
        var paths = paths[...]
        while paths.count > 1, !newestOnly {
            let path = paths.removeFirst()
            do {
                return try restore(path)
            } catch let error as StateError where isDamaged(path) {
                warnings.append("\(path) is damaged: \(error); going back to the checkpoint before")
            }
        }
        return try restore(paths[paths.startIndex])
    }

    /// Whether a checkpoint is not what was written. One that is whole and does not fit is not damaged.
    private static func isDamaged(_ path: String) -> Bool {
        do {
            try CheckpointDirectory(opening: path).verify()
            return false
        } catch {
            return ![.unsupportedVersion, .unsupportedFormat].contains(error.code)
        }
    }

    private static func restored(
        from path: String, _ environment: EnvironmentArgument?, _ outside: StateMap, _ changed: ChangedSettings,
        _ recorded: [RecordedChange], _ lineup: LineupChanges, _ threads: Int
    ) throws -> (checkpoint: SavedCheckpoint, algorithm: AnyAlgorithm) {
        let checkpoint = try SavedCheckpoint(opening: path)
        guard checkpoint.kind == .algorithm else {
            throw ValidationError("\(path) is a policy alone; --resume needs an algorithm checkpoint")
        }
        let ids = try checkpoint.manifest.policyIDs
        try asUsageError(path) { _ = try lineup.policies?.ids(in: ids) }
        let environment =
            try environment.map { argument in
                try asUsageError { try TrainingEnvironment(named: argument.id, settings: outside) }
            } ?? TrainingEnvironment(of: checkpoint, saying: outside)
        let iterations = try checkpoint.algorithm().counters.iterations
        let changes = try changed.changes(policies: ids, pending: recorded.filter { $0.iteration >= iterations })
        var lineup = lineup
        lineup.policyConfigurations = changes.policies
        do {
            return (
                checkpoint,
                try AnyAlgorithm(
                    restoring: checkpoint, environment: environment, changing: changes.settings, lineup: lineup,
                    threads: threads)
            )
        } catch let error as ConfigurationError where !changed.isEmpty {
            let kind = try AlgorithmKind.named(checkpoint.algorithm().algorithm)
            throw ValidationError("\(kind.explanation(of: error, madeFor: changed.given.algorithm, in: nil))")
        } catch let error as StateError where !lineup.isEmpty && Lineup.Key.isChoice(error.path) {
            // A mapping that does not fit the policies is a matter of the options, if there are any.
            throw ValidationError("\(error)")
        }
    }

    private static func notes(on checkpoint: SavedCheckpoint, _ algorithm: AnyAlgorithm) throws -> [String] {
        let manifest = try checkpoint.manifest
        let withoutReplay = algorithm.lineup.policies.filter { manifest.replays[$0] == .omitted }
        var notes: [String] = []
        if !withoutReplay.isEmpty {
            notes.append(
                "The checkpoint holds no replay of \(Wording.list(withoutReplay)): it begins empty, and fills anew")
        }
        if let earlier = algorithm.earlierArithmetic,
            let difference = algorithm.arithmetic.difference(from: earlier)
        {
            notes.append("The run was \(difference)")
        }
        for change in algorithm.settingChanges {
            let effect = change.effect == .newEnvironments ? ", with new environments: episodes begin anew" : ""
            notes.append(
                "\(change.name) is now \(JSON.text(change.value)) instead of \(JSON.text(change.saved))\(effect)")
        }
        if let record = try checkpoint.algorithm().environmentRecord, let now = algorithm.environment.record {
            notes += EnvironmentRecord.differences(between: record, and: now)
        }
        notes += algorithm.environmentNotes
        if try checkpoint.algorithm().isInsideIteration, !algorithm.isInsideIteration {
            notes.append(
                "The checkpoint was saved inside an iteration: the rest of it is left out, since not everything is as it "
                    + "was")
        }
        return notes
    }

    private static func isSame(_ path: String, _ other: String) throws(StateError) -> Bool {
        guard let absolute = try LocalFile.absolutePath(path) else { return false }
        return try absolute == LocalFile.absolutePath(other)
    }
}
