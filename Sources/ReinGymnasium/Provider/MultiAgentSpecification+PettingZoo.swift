public import ReinCheckpoints
public import ReinEnvironments

extension MultiAgentSpecification {
    /// An environment for several agents that PettingZoo has, in processes of the user's own Python.
    ///
    ///     let game = try MultiAgentSpecification.pettingZoo("classic.connect_four_v3")
    ///
    /// - Parameters:
    ///   - id: its module in PettingZoo, whose parallel form is taken where there is one. A name with a scheme of
    ///     ``GymnasiumProvider`` is taken as it is.
    ///   - options: the arguments that it is made with.
    ///   - workers: the number of processes, on which results do not depend; nil for what suits the environment.
    ///   - python: the interpreter; nil for that of `REIN_PYTHON`, of the active virtual environment, or `python3`.
    ///   - workerRestarts: how many processes that end are replaced, which cuts their episodes off.
    /// - Throws: `EnvironmentError` as ``GymnasiumProvider/environment(_:settings:record:)``.
    public static func pettingZoo(
        _ id: String, options: StateMap = [:], workers: Int? = nil, python: String? = nil, workerRestarts: Int = 0
    ) throws(EnvironmentError) -> MultiAgentSpecification {
        let environment = try GymnasiumProvider().environment(
            id, in: .pettingzoo, options: options, workers: workers, python: python, workerRestarts: workerRestarts)
        guard case .multiAgent(let specification) = environment else {
            throw EnvironmentError(
                code: .wrongKind, message: "the environment \"\(environment.id)\" is for one agent, not for several")
        }
        return specification
    }
}
