import ArgumentParser
import Rein

/// A run that is ready to go: the algorithm, its parameters in full, and its directory.
struct PlannedRun {
    /// The algorithm.
    let algorithm: AnyAlgorithm
    /// Everything that determines the run, for `params.json`.
    let parameters: RunParameters
    /// Where results go.
    let claim: ClaimedRun
    /// The checkpoint of the same run that it continues from, if it does.
    var checkpoint: String?
    /// What was recorded of the run's evaluations.
    var evaluations = RecordedEvaluations()
    /// The settings that are others than in that checkpoint.
    var changes: [RecordedChange] = []
    /// What a person should know before it begins.
    var notes: [String] = []
    /// What a person should know even if progress is not shown.
    var warnings: [String] = []

    /// Plans a new run from options, a file of parameters or a preset, and defaults, in this order.
    ///
    /// - Throws: `ValidationError` for what is wrong with options or file, `CommandFailure` when a file cannot be read
    ///   or the directory cannot be made.
    static func beginning(
        _ begin: BeginOptions, lineup options: LineupOptions, stop: StopOptions, evaluation: EvaluationOptions,
        output: OutputOptions
    ) throws -> PlannedRun {
        var given =
            try begin.config.map { try ConfigurationFile.parameters(in: $0) }
            ?? asUsageError { try RunParameters(of: begin) }
        let madeFor = given.algorithm
        given.algorithm = begin.algorithm ?? madeFor
        let kind = try asUsageError { try AlgorithmKind.named(given.algorithm ?? AlgorithmKind.default.name) }
        let published = given.environment
        let name = begin.environment?.id ?? published ?? "CartPole-v1"
        given.environment = name
        let said = name == published ? given.environmentSettings : [:]
        given.environmentSettings = try begin.outside.settings(over: said)
        let environment = try environment(of: given)
        let id = environment.id
        var notes: [String] = []
        if let preset = begin.preset, let published, published != id {
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
                given.configuration = try kind.resolved(given.configuration)
            } catch let error as ConfigurationError {
                throw kind.explanation(of: error, madeFor: madeFor, in: begin.config)
            }
        }
        let wanted = options.changes
        if let pattern = wanted.policies?.patterns.first(where: { !$0.isLiteral }) {
            throw ValidationError("\"\(pattern.text)\" is a pattern: a new run needs the ids of its policies")
        }
        if let policies = wanted.policies, given.lineup.policies != policies { given.lineup = .none }
        given.lineup = given.lineup.overlaid(by: wanted)
        try asUsageError {
            let ids = try given.lineup.policies?.patterns.map { try PolicyID($0.text) } ?? [.default]
            for text in begin.policyAssignments {
                try PolicyAssignmentText(parsing: text).apply(to: &given.lineup.policyConfigurations, policies: ids)
            }
        }
        do {
            var planned = try beginning(given, in: environment, stop: stop, evaluation: evaluation, output: output) {
                try claim(for: $0, output.output)
            }
            planned.notes = notes + planned.notes
            return planned
        } catch let error as ValidationError {
            throw ValidationError(([error.message] + notes).joined(separator: "\n"))
        }
    }

    /// Plans a run from the beginning.
    ///
    /// - Parameters:
    ///   - given: what is said about it; the defaults hold for the rest.
    ///   - environment: the one that it names.
    ///   - claim: claims its directory.
    static func beginning(
        _ given: RunParameters, in environment: TrainingEnvironment, stop: StopOptions, evaluation: EvaluationOptions,
        output: OutputOptions,
        claiming claim: (AnyAlgorithm) throws -> ClaimedRun
    ) throws -> PlannedRun {
        let kind = try asUsageError { try AlgorithmKind.named(given.algorithm ?? AlgorithmKind.default.name) }
        let configuration = try asUsageError { try kind.resolved(given.configuration) }
        var criteria = stop.criteria.isEmpty ? given.stop : stop.criteria
        try fillStop(&criteria, for: environment)
        let schedule = evaluation.schedule(insteadOf: given.evaluation)
        try requireEvaluations(criteria, schedule)
        let algorithm = try asUsageError {
            try kind.makeAlgorithm(
                environment: environment, settings: configuration, lineup: Lineup(given.lineup), threads: output.threads
            )
        }
        var parameters = RunParameters(of: algorithm)
        parameters.stop = criteria
        parameters.evaluation = schedule
        parameters.format = output.format?.format ?? given.format ?? .native
        parameters.checkpointEvery = output.checkpointEvery ?? given.checkpointEvery ?? .standard
        parameters.tensorboard = output.tensorboard ?? given.tensorboard
        parameters.keep = try output.keeping.rule(over: given.keep)
        try parameters.keep?.requireKey(of: algorithm, evaluated: schedule != nil)
        return PlannedRun(
            algorithm: algorithm, parameters: parameters, claim: try claim(algorithm),
            notes: RLlibNotice.lines(for: algorithm, format: parameters.format))
    }

    /// The environment that parameters name.
    ///
    /// - Throws: `ValidationError` when there is none, or for what is wrong with what is said about it.
    static func environment(of given: RunParameters) throws -> TrainingEnvironment {
        try asUsageError {
            try TrainingEnvironment(named: given.environment ?? "CartPole-v1", settings: given.environmentSettings)
        }
    }

    /// The directory, in which this process alone writes.
    var directory: RunDirectory { claim.directory }

    /// Why there is nothing left to do in the run that it continues; nil if there is, were it the rest of an iteration.
    var endReason: StopCriteria.Reason? {
        checkpoint == nil || algorithm.isInsideIteration
            ? nil
            : parameters.stop.reason(
                counters: algorithm.counters, episodes: algorithm.episodes, evaluations: evaluations.history)
    }

    /// Without any criterion a run ends when the environment is solved.
    static func fillStop(_ stop: inout StopCriteria, for environment: TrainingEnvironment) throws {
        guard stop.isEmpty else { return }
        guard let threshold = environment.rewardThreshold else {
            throw ValidationError(
                "\(environment.id) has no return at which it is solved; say when to stop with --stop-steps or "
                    + "--stop-return")
        }
        stop.meanReturn = threshold
    }

    /// Checks that there are evaluations where criteria look at them.
    ///
    /// - Throws: `ValidationError` otherwise.
    static func requireEvaluations(_ stop: StopCriteria, _ schedule: EvaluationSchedule?) throws {
        guard stop.needsEvaluations, schedule == nil else { return }
        let option = stop.evaluationReturn == nil ? "--patience" : "--stop-evaluation-return"
        throw ValidationError("\(option) needs evaluations while training; say how often with --evaluate-every")
    }

    /// Claims the directory that was asked for, or a new one.
    static func claim(for algorithm: AnyAlgorithm, _ output: String?) throws -> ClaimedRun {
        if let output { return try ClaimedRun.make(at: output) }
        // Names of environments outside of this program may have what a path reads otherwise.
        let environment = String(algorithm.environment.id.map { ":/\\".contains($0) ? "-" : $0 })
        return try ClaimedRun.makeNew(
            named: "\(environment)-\(algorithm.name.lowercased())-seed\(algorithm.seed)")
    }
}
