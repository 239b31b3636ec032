import ReinCheckpoints
import ReinEnvironments
import ReinSpaces
import Synchronization

@testable import ReinGymnasium

/// Workers of `fake_worker.py`, which need no package.
enum FakeWorker {
    /// Any Python.
    static let interpreter: String? = try? InterpreterChoice(variable: { $0 == "PATH" ? path : nil }).path()
    static let isThere = interpreter != nil
    static let message = "there is no python3 in PATH"

    private static let path = InterpreterChoice().variable("PATH")

    static func program(_ options: StateMap, limits: WorkerLimits = WorkerLimits()) -> WorkerProgram {
        let script = #filePath.split(separator: "/").dropLast(2).map { "/\($0)" }.joined() + "/Fixtures/fake_worker.py"
        return WorkerProgram(
            interpreter: interpreter ?? "", arguments: [script], modules: [:],
            hello: WorkerHello(kind: .python, id: "fake", options: options), limits: limits)
    }

    static func idle(
        _ options: StateMap, limits: WorkerLimits = WorkerLimits(), output: WorkerOutput = silent
    ) throws -> IdleWorkers {
        try IdleWorkers(program(options, limits: limits), output: output)
    }

    /// An output that nobody reads.
    static let silent = WorkerOutput { _ in }

    static func specification(
        _ options: StateMap, limits: WorkerLimits = WorkerLimits(), workers: Int = 1, restarts: Int = 0,
        output: WorkerOutput = silent
    ) throws -> EnvironmentSpecification {
        specification(try idle(options, limits: limits, output: output), workers: workers, restarts: restarts)
    }

    static func specification(
        _ idle: IdleWorkers, workers: Int = 1, restarts: Int = 0
    ) -> EnvironmentSpecification {
        let agent = idle.description.agents[0]
        return EnvironmentSpecification(
            id: "python:fake", observationSpace: agent.observationSpace, actionSpace: agent.actionSpace,
            masksActions: agent.maskSource != nil, settings: [:], record: [:]
        ) { seeds, pieces in
            GymnasiumBatch(idle, seeds: seeds, pieces: pieces, workers: workers, restarts: restarts)
        }
    }
}

extension FakeWorker {
    /// Games of two who take turns.
    static func game(
        _ options: StateMap, limits: WorkerLimits = WorkerLimits(), workers: Int = 2, restarts: Int = 0
    ) throws -> MultiAgentSpecification {
        var options = options
        options["several"] = true
        let idle = try idle(options, limits: limits)
        let agents = idle.description.agents
        return MultiAgentSpecification(
            id: "python:fake", agents: agents.map { AgentID($0.name) },
            observationSpaces: agents.map(\.observationSpace), actionSpaces: agents.map(\.actionSpace),
            masksActions: agents.map { _ in false }, settings: [:], record: [:]
        ) { seeds, pieces, rows in
            PettingZooBatch(idle, seeds: seeds, pieces: pieces, workers: workers, restarts: restarts, rows)
        }
    }
}

/// What workers have printed, as it is handed on.
final class Printed: Sendable {
    private let text = Mutex("")

    var output: WorkerOutput { WorkerOutput { line in self.text.withLock { $0 += line } } }
    var lines: [String] { text.withLock { $0.split(separator: "\n").map(String.init) } }
}
