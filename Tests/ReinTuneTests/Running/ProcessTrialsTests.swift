#if os(Linux)
import Foundation
import ReinCheckpoints
import ReinRandom
import ReinTestSupport
import Testing

@testable import ReinTune

/// Experiments whose trials are trained in processes.
@Suite(.timeLimit(.minutes(10))) struct ProcessTrialsTests {
    private static func tuner(
        _ name: String, searching space: SearchSpace, samples: Int = 1, cpus: Double = 3, gpus: Double = 0,
        resources: PlacementGroup? = nil
    ) throws -> Tuner {
        // What is trained is the program's; only the name counts.
        var definition = TrainableDefinition(ValueCounter.self, name: name)
        if let resources { definition = try definition.withResources(resources) }
        var tuner = try Tuner(definition, searching: space, samples: samples, seed: 3)
        tuner.placement = .processes(WorkerProgram(executable: ProcessProbe.path))
        tuner.machine = try MachineResources(cpus: cpus, gpus: gpus, memory: 1e9)
        tuner.synchronizes = false
        return tuner
    }

    @Test("Whatever a trial does to its process, it is that trial only")
    func troubles() async throws {
        try await withTemporaryDirectory { folder in
            let words: [(kind: String, words: String?)] = [
                ("crashes", "ended by signal"), ("exits", "exit code 3"), ("allocates", "ended by signal"),
                ("abort", "SIGABRT"), ("leaves children and crashes", "SIGKILL"), ("throws", "does not like"),
                ("closes the stream", "SIGKILL"), ("answers nonsense", "no answer"), ("prints", nil), ("says", nil),
            ]
            var tuner = try Self.tuner(
                "TroubledTrainable",
                searching: [
                    "step": .grid(words.map { .fixed(.string($0.kind)) }), "at": .fixed(2),
                    "folder": .fixed(.string(folder)),
                ])
            tuner.stopRule = .iterations(3)
            tuner.logsToFile = true
            tuner.checkpoints = try CheckpointConfig(frequency: 1)
            let outcome = try await tuner.run(in: "\(folder)/e")
            #expect(outcome.isFinished)
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/e")
            for (trial, (kind, text)) in zip(outcome.trials, words) {
                let name = try #require(names.first { $0.contains("_\(trial.id)_") })
                #expect(trial.status == (text == nil ? .terminated : .errored), "\(kind)")
                guard let text else { continue }
                let error = try String(contentsOfFile: "\(folder)/e/\(name)/error.txt", encoding: .utf8)
                #expect(error.contains(text), "\(kind): \(error)")
                #expect(trial.lastResult?.iteration == 1)
            }
            let printed = try #require(names.first { $0.contains("_\(outcome.trials[8].id)_") })
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/e/\(printed)/stdout")
            #expect(attributes[.size] as? Int == 16 << 20)
        }
    }

    @Test("The number of places changes no decision", arguments: ["asha", "population"])
    func places(_ kind: String) async throws {
        try await withTemporaryDirectory { folder in
            var all: [[TrialRecord]] = []
            for cpus in [1.0, 2, 8] {
                var tuner = try Self.tuner(
                    "RisingTrainable", searching: ["rate": .uniform(0.1...1)], samples: 6, cpus: cpus)
                tuner.scheduler =
                    kind == "asha"
                    ? ASHAScheduler(try .init(metric: "height", order: .max, maxTime: 6, reductionFactor: 2))
                    : PopulationBasedTraining(
                        try .init(
                            metric: "height", order: .max, timeAttribute: "training_iteration", interval: 2,
                            mutations: ["rate": .domain(.uniform(0.1...1))], quantile: 0.4),
                        random: RandomStream(seed: 5, name: "population"))
                tuner.stopRule = .iterations(6)
                tuner.checkpoints = try CheckpointConfig(numToKeep: 1, frequency: 1)
                tuner.isDeterministic = true
                let outcome = try await tuner.run(in: "\(folder)/\(cpus)/e")
                #expect(outcome.isFinished && outcome.warnings.isEmpty, "\(outcome.warnings)")
                all.append(outcome.trials)
            }
            for other in all.dropFirst() {
                #expect(other.map(\.configuration) == all[0].map(\.configuration))
                #expect(other.map(\.tag) == all[0].map(\.tag) && other.map(\.status) == all[0].map(\.status))
                for key in ["height", "training_iteration"] {
                    #expect(other.map { $0.lastResult?.metric(key) } == all[0].map { $0.lastResult?.metric(key) })
                }
            }
        }
    }

    @Test("A trial sees the GPUs that were reserved for it, and the same ones until its end", arguments: [false, true])
    func devices(_ isDeterministic: Bool) async throws {
        try await withTemporaryDirectory { folder in
            let one = try PlacementGroup(bundles: [["CPU": 1, "GPU": 1]])
            var tuner = try Self.tuner(
                "EnvironmentTrainable", searching: ["x": .uniform(0...1)], samples: 6, cpus: 4, gpus: 2, resources: one)
            tuner.stopRule = .iterations(4)
            tuner.isDeterministic = isDeterministic
            tuner.maximumConcurrency = 3
            let outcome = try await tuner.run(in: "\(folder)/e")
            #expect(outcome.isFinished && outcome.trials.allSatisfy { $0.status == .terminated })
            var seen: Set<String> = []
            for trial in try ExperimentContents(folder: "\(folder)/e").trials {
                let rows = try rows(in: "\(folder)/e/\(trial)")
                let devices = Set(try rows.map { try $0.string("devices") } + rows.map { try $0.string("now") })
                #expect(rows.count == 4 && devices.count == 1)
                seen.formUnion(devices)
            }
            #expect(seen == ["0", "1"])
            // Who has reserved none sees none.
            var none = try Self.tuner("EnvironmentTrainable", searching: ["x": .uniform(0...1)], gpus: 2)
            none.stopRule = .iterations(1)
            let blind = try await none.run(in: "\(folder)/none")
            #expect(blind.trials.map { $0.lastResult?.metric("devices") } == [""])
        }
    }
}
#endif
