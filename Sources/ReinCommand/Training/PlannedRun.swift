import ArgumentParser
import Rein

/// A run that is ready to go: the algorithm, its parameters in full, and its directory.
struct PlannedRun {
    /// The algorithm.
    let trainer: any Trainer
    /// Everything that determines the run, for `params.json`.
    let parameters: RunParameters
    /// Where results go.
    let directory: RunDirectory
    /// What a person should know before it begins.
    var notes: [String] = []

    /// Plans a new run from options, a file of parameters or a preset, and defaults, in this order.
    ///
    /// - Throws: `ValidationError` for what is wrong with options or file, `CommandFailure` when a file cannot be read
    ///   or the directory cannot be made.
    static func beginning(
        _ begin: BeginOptions, cast: CastOptions, stop: StopOptions, output: OutputOptions
    ) throws -> PlannedRun {
        var given =
            try begin.config.map { try ConfigurationFile.parameters(in: $0) }
            ?? asUsageError { try RunParameters(of: begin) }
        let method = try asUsageError {
            try TrainingMethod.named(begin.algorithm ?? given.algorithm ?? TrainingMethod.all[0].name)
        }
        let id = begin.environment?.id ?? given.environment ?? "CartPole-v1"
        let environment = try asUsageError { try TrainingEnvironment(named: id) }
        var notes: [String] = []
        if let preset = begin.preset, let published = given.environment, published != id {
            notes.append("The settings of preset \(preset) were published for \(published), not for \(id)")
        }
        try asUsageError {
            for text in begin.assignments {
                try ConfigurationAssignment(parsing: text).apply(to: &given.configuration)
            }
            if let seed = begin.seed {
                try ConfigurationAssignment(parsing: "seed=\(seed)").apply(to: &given.configuration)
            }
            do {
                given.configuration = try method.resolve(given.configuration)
            } catch let error as ConfigurationError {
                throw method.explanation(of: error, madeFor: given.algorithm, in: begin.config)
            }
        }
        if !stop.criteria.isEmpty { given.stop = stop.criteria }
        try fillStop(&given.stop, for: environment)
        let wanted = cast.cast
        if let pattern = wanted.policies?.patterns.first(where: { !$0.isLiteral }) {
            throw ValidationError("\"\(pattern.text)\" is a pattern: a new run needs the ids of its policies")
        }
        if let policies = wanted.policies, given.cast.policies != policies { given.cast = TrainingMethod.Cast() }
        given.cast.policies = wanted.policies ?? given.cast.policies
        given.cast.mapping = wanted.mapping ?? given.cast.mapping
        given.cast.evaluationMapping = wanted.evaluationMapping ?? given.cast.evaluationMapping
        try asUsageError {
            let ids = try given.cast.policies?.patterns.map { try PolicyID($0.text) } ?? [.default]
            for text in begin.policyAssignments {
                try PolicyAssignmentText(parsing: text).apply(to: &given.cast.policyConfigurations, policies: ids)
            }
        }
        given.cast.policiesToTrain = wanted.policiesToTrain ?? given.cast.policiesToTrain
        let trainer = try asUsageError {
            try method.begin(environment, given.configuration, given.cast, output.threads)
        }
        var parameters = RunParameters(of: trainer)
        parameters.stop = given.stop
        parameters.format = output.format?.format ?? given.format ?? .native
        parameters.checkpointEvery = output.checkpointEvery ?? given.checkpointEvery
        return PlannedRun(
            trainer: trainer, parameters: parameters, directory: try directory(for: trainer, output.output),
            notes: notes + RLlibNotice.lines(for: trainer, format: parameters.format))
    }

