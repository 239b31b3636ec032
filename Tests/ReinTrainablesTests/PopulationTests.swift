import Foundation
import Rein
import ReinCheckpoints
import ReinRandom
import ReinTestSupport
import ReinTrainables
import ReinTune
import Testing

/// Population-based training of algorithms: what a trial takes over, and that its new settings act.
@Suite struct PopulationTests {
    /// A method, what is changed in it, and where a result says which value was used.
    struct Case: Sendable, CustomTestStringConvertible {
        var configuration: StateMap
        var rate: String
        var metric: String { "policies/default_policy/\(rate)" }
        var testDescription: String { "\(configuration["algorithm"] ?? "?")" }
    }

    static let cases = [
        Case(
            configuration: [
                "algorithm": "PPO", "environment": "CartPole-v1", "rolloutLength": 16, "epochs": 1,
                "environmentCount": 2, "network": ["hidden": [8]],
            ], rate: "learningRate"),
        Case(
            configuration: [
                "algorithm": "DQN", "environment": "CartPole-v1", "learningStarts": 8, "batchSize": 8,
                "stepsPerIteration": 32, "replayCapacity": 256, "network": ["hidden": [8]],
            ], rate: "learningRate"),
        Case(
            configuration: [
                "algorithm": "SAC", "environment": "Pendulum-v1", "learningStarts": 8, "batchSize": 8,
                "stepsPerIteration": 16, "replayCapacity": 256, "network": ["hidden": [8]],
            ], rate: "actorLearningRate"),
    ]

    private static func tuner(_ one: Case) throws -> Tuner {
        var entries: [SearchSpace.Entry] = one.configuration.entries.map { (key: $0.0, parameter: .fixed($0.1)) }
        entries.append((key: one.rate, parameter: .grid([1e-2, 3e-3, 1e-3, 3e-4])))
        let space = try SearchSpace(entries)
        var tuner = try Tuner(TrainableDefinition(AlgorithmTrainable.self), searching: space, seed: 1)
        // The larger the rate the better: nothing else that is measured differs so surely.
        tuner.scheduler = PopulationBasedTraining(
            try .init(
                metric: one.metric, order: .max, timeAttribute: "training_iteration", interval: 2,
                mutations: [one.rate: .domain(.logUniform(1e-4...1e-2))], quantile: 0.5, resampleProbability: 0),
            random: RandomStream(seed: 2, name: "population"))
        tuner.stopRule = .iterations(5)
        tuner.checkpoints = try CheckpointConfig(frequency: 1)
        tuner.machine = try MachineResources(cpus: 2, gpus: 0, memory: 1e9)
        tuner.isDeterministic = true
        tuner.synchronizes = false
        return tuner
    }

    /// What has become of a checkpoint by one iteration.
    private static func next(_ configuration: StateMap, _ checkpoint: Checkpoint) throws -> Checkpoint {
        var trainable = try AlgorithmTrainable(configuration: configuration, context: TrainableContext())
        try trainable.load(checkpoint)
        _ = try trainable.step()
        return try trainable.checkpoint()
    }

    /// The checkpoint of an algorithm without what the folder says besides.
    private static func content(_ configuration: StateMap, _ checkpoint: Checkpoint) throws -> Checkpoint {
        var trainable = try AlgorithmTrainable(configuration: configuration, context: TrainableContext())
        try trainable.load(checkpoint)
        return try trainable.checkpoint()
    }

    private static func results(_ folder: String) throws -> [StateReader] {
        try String(contentsOfFile: "\(folder)/result.json", encoding: .utf8).split(separator: "\n").map {
            StateReader(try JSON.parse(Array($0.utf8)))
        }
    }

    @Test(
        "A trial takes over weights, optimizer, counters and replay, and its next update has its own rate",
        arguments: cases)
    func exploit(_ one: Case) async throws {
        try await withTemporaryDirectory { folder in
            let outcome = try await Self.tuner(one).run(in: "\(folder)/e")
            #expect(outcome.isFinished && outcome.warnings.isEmpty, "\(outcome.warnings)")
            #expect(outcome.trials.allSatisfy { $0.status == .terminated })
            var places: [String: String] = [:]
            for trial in outcome.trials {
                let name = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/e").first {
                    $0.contains("_\(trial.id)_")
                }
                places[trial.id.string] = "\(folder)/e/\(try #require(name))"
            }
            var count = 0
            for trial in outcome.trials {
                let place = try #require(places[trial.id.string])
                let store = try CheckpointStore(at: place, config: CheckpointConfig(frequency: 1))
                for (copy, own) in zip(store.checkpoints, store.checkpoints.dropFirst()) {
                    let metrics = StateReader(copy.metrics)
                    guard metrics.optionalChild("taken_over") != nil else { continue }
                    count += 1
                    let donor = try metrics.string("trial_id")
                    #expect(donor != trial.id.string)
                    // All of it is the donor's, to the last byte.
                    let original = try #require(places[donor]) + "/\(try metrics.string("checkpoint_dir_name"))"
                    #expect(try files(below: copy.path) == files(below: original))
                    // The next result was trained with settings of the trial's own.
                    let iteration = try StateReader(own.metrics).int("training_iteration")
                    #expect(try iteration == metrics.int("training_iteration") + 1)
                    let result = try #require(
                        try Self.results(place).last { row in
                            try row.int("training_iteration") == iteration
                                && row.string("checkpoint_dir_name") == own.path.split(separator: "/").last ?? ""
                        })
                    guard case .map(let used) = try result.child("config").tree else { return }
                    let rate = try result.child("config").double(one.rate)
                    let old = try #require(
                        try Self.results(places[donor] ?? "").last { row in
                            try row.string("checkpoint_dir_name") == metrics.string("checkpoint_dir_name")
                        }
                    ).child("config")
                    #expect(try rate != old.double(one.rate))
                    let metric = one.metric.split(separator: "/").reduce(result) { place, key in
                        (try? place.child(String(key))) ?? place
                    }
                    #expect(try metric.double() == rate)
                    // Bit for bit what the donor's checkpoint comes to with that rate, and not with the donor's.
                    let reached = try Self.content(used, Checkpoint(directory: own.path))
                    #expect(try reached == Self.next(used, Checkpoint(directory: original)))
                    guard case .map(let before) = old.tree else { return }
                    let other = try Self.content(used, Self.next(before, Checkpoint(directory: original)))
                    #expect(reached != other)
                }
            }
            #expect(count > 1)
        }
    }
}
