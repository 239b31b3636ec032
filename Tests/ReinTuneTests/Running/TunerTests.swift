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
}

/// What is to be different when an experiment goes on.
struct ExtendedExperimentTests {
    private static func tuner(samples: Int, iterations: Int) throws -> Tuner {
        var tuner = try Tuner(
            TrainableDefinition(Climber.self), searching: ["rate": .grid([0.1, 0.2]), "x": .uniform(0...1)],
            samples: samples, seed: 3)
        tuner.stopRule = .iterations(iterations)
        tuner.synchronizes = false
        return tuner
    }

    @Test("A finished experiment gets more trials, the ones that it would have had from the start")
    func moreSamples() async throws {
        try await withTemporaryDirectory { folder in
            _ = try await Self.tuner(samples: 1, iterations: 3).run(in: "\(folder)/a/e")
            let more = try await Self.tuner(samples: 3, iterations: 3).resume(in: "\(folder)/a/e")
            let whole = try await Self.tuner(samples: 3, iterations: 3).run(in: "\(folder)/b/e")
            #expect(more.isFinished && more.trials.count == 6)
            #expect(more.trials.map(\.configuration) == whole.trials.map(\.configuration))
            #expect(more.trials.map(\.id) == whole.trials.map(\.id))
        }
    }

    @Test("Trials that a stop rule has ended go on when that is said, until another one ends them")
    func otherRules() async throws {
        try await withTemporaryDirectory { folder in
            _ = try await Self.tuner(samples: 1, iterations: 3).run(in: "\(folder)/e")
            let kept = try await Self.tuner(samples: 2, iterations: 5).resume(in: "\(folder)/e")
            #expect(kept.trials.map { $0.lastResult?.iteration } == [3, 3, 5, 5])
            let longer = try await Self.tuner(samples: 2, iterations: 7).resume(
                in: "\(folder)/e", revising: ExperimentRevision(continuesStopped: true))
            #expect(longer.isFinished && longer.trials.map { $0.lastResult?.iteration } == [7, 7, 7, 7])
            let contents = ExperimentContents(folder: "\(folder)/e")
            for trial in try contents.trials {
                #expect(try contents.numbers(trial) == Array(1...7))
                // Only the last result of all is the last one by its own word.
                #expect(try contents.numbers(trial, "iterations_since_restore").last.map { $0 < 7 } == true)
            }
        }
    }

    @Test("Trials that had not come to their end can be ended")
    func terminated() async throws {
        try await withTemporaryDirectory { folder in
            let name = "\(folder)/e"
            let first = try await Task {
                try await Self.tuner(samples: 1, iterations: 50).run(in: name) { _ in
                    withUnsafeCurrentTask { $0?.cancel() }
                }
            }.value
            #expect(!first.isFinished)
            let ended = try await Self.tuner(samples: 1, iterations: 50).resume(
                in: name, revising: ExperimentRevision(unfinished: .terminate))
            #expect(ended.isFinished && ended.trials.allSatisfy { $0.status == .terminated })
            #expect(ended.trials.allSatisfy { ($0.lastResult?.iteration ?? 0) < 50 })
        }
    }
}

/// Trials that do not do what they should.
struct UnrulyTrialTests {
    /// Hangs where its settings say, for as long as the test lasts.
    final class Hanging: StatefulTrainable, Cleaning {
        private let place: StateTree?
        private var n: Int64 = 0

        init(configuration: StateMap, context: TrainableContext) {
            place = configuration["hangs"]
            hang("init")
        }

        private func hang(_ name: StateTree) { while place == name { Thread.sleep(forTimeInterval: 0.01) } }

        func step() -> StepResult {
            n += 1
            if n == 2 { hang("step") }
            return StepResult(["n": .int(n)])
        }

        var state: StateMap {
            hang("save")
            return ["n": .int(n)]
        }

        func load(_ state: StateReader) throws { n = Int64(try state.child("n").int()) }

        func cleanUp() { hang("end") }
    }

    @Test(
        "One that hangs fails when its time is up; the others do not notice",
        arguments: ["init", "step", "save", "end"])
    func hanging(_ place: String) async throws {
        try await withTemporaryDirectory { folder in
            var tuner = try Tuner(
                TrainableDefinition(Hanging.self),
                searching: ["hangs": .grid([.fixed(""), .fixed(.string(place)), .fixed("none")])])
            tuner.stopRule = .iterations(3)
            tuner.machine = try MachineResources(cpus: 1, gpus: 0, memory: 1e9)
            tuner.checkpoints = try CheckpointConfig(frequency: 1)
            // Long enough for the others on a machine with much to do.
            let limit = Duration.seconds(8)
            tuner.limits = try WorkerLimits(start: limit, step: limit, save: limit, end: limit)
            tuner.synchronizes = false
            let outcome = try await tuner.run(in: "\(folder)/e")
            #expect(outcome.isFinished)
            let expected = place == "end" ? TrialStatus.terminated : .errored
            #expect(outcome.trials.map(\.status) == [.terminated, expected, .terminated])
            let trial = try #require(
                try FileManager.default.contentsOfDirectory(atPath: "\(folder)/e").first { $0.contains("_1_") })
            if place == "end" {
                #expect(outcome.warnings.contains { $0.contains("took longer") })
            } else {
                let error = try String(contentsOfFile: "\(folder)/e/\(trial)/error.txt", encoding: .utf8)
                #expect(error.contains("took longer than 8"))
            }
        }
    }

    @Test("Names that no file system takes, results that no rule can judge, and a checkpoint that is damaged")
    func oddities() async throws {
        try await withTemporaryDirectory { folder in
            let names: [StateTree] = [
                .string("a/b\n\u{1F600}"), .string(String(repeating: "x", count: 4_000)), "..", "",
            ]
            var tuner = try Tuner(
                TrainableDefinition(Climber.self), searching: ["name": .grid(names.map { .fixed($0) })])
            tuner.stopRule = .anyOf([.iterations(3), .atLeast("height", 100)])
            tuner.checkpoints = try CheckpointConfig(frequency: 1)
            tuner.synchronizes = false
            let outcome = try await tuner.run(in: "\(folder)/e")
            #expect(outcome.isFinished && outcome.trials.allSatisfy { $0.status == .terminated })
            #expect(try ExperimentContents(folder: "\(folder)/e").trials.count == 4)
            // The newest checkpoint of one trial is damaged: it goes on from the one before, and that is said.
            let trial = try ExperimentContents(folder: "\(folder)/e").trials[0]
            let place = "\(folder)/e/\(trial)/checkpoint_000002"
            for name in try FileManager.default.subpathsOfDirectory(atPath: place) {
                var isFolder: ObjCBool = false
                _ = FileManager.default.fileExists(atPath: "\(place)/\(name)", isDirectory: &isFolder)
                if !isFolder.boolValue { try Data([1, 2, 3]).write(to: URL(fileURLWithPath: "\(place)/\(name)")) }
            }
            tuner.stopRule = .iterations(5)
            let again = try await tuner.resume(
                in: "\(folder)/e", revising: ExperimentRevision(continuesStopped: true))
            #expect(again.isFinished && again.trials.allSatisfy { $0.lastResult?.iteration == 5 })
            #expect(again.warnings.count == 1 && again.warnings[0].contains("checkpoint_000002"))
            #expect(try ExperimentContents(folder: "\(folder)/e").numbers(trial) == [1, 2, 3, 4, 5])
        }
    }
}
