import ArgumentParser
import Rein

/// What there is to say about an environment outside of this program.
struct EnvironmentOptions: ParsableArguments {
    @Option(
        name: .customLong("environment-option"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "A keyword argument that the environment is made with, as forward_reward_weight=2; may be repeated.",
            valueName: "key=value"))
    var assignments: [String] = []

    @Option(
        help: ArgumentHelp(
            "The interpreter that has the environment. (default: REIN_PYTHON, or that of the active virtual environment, or "
                + "that of the checkpoint, or python3)", valueName: "path"),
        completion: .file())
    var python: String?

    @Option(
        parsing: .unconditional,
        help: "The number of processes that step environments; results do not depend on it. (default: by their speed)",
        transform: WholeNumber.count)
    var workers: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How many processes that end are replaced, which cuts their episodes off. (default: 0)", valueName: "number"
        ),
        transform: WholeNumber.steps)
    var workerRestarts: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The number of seconds after which a step that has not returned is given up. (default: 60)",
            valueName: "seconds"),
        transform: WholeNumber.count)
    var environmentTimeout: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The same for the start of a process, with all that it imports. (default: 300)", valueName: "seconds"),
        transform: WholeNumber.count)
    var environmentStartTimeout: Int?

    @Flag(help: "Divide observations of whole numbers from 0 to 255 by 255.")
    var scaleImages = false

    /// What they say, for the provider of the environment; the options over what is said elsewhere.
    ///
    /// - Parameter given: what is said elsewhere, as in a file.
    /// - Throws: `ValidationError` for what is no assignment.
    func settings(over given: StateMap = [:]) throws -> StateMap {
        var tree = StateTree.map(given)
        try asUsageError {
            for text in assignments {
                let assignment = try ConfigurationAssignment(parsing: text)
                ConfigurationAssignment(path: ["options"] + assignment.path, value: assignment.value).apply(to: &tree)
            }
        }
        guard case .map(var map) = tree else { return given }
        if let python { map["python"] = .string(python) }
        if let workers { map["workers"] = .int(Int64(workers)) }
        if let workerRestarts { map["workerRestarts"] = .int(Int64(workerRestarts)) }
        if let environmentTimeout { map["stepTimeout"] = .int(Int64(environmentTimeout)) }
        if let environmentStartTimeout { map["startTimeout"] = .int(Int64(environmentStartTimeout)) }
        if scaleImages { map["scaleImages"] = true }
        return map
    }
}
