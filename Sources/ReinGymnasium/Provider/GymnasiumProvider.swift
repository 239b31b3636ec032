public import ReinCheckpoints
public import ReinEnvironments
import ReinSpaces

/// Makes environments of the user's own Python by their names: `gymnasium:HalfCheetah-v5`, also of a package as
/// `gymnasium:my_package:MyEnv-v0`, `python:my_module:make_environment`, `envpool:HalfCheetah-v5`, and those for several
/// agents as `pettingzoo:classic.tictactoe_v3`.
///
///     EnvironmentRegistry.register(GymnasiumProvider())
///     let environment = try TrainingEnvironment(named: "gymnasium:HalfCheetah-v5", settings: ["workers": 2])
///
/// The settings, all of which may be left out:
///
/// | key | |
/// | --- | --- |
/// | `options` | a map of the arguments that the environment is made with |
/// | `python` | the interpreter; else that of `REIN_PYTHON`, of the active virtual environment, of the checkpoint, or `python3` |
/// | `workers` | the number of processes, on which results do not depend; else by the speed of the environment |
/// | `workerRestarts` | how many processes that end are replaced, which cuts their episodes off: 0 |
/// | `stepTimeout`, `startTimeout` | the seconds that a step and a start may take: 60 and 300 |
/// | `scaleImages` | whether observations of bytes are divided by 255 |
/// | `recordTo`, `recordForm` | the directory into which episodes of a single lane are recorded, as `video` (by Gymnasium's recorder) or `frames` |
public struct GymnasiumProvider: EnvironmentProvider {
    /// Creates a provider.
    public init() {}

    /// The words before the colon: where environments come from.
    public var schemes: [String] { WorkerHello.Kind.allCases.map(\.rawValue) }

    /// Starts a process with the environment, and asks it for its spaces.
    ///
    /// - Throws: `EnvironmentError`: `.wrongSettings` for settings, and arguments that the environment does not take;
    ///   `.notAvailable` when there is no interpreter, or it lacks a package, with the line that installs it;
    ///   `.unknownEnvironment` with what Python says.
    public func environment(
        _ id: String, settings: StateMap, record: StateTree?
    ) throws(EnvironmentError) -> TrainingEnvironment {
        let parsed = try Self.settings(settings, of: id)
        let recorded = record.flatMap { try? StateReader($0).string("interpreter") }
        let environment = try GymnasiumEnvironment(id, parsed, recordedInterpreter: recorded)
        return environment.environment
    }

    /// Reads settings.
    static func settings(_ settings: StateMap, of id: String) throws(EnvironmentError) -> GymnasiumSettings {
        do throws(StateError) { return try GymnasiumSettings(settings) } catch {
            throw EnvironmentError(code: .wrongSettings, message: "the settings of the environment \"\(id)\": \(error)")
        }
    }

    /// The environment of a name with a scheme, or of one of a kind without it, with settings one by one.
    func environment(
        _ id: String, in kind: WorkerHello.Kind, options: StateMap, workers: Int?, python: String?,
        workerRestarts: Int
    ) throws(EnvironmentError) -> TrainingEnvironment {
        let hasScheme = id.firstIndex(of: ":").map { schemes.contains(String(id[..<$0])) } ?? false
        var settings: StateMap = [:]
        if !options.isEmpty { settings["options"] = .map(options) }
        if workerRestarts != 0 { settings["workerRestarts"] = .int(Int64(workerRestarts)) }
        if let workers { settings["workers"] = .int(Int64(workers)) }
        if let python { settings["python"] = .string(python) }
        return try environment(hasScheme ? id : "\(kind.rawValue):\(id)", settings: settings, record: nil)
    }
}
