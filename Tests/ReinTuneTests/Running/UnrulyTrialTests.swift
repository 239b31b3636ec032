import Foundation
import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

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
                // The failure says it all: nobody waits for the end of what was given up.
                #expect(outcome.warnings == [])
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
