import ArgumentParser
import Rein

/// What determines a new run.
struct BeginOptions: ParsableArguments {
    @Option(
        help: "The method. (default: \(AlgorithmKind.default.name.lowercased()))",
        completion: .list(AlgorithmKind.all.map { $0.name.lowercased() }))
    var algorithm: String?

    @Option(help: "The environment. (default: CartPole-v1, with --resume that of the checkpoint)")
    var environment: EnvironmentArgument?

    @OptionGroup var outside: EnvironmentOptions

    @Option(
        help: "Published settings for a task, by the name that rein presets lists. Other options go before them.",
        completion: .list(Set(Preset.all.map(\.name)).sortedByBytes))
    var preset: String?

    @Option(
        help: "A params.json to repeat, or a file of the same form that says less. Other options go before it.",
        completion: .file(extensions: ["json"]))
    var config: String?

    @Option(
        name: .customLong("set"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "A setting of the method, by a key that rein settings lists; may be repeated.", valueName: "key=value"))
    var assignments: [String] = []

    @Option(
        name: .customLong("set-policy"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "A setting of policies that differ from the others, by id or pattern; may be repeated.",
            valueName: "id:key=value"))
    var policyAssignments: [String] = []

    @Option(
        parsing: .unconditional, help: "The seed; the same as --set seed=N. (default: 0)",
        transform: WholeNumber.seed)
    var seed: Int?

    /// The options that are given.
    var given: [String] {
        [
            algorithm.map { _ in "--algorithm" }, environment.map { _ in "--environment" },
            preset.map { _ in "--preset" },
            config.map { _ in "--config" }, assignments.isEmpty ? nil : "--set",
            policyAssignments.isEmpty ? nil : "--set-policy", seed.map { _ in "--seed" },
        ].compactMap(\.self)
    }
}

/// What a run is continued from.
struct ResumeOptions: ParsableArguments {
    @Option(
        name: .customLong("resume"),
        help: ArgumentHelp(
            "The checkpoint to continue from, or a run directory for its newest one.", valueName: "checkpoint"),
        completion: .directory)
    var checkpoint: String?

    @Flag(help: "Do not go back to an earlier checkpoint of a run when its newest one is damaged.")
    var newestOnly = false

    func validate() throws {
        if newestOnly, checkpoint == nil { throw ValidationError("--newest-only belongs to --resume") }
    }
}

/// Which policies there are, and what they are for.
struct LineupOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The policies, with commas between. With --resume: those to restore, also by patterns as in pol[01],other*. "
                + "(default: all)",
            valueName: "ids"),
        transform: { try PolicySelection(parsing: $0) })
    var policies: PolicySelection?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Which policy acts for which agent, as in agent_[01]=pol0,*=pol1; the first match counts.",
            valueName: "pattern=id,..."),
        transform: { try PolicyMapping(parsing: $0) })
    var mapping: PolicyMapping?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The same for rein evaluate. (default: as in training)", valueName: "pattern=id,..."),
        transform: { try PolicyMapping(parsing: $0) })
    var evaluationMapping: PolicyMapping?

    @Option(
        help: ArgumentHelp(
            "The policies to improve, by ids or patterns; the others only act. (default: all)", valueName: "ids"),
        transform: { try PolicySelection(parsing: $0) })
    var policiesToTrain: PolicySelection?

    /// What they say.
    var changes: LineupChanges {
        LineupChanges(
            policies: policies, mapping: mapping, evaluationMapping: evaluationMapping,
            policiesToTrain: policiesToTrain)
    }
}

/// When a run ends.
struct StopOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The mean return of the last 100 episodes that is enough.", valueName: "return"))
    var stopReturn: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The number of steps, from the start of training, in whole iterations.", valueName: "steps"),
        transform: WholeNumber.steps)
    var stopSteps: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The mean return of an evaluation that is enough.", valueName: "return"))
    var stopEvaluationReturn: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The number of evaluations without a better mean return after which to stop.", valueName: "evaluations"),
        transform: WholeNumber.count)
    var patience: Int?

    func validate() throws {
        if let stopReturn, !stopReturn.isFinite { throw ValidationError("--stop-return must be a finite number") }
        if let stopEvaluationReturn, !stopEvaluationReturn.isFinite {
            throw ValidationError("--stop-evaluation-return must be a finite number")
        }
    }

    /// The criteria, none when no option is given.
    var criteria: StopCriteria {
        StopCriteria(
            meanReturn: stopReturn, steps: stopSteps, evaluationReturn: stopEvaluationReturn, patience: patience)
    }
}

/// Where results go.
struct OutputOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The run directory. (default: runs/ENVIRONMENT-ALGORITHM-seedN, or the one that is resumed)",
            valueName: "directory"),
        completion: .directory)
    var output: String?

    @Option(help: "The format of checkpoints. (default: native)")
    var format: FormatArgument?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Save a checkpoint every so many iterations, which stays, or after a time such as 30s, 10m or 1h, which goes "
                + "when the next is complete; or never before the end. (default: 5m)",
            valueName: "iterations|time|never"),
        transform: { text in
            guard let interval = CheckpointInterval(text) else {
                throw ValidationError("\"\(text)\" is not \(CheckpointInterval.expectation)")
            }
            return interval
        })
    var checkpointEvery: CheckpointInterval?

    @OptionGroup(title: "Output") var keeping: KeepOptions

    @Flag(
        name: .customLong("no-sharing"),
        help: "Write every file of every checkpoint, instead of sharing those that did not change.")
    var sharesNothing = false

    @Flag(
        inversion: .prefixedNo,
        help: "Write what progress.csv has to event files for TensorBoard, too; --resume goes on with it. (default: no)"
    )
    var tensorboard: Bool?

    @Option(
        parsing: .unconditional, help: "The number of threads; results do not depend on it. (default: 1)",
        transform: WholeNumber.threads)
    var threads = 1

    @Flag(help: "Show no progress, and nothing at the end.")
    var quiet = false

    @Flag(help: "Print one JSON document at the end.")
    var json = false
}
