import ReinCheckpoints
import ReinEnvironments
import ReinSpaces

/// An environment of Python that was looked at, with its idle workers.
struct GymnasiumEnvironment {
    private let settings: GymnasiumSettings
    private let interpreter: String
    let idle: IdleWorkers

    /// Starts a worker, and asks it what the environment is like.
    ///
    /// - Throws: `EnvironmentError` as ``GymnasiumProvider/environment(_:settings:record:)``.
    init(
        _ id: String, _ settings: GymnasiumSettings, recordedInterpreter: String?
    ) throws(EnvironmentError) {
        let hello = try Self.hello(id, settings)
        interpreter = try InterpreterChoice().path(named: settings.python, recorded: recordedInterpreter)
        self.settings = settings
        let program = WorkerProgram(interpreter: interpreter, hello: hello, limits: settings.limits)
        do throws(WorkerFailure) { idle = try IdleWorkers(program) } catch {
            throw Self.error(error, hello.name, interpreter)
        }
    }

    /// What a failure is in the words of those who ask for environments.
    func error(_ failure: WorkerFailure) -> EnvironmentError {
        Self.error(failure, idle.program.hello.name, interpreter)
    }

    private static func hello(
        _ id: String, _ settings: GymnasiumSettings
    ) throws(EnvironmentError) -> WorkerHello {
        let parts = id.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = WorkerHello.Kind(rawValue: String(parts[0])), !parts[1].isEmpty else {
            throw EnvironmentError(
                code: .unknownEnvironment, message: "the environment \"\(id.shortened)\" has no name behind its scheme")
        }
        return WorkerHello(
            kind: kind, id: String(parts[1]), options: settings.options, scalesImages: settings.scalesImages,
            recording: settings.recording)
    }

    /// What is trained in.
    var environment: TrainingEnvironment {
        idle.description.hasSeveralAgents ? .multiAgent(multiAgentSpecification) : .singleAgent(specification)
    }

    private var specification: EnvironmentSpecification {
        let (idle, description, agent) = (idle, idle.description, idle.description.agents[0])
        let (workers, restarts) = (workers, settings.workerRestarts)
        return EnvironmentSpecification(
            id: idle.program.hello.name, timeLimit: description.timeLimit,
            rewardThreshold: description.rewardThreshold, observationSpace: agent.observationSpace,
            observationEncoding: agent.observationEncoding, actionSpace: agent.actionSpace,
            masksActions: agent.maskSource != nil, settings: settings.determining, record: record
        ) { seeds, pieces in
            GymnasiumBatch(idle, seeds: seeds, pieces: pieces, workers: workers(seeds.count), restarts: restarts)
        }
    }

    private var multiAgentSpecification: MultiAgentSpecification {
        let (idle, description, agents) = (idle, idle.description, idle.description.agents)
        let (workers, restarts) = (workers, settings.workerRestarts)
        return MultiAgentSpecification(
            id: idle.program.hello.name, timeLimit: description.timeLimit,
            rewardThreshold: description.rewardThreshold, agents: agents.map { AgentID($0.name) },
            observationSpaces: agents.map(\.observationSpace),
            observationEncodings: agents.map(\.observationEncoding), actionSpaces: agents.map(\.actionSpace),
            masksActions: agents.map { $0.maskSource != nil }, settings: settings.determining, record: record
        ) { seeds, pieces, rows in
            PettingZooBatch(
                idle, seeds: seeds, pieces: pieces, workers: workers(seeds.count), restarts: restarts, rows)
        }
    }

    /// The number of workers for a number of lanes.
    private var workers: @Sendable (_ lanes: Int) -> Int {
        let (given, seconds) = (settings.workers, idle.description.stepSeconds)
        return { given ?? WorkerCount.automatic(lanes: $0, stepSeconds: seconds) }
    }

    /// What the environment is: how its observations lie side by side, and what it was made by.
    private var record: StateTree {
        let layouts = idle.description.agents.map { agent -> StateTree in
            [
                "name": .string(agent.name), "observation": StateEncoder().encode(agent.observationEncoding),
                "actionStarts": .list(agent.actionStarts.map { .int(Int64($0)) }),
            ]
        }
        return [
            "interpreter": .string(interpreter), "versions": .map(idle.description.versions),
            "agents": .list(layouts),
        ]
    }

    // MARK: Failures

    /// The classes of Gymnasium's and PettingZoo's errors about names.
    private static let nameErrors: Set<String> = [
        "NameNotFound", "NamespaceNotFound", "VersionNotFound", "UnregisteredEnv", "DeprecatedEnv",
    ]

    private static func error(_ failure: WorkerFailure, _ name: String, _ interpreter: String) -> EnvironmentError {
        EnvironmentError(code: code(of: failure), message: message(name, failure, interpreter))
    }

    private static func code(of failure: WorkerFailure) -> EnvironmentError.Code {
        guard case .raised(let error) = failure.cause, error.installable.isEmpty else { return .notAvailable }
        if nameErrors.contains(error.type) { return .unknownEnvironment }
        return error.activity == .make && error.type == "TypeError" ? .wrongSettings : .notAvailable
    }

    private static func message(_ name: String, _ failure: WorkerFailure, _ interpreter: String) -> String {
        let place = "(interpreter \(interpreter.escapingControls))"
        guard case .raised(let error) = failure.cause, !error.installable.isEmpty else {
            return "the environment \"\(name.escapingControls)\": \(failure.words) \(place)"
        }
        let packages = error.installable.map { "\"\($0)\"" }.joined(separator: " ")
        return "the environment \"\(name.escapingControls)\": \(error.headline); install what is missing with "
            + "\(interpreter.escapingControls) -m pip install \(packages)"
    }
}
