import Foundation
import ReinCheckpoints
import ReinEnvironments
import ReinGymnasium
import ReinNumerics
import Testing

/// Environments of Python that fail.
@Suite(.enabled(if: RealPython.isThere, "\(RealPython.message)"), .timeLimit(.minutes(5)))
struct TroubledEnvironmentTests {
    private func lanes(_ options: StateMap, settings: StateMap = [:], workers: Int = 2) throws -> Lanes {
        RealPython.addModules()
        var settings = settings
        settings["options"] = .map(options)
        settings["python"] = .string(RealPython.path)
        settings["workers"] = .int(Int64(workers))
        let environment = try GymnasiumProvider().environment(
            "python:troubled_environments:make", settings: settings, record: nil)
        guard case .singleAgent(let specification) = environment else { throw StateError(.wrongType, "several agents") }
        return Lanes(specification, seeds: [3, 4, 5, 6])
    }

    private func fault(_ options: StateMap, settings: StateMap = [:]) throws -> String {
        let lanes = try lanes(options, settings: settings)
        let error = #expect(throws: EnvironmentFault.self) {
            for _ in 0..<20 {
                try lanes.reset()
                for _ in 0..<5 { try lanes.step() }
            }
        }
        return "\(try #require(error))"
    }

    @Test(
        "Whatever an environment does in a step or a reset is said, with what is known of it",
        arguments: [
            ("raise", "RuntimeError: the wheel came off"), ("exit", "exit code 7"), ("sys.exit", "SystemExit: 3"),
            ("kill", "signal 9 (SIGKILL)"), ("segfault", "signal 11 (SIGSEGV)"),
            ("hang", "did not answer within 1.0 seconds"),
        ], ["step", "reset"])
    func faults(_ trouble: (name: String, words: String), place: String) throws {
        let words = try fault(
            ["trouble": .string(trouble.name), "where": .string(place)], settings: ["stepTimeout": 1])
        #expect(words.contains(trouble.words) && words.contains("copy "), "\(words)")
        #expect(words.contains(place == "step" ? "in step 3 of the episode with seed" : "in the reset"), "\(words)")
        if trouble.name == "raise" { #expect(words.contains("troubled_environments.py") && words.contains("line")) }
    }

    @Test("A shape that changes is told with lane and step; a NaN is handed on for the trainer to find")
    func values() throws {
        let words = try fault(["trouble": "shape"])
        #expect(words.contains("copy") && words.contains("step 3"), "\(words)")
        let lanes = try lanes(["trouble": "NaN"])
        try lanes.reset()
        for _ in 0..<3 { try lanes.step() }
        #expect(lanes.observations[1].isNaN)
    }

    @Test("Odd kinds of numbers are taken as what they are, output is endured, and actions have their start")
    func endured() throws {
        for trouble in ["kinds", "print"] {
            let lanes = try lanes(["trouble": .string(trouble), "length": 4])
            try lanes.reset()
            for _ in 0..<4 { try lanes.step() }
            for lane in 0..<4 {
                #expect(lanes.statuses[lane] == (trouble == "kinds" ? .terminated : .truncated))
                #expect(lanes.rewards[lane] == Double(lanes.actions[lane]) + 5)
            }
        }
    }

    @Test(
        "An environment that is no function of its seed and actions begins anew, and says why",
        arguments: ["global", "clock"])
    func notReplayable(trouble: String) throws {
        let first = try lanes(["trouble": .string(trouble)])
        try first.reset()
        _ = try first.run(7)
        let second = try lanes(["trouble": .string(trouble)])
        let restored = try second.vector.restoreLanes(
            from: first.vector.state, observations: second.observations.pointer)
        #expect(restored.begunAnew == [0, 1, 2, 3] && restored.reason.contains("element 1 of its observation"))
        #expect(second.vector.incidents?.episodesBegunAnew == 4)
        _ = try second.run(5)
    }

    @Test("A worker that is gone is replaced, and training goes on")
    func restarts() throws {
        let lanes = try lanes(["trouble": "kill", "when": 15], settings: ["workerRestarts": 3])
        for _ in 0..<10 {
            try lanes.reset()
            for _ in 0..<2 { try lanes.step() }
        }
        for _ in 0..<13 { try lanes.step() }
        let incidents = try #require(lanes.vector.incidents)
        #expect(incidents.workerRestarts == 2 && incidents.episodesCutOff == 4)
    }

    @Test("An environment that cannot be made is an error with what Python says, and what may help")
    func refusals() throws {
        RealPython.addModules()
        func error(_ id: String, _ options: StateMap = [:], python: String = RealPython.path) -> EnvironmentError? {
            #expect(throws: EnvironmentError.self) {
                try EnvironmentSpecification.gymnasium(id, options: options, workers: 1, python: python)
            }
        }
        let unknown = error("HalfChetah-v5")
        #expect(unknown?.code == .unknownEnvironment && unknown?.message.contains("HalfCheetah") == true)
        let argument = error("CartPole-v1", ["sutton": true])
        #expect(argument?.code == .wrongSettings && argument?.message.contains("sutton") == true)
        let module = error("python:no_such_module:make")
        #expect(module?.message.contains("no_such_module") == true && module?.message.contains("interpreter") == true)
        let made = error("python:troubled_environments:make", ["trouble": "raise", "where": "make"])
        #expect(made?.message.contains("RuntimeError: the wheel came off") == true)
        let ended = error("python:troubled_environments:make", ["trouble": "exit", "where": "make"])
        #expect(ended?.code == .notAvailable && ended?.message.contains("exit code 7") == true)
        #expect(error("CartPole-v1", python: "/missing/python")?.message.contains("/missing/python") == true)
    }
}
