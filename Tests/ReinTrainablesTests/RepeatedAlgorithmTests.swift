import Rein
import ReinCheckpoints
import ReinTestSupport
import ReinTrainables
import ReinTune
import Testing

/// Algorithms that are trained with several seeds as one trainable.
@Suite struct RepeatedAlgorithmTests {
    private static let configurations: [String: StateMap] = [
        "PPO": ["environment": "CartPole-v1", "rolloutLength": 16, "epochs": 2, "environmentCount": 2, "seed": 5],
        "DQN": [
            "algorithm": "DQN", "environment": "CartPole-v1", "learningStarts": 32, "batchSize": 16, "seed": 5,
        ],
    ]

    @Test("goes on as if nothing had been, by every way", arguments: configurations.keys.sorted())
    func validates(name: String) async throws {
        let definition = try TrainableDefinition(AlgorithmTrainable.self).repeated(seeds: 2)
        var validation = SaveRestoreValidation(definition, configuration: try #require(Self.configurations[name]))
        let measured = AlgorithmTrainable.measuredMetrics
        validation.ignoredMetrics = measured.union(measured.map { "seeds/0/\($0)" }).union(
            measured.map { "seeds/1/\($0)" })
        #expect(try await validation.run() == [.directory, .movedDirectory, .memory])
    }

    @Test("each seed is trained as by itself, and the counts are sums", arguments: configurations.keys.sorted())
    func plain(name: String) async throws {
        var configuration = try #require(Self.configurations[name])
        let definition = try TrainableDefinition(AlgorithmTrainable.self).repeated(seeds: 3)
        let driver = try await TrainableDriver(definition, configuration: configuration)
        var results: [TrainableResult] = []
        for _ in 1...3 { results.append(try await driver.train()) }
        var (steps, lengths): (Int64, [Double]) = (0, [])
        for index in 0..<3 {
            configuration["seed"] = .int(Int64(5 + index))
            let single = try await TrainableDriver(AlgorithmTrainable.self, configuration: configuration)
            var last: TrainableResult?
            for result in results {
                last = try await single.train()
                #expect(result["seeds/\(index)/policies"] == last?["policies"])
            }
            guard case .int(let total)? = last?["timesteps_total"] else { throw StateError(.wrongType, "no count") }
            steps += total
            lengths.append(try StateReader(#require(last?["environmentSteps"])).double())
        }
        #expect(results[2]["timesteps_total"] == .int(steps))
        #expect(results[2]["environmentSteps"] == .double(lengths.reduce(0, +) / 3))
    }

    @Test("the checkpoint of each seed is one of the algorithm")
    func parts() async throws {
        try await withTemporaryDirectory { folder in
            let definition = try TrainableDefinition(AlgorithmTrainable.self).repeated(seeds: 2)
            let driver = try await TrainableDriver(
                definition, configuration: try #require(Self.configurations["DQN"]))
            for _ in 1...2 { _ = try await driver.train() }
            try await driver.save(to: "\(folder)/saved")
            for index in 0..<2 {
                let algorithm = try DQN(restoring: "\(folder)/saved/seed_\(index)")
                #expect(algorithm.counters.iterations == 2 && algorithm.configuration.seed == 5 + index)
            }
        }
    }
}
