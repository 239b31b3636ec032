import Foundation
import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

struct TunerTests {
    private static let rates: SearchSpace = ["rate": .grid([0.1, 0.2, 0.3, 0.4])]

    private static func tuner(
        _ space: SearchSpace = rates, iterations: Int = 5, frequency: Int = 0, log: Climber.StepLog? = nil
    ) throws -> Tuner {
        var definition = TrainableDefinition(Climber.self)
        if let log { definition = definition.withParameter("log", log) }
        var tuner = try Tuner(definition, searching: space, seed: 7)
        tuner.stopRule = .iterations(iterations)
        tuner.checkpoints = try CheckpointConfig(frequency: frequency)
        tuner.machine = try MachineResources(cpus: 3, gpus: 0, memory: 1e9)
        tuner.synchronizes = false
        return tuner
    }

    @Test("A grid is trained to its end, with results and checkpoints in Ray's layout")
    func grid() async throws {
        try await withTemporaryDirectory { folder in
            let outcome = try await Self.tuner(frequency: 2).run(in: "\(folder)/grid")
            #expect(outcome.isFinished && outcome.warnings.isEmpty)
            #expect(outcome.trials.map(\.status) == Array(repeating: .terminated, count: 4))
            let contents = ExperimentContents(folder: "\(folder)/grid")
            let trials = try contents.trials
            #expect(trials.count == 4 && trials[1].hasPrefix("Climber_\(outcome.trials[1].id)_1_rate=0.2000_"))
            for trial in trials {
                #expect(try contents.numbers(trial) == [1, 2, 3, 4, 5])
                #expect(
                    try contents.checkpoints(trial) == ["checkpoint_000000", "checkpoint_000001", "checkpoint_000002"])
                let last = try #require(try rows(in: "\(folder)/grid/\(trial)").last)
                #expect(try last.bool("done"))
            }
            // It is there, and over.
            await #expect(throws: StateError.self) { try await Self.tuner().run(in: "\(folder)/grid") }
            let again = try await Self.tuner(frequency: 2).resume(in: "\(folder)/grid")
            #expect(again.isFinished && again.trials == outcome.trials)
        }
    }

    @Test("A trial that fails costs itself only")
    func failures() async throws {
        try await withTemporaryDirectory { folder in
            for fails in ["init", 3] as [StateTree] {
                let space: SearchSpace = [
                    "rate": .grid([0.1, 0.2, 0.3]),
                    "fails": .derived { rate in
                        try rate["rate"] == 0.2 ? fails : 0
                    },
                ]
                let name = "\(folder)/\(fails == "init")"
                let outcome = try await Self.tuner(space).run(in: name)
                #expect(outcome.isFinished)
                #expect(outcome.trials.map(\.status) == [.terminated, .errored, .terminated])
                let trial = try #require(
                    try FileManager.default.contentsOfDirectory(atPath: name).first { $0.contains("_1_") })
                let error = try String(contentsOfFile: "\(name)/\(trial)/error.txt", encoding: .utf8)
                #expect(error.contains(fails == "init" ? "cannot be made" : "planned"))
            }
        }
    }

    @Test("Interrupted after any turn and resumed, an experiment comes to the same end", arguments: [false, true])
    func interruptions(_ isDeterministic: Bool) async throws {
        try await withTemporaryDirectory { folder in
            func make() throws -> Tuner {
                var tuner = try Self.tuner()
                tuner.isDeterministic = isDeterministic
                return tuner
            }
            var turns = 0
            let whole = try await make().run(in: "\(folder)/whole") { _ in turns += 1 }
            for cut in stride(from: 1, to: turns, by: 3) {
                let name = "\(folder)/cut\(cut)"
                let task = Task {
                    var count = 0
                    return try await make().run(in: name) { _ in
                        count += 1
                        if count == cut { withUnsafeCurrentTask { $0?.cancel() } }
                    }
                }
                let first = try await task.value
                let second = first.isFinished ? first : try await make().resume(in: name)
                #expect(second.isFinished && second.warnings.isEmpty)
                #expect(second.trials.map(\.status) == whole.trials.map(\.status))
                let contents = ExperimentContents(folder: name)
                for trial in try contents.trials { #expect(try contents.numbers(trial) == [1, 2, 3, 4, 5]) }
            }
        }
    }

    /// Counts what is made and what is cleaned up.
    final class Tidy: StatefulTrainable, Resettable, Cleaning {
        private let log: Climber.StepLog

        init(configuration: StateMap, context: TrainableContext) throws {
            log = try context.parameters.value("log")
            log.append("made")
        }

        func step() -> StepResult { StepResult(["x": 1]) }

        var state: StateMap { ["x": 1] }

        func load(_ state: StateReader) {}

        func reset(configuration: StateMap, context: TrainableContext) { log.append("reset") }

        func cleanUp() { log.append("cleaned") }
    }

    @Test("A trainable that can begin again serves several trials, and cleans up at the end", arguments: [true, false])
    func reuse(_ isReused: Bool) async throws {
        try await withTemporaryDirectory { folder in
            let log = Climber.StepLog()
            var tuner = try Tuner(Tidy.withParameter("log", log), searching: ["x": .grid([1, 2, 3, 4])])
            tuner.stopRule = .iterations(2)
            tuner.maximumConcurrency = 1
            tuner.reusesTrainables = isReused
            tuner.synchronizes = false
            #expect(try await tuner.run(in: "\(folder)/e").isFinished)
            let counts = ["made", "reset", "cleaned"].map { word in log.all.count { $0 == word } }
            // The first two trials are there before the worker of the first one is free.
            #expect(
                isReused ? counts[0] + counts[1] == 4 && counts[1] >= 2 && counts[0] == counts[2] : counts == [4, 0, 4])
        }
    }
}
