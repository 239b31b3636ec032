public import ReinCheckpoints
public import ReinEnvironments

extension EnvironmentSpecification {
    /// An environment for one agent that Gymnasium knows, in processes of the user's own Python.
    ///
    ///     var ppo = try PPO(environment: .gymnasium("HalfCheetah-v5", options: ["frame_skip": 5], workers: 2))
    ///
    /// - Parameters:
    ///   - id: its name there; `my_package:MyEnv-v0` imports a package first. A name with a scheme of
    ///     ``GymnasiumProvider`` is taken as it is.
    ///   - options: the arguments that it is made with.
    ///   - workers: the number of processes, on which results do not depend; nil for what suits the environment.
    ///   - python: the interpreter; nil for that of `REIN_PYTHON`, of the active virtual environment, or `python3`.
    ///   - workerRestarts: how many processes that end are replaced, which cuts their episodes off.
    /// - Throws: `EnvironmentError` as ``GymnasiumProvider/environment(_:settings:record:)``.
    public static func gymnasium(
        _ id: String, options: StateMap = [:], workers: Int? = nil, python: String? = nil, workerRestarts: Int = 0
    ) throws(EnvironmentError) -> EnvironmentSpecification {
        let environment = try GymnasiumProvider().environment(
            id, in: .gymnasium, options: options, workers: workers, python: python, workerRestarts: workerRestarts)
        guard case .singleAgent(let specification) = environment else {
            throw EnvironmentError(
                code: .wrongKind, message: "the environment \"\(environment.id)\" is for several agents, not for one")
        }
        return specification
    }
}