    /// Plans to continue from a checkpoint.
    ///
    /// - Parameter environment: the environment to train in instead of the checkpoint's own.
    /// - Throws: `ValidationError` for options that do not fit the checkpoint, `CommandFailure` and `StateError` for
    ///   what is wrong with checkpoint or directory.
    static func resuming(
        _ path: String, environment: EnvironmentArgument?, cast: CastOptions, stop: StopOptions, output: OutputOptions
    ) throws -> PlannedRun {
        let checkpoint = try CheckpointDirectory(opening: CheckpointArgument.resolve(path))
        guard checkpoint.kind == .algorithm else {
            throw ValidationError("\(checkpoint.path) is a policy alone; --resume needs an algorithm checkpoint")
        }
        let wanted = cast.cast
        let manifest = try checkpoint.manifest
        try asUsageError(checkpoint.path) { _ = try wanted.policies?.ids(in: manifest.policyIDs) }
        let saved = try StateReader(checkpoint.restorableAlgorithm(), path: "algorithm_state")
        let name = try saved.string("algorithm")
        let other = try environment.map { argument in try asUsageError { try TrainingEnvironment(named: argument.id) } }
        let trainer = try restore(TrainingMethod.named(name), checkpoint.path, other, wanted, output.threads)
        let before = RunDirectory.containing(checkpoint: checkpoint.path)
        let earlier = try before.map { try RunParameters(readingFrom: $0.parametersPath) }
        var parameters = RunParameters(of: trainer)
        parameters.stop = stop.criteria.isEmpty ? earlier?.stop ?? StopCriteria() : stop.criteria
        try fillStop(&parameters.stop, for: trainer.environment)
        parameters.format = output.format?.format ?? checkpoint.format
        parameters.checkpointEvery = output.checkpointEvery ?? earlier?.checkpointEvery
        let withoutReplay = trainer.policyIDs.filter { manifest.replays[$0] == .omitted }
        var notes = RLlibNotice.lines(for: trainer, format: parameters.format)
        if !withoutReplay.isEmpty {
            notes.append(
                "The checkpoint holds no replay of \(Wording.list(withoutReplay)): it begins empty, and fills anew")
        }
        if let earlier = trainer.earlierArithmetic, let difference = trainer.arithmetic.difference(from: earlier) {
            notes.append("The run was \(difference)")
        }
        if saved.optionalChild("iteration") != nil, !trainer.isInsideIteration {
            notes.append(
                "The checkpoint was saved inside an iteration: the rest of it is left out, since not everything is as it was"
            )
        }
        if let before, output.output == nil || isSame(output.output, before.path), wanted.isEmpty, other == nil {
            return PlannedRun(trainer: trainer, parameters: parameters, directory: before, notes: notes)
        }
        return PlannedRun(
            trainer: trainer, parameters: parameters, directory: try directory(for: trainer, output.output),
            notes: notes)
    }

    /// A mapping that does not fit the policies is a matter of the options, if there are any.
    private static func restore(
        _ method: TrainingMethod, _ path: String, _ environment: TrainingEnvironment?, _ cast: TrainingMethod.Cast,
        _ threads: Int
    ) throws -> any Trainer {
        do {
            return try method.restore(path, environment, cast, threads)
        } catch let error as StateError
            where !cast.isEmpty && ["mapping", "evaluationMapping", "policiesToTrain"].contains(error.path)
        {
            throw ValidationError("\(error)")
        }
    }

    private static func isSame(_ path: String?, _ other: String) -> Bool {
        guard let path, let absolute = LocalFile.absolutePath(path) else { return false }
        return absolute == LocalFile.absolutePath(other)
    }

    /// Without any criterion a run ends when the environment is solved.
    private static func fillStop(_ stop: inout StopCriteria, for environment: TrainingEnvironment) throws {
        guard stop.isEmpty else { return }
        guard let threshold = environment.rewardThreshold else {
            throw ValidationError(
                "\(environment.id) has no return at which it is solved; say when to stop with --stop-steps or "
                    + "--stop-return")
        }
        stop.meanReturn = threshold
    }

    private static func directory(for trainer: any Trainer, _ output: String?) throws -> RunDirectory {
        if let output { return try RunDirectory.make(at: output) }
        return try RunDirectory.makeNew(
            named: "\(trainer.environment.id)-\(trainer.algorithmName.lowercased())-seed\(trainer.seed)")
    }
}
