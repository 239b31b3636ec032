import Foundation
import Rein
import ReinCheckpoints
import ReinTestSupport
import ReinTrainables
import ReinTune
import Testing

/// Configurations that are quick to train, one of each kind.
private let configurations: [String: StateMap] = [
    "PPO": ["environment": "CartPole-v1", "rolloutLength": 16, "epochs": 2, "environmentCount": 2],
    "PPO on two threads, evaluated": [
        "algorithm": "PPO", "environment": "Pendulum-v1", "rolloutLength": 32, "threads": 2,
        "evaluation": ["every": 1, "episodes": 2],
    ],
    "recurrent PPO": [
        "environment": "CartPole-v1", "rolloutLength": 16, "sequenceLength": 8, "minibatchSize": 32, "epochs": 1,
        "network": ["recurrent": "lstm", "recurrentWidth": 8],
    ],
    "DQN": [
        "algorithm": "DQN", "environment": "CartPole-v1", "learningStarts": 32, "batchSize": 16,
    ],
    "SAC": [
        "algorithm": "SAC", "environment": "Pendulum-v1", "learningStarts": 16, "batchSize": 16,
        "network": ["hidden": [8]],
    ],
    "several agents": [
        "algorithm": "DQN", "environment": "TicTacToe-v3", "learningStarts": 8, "batchSize": 8,
        "policies": ["first", "second"],
        "mapping": ["rules": [["agents": "player_1", "policy": "first"], ["agents": "*", "policy": "second"]]],
        "policiesToTrain": ["first"], "policyConfigurations": ["first": ["learningRate": 1e-4]],
    ],
]

@Suite struct AlgorithmTrainableTests {
    @Test("goes on as if nothing had been, by every way", arguments: configurations.keys.sorted())
    func validates(name: String) async throws {
        var validation = SaveRestoreValidation(
            TrainableDefinition(AlgorithmTrainable.self), configuration: try #require(configurations[name]))
        validation.ignoredMetrics = AlgorithmTrainable.measuredMetrics
        validation.newProcess = ValidationProcess(executable: builtProgram("TrainableProbe"))
        #expect(try await validation.run() == SaveRestoreValidation.Route.allCases)
    }

    @Test("has the bits of plain training", arguments: configurations.keys.sorted())
    func plain(name: String) async throws {
        let configuration = try #require(configurations[name])
        let driver = try await TrainableDriver(AlgorithmTrainable.self, configuration: configuration)
        let plain = try AlgorithmTrainable(configuration: configuration, context: TrainableContext()).algorithm
        for _ in 1...3 {
            let result = try await driver.train()
            let expected = try plain.train()
            #expect(result.iteration == expected.counters.iterations)
            #expect(result["timesteps_total"] == .int(Int64(expected.counters.environmentSteps)))
            #expect(result["episodes_total"] == .int(Int64(expected.counters.episodes)))
            #expect(result["iteration"] == nil)
            #expect(result["policies"] == StateReader(expected.tree).optionalChild("policies")?.tree)
        }
        let trained = try #require(driver.trainable(as: AlgorithmTrainable.self)).algorithm
        #expect(try trained.checkpoint() == plain.checkpoint())
    }

    @Test("its checkpoints are those of the algorithm, and it goes on from theirs")
    func checkpoints() async throws {
        try await withTemporaryDirectory { folder in
            let configuration = try #require(configurations["DQN"])
            let driver = try await TrainableDriver(AlgorithmTrainable.self, configuration: configuration)
            for _ in 1...2 { _ = try await driver.train() }
            let saved = try await driver.save(to: "\(folder)/saved")
            #expect(try saved.kind == .algorithm)
            try saved.verify()
            try CheckpointDirectory(opening: "\(folder)/saved").verify()
            let algorithm = try DQN(restoring: "\(folder)/saved")
            #expect(algorithm.counters.iterations == 2)
            #expect(try Policy(restoring: "\(folder)/saved/policies/default_policy").form == algorithm.policy()?.form)

            _ = try algorithm.train()
            try algorithm.save(to: "\(folder)/plain")
            try await driver.restore(from: "\(folder)/plain")
            #expect(driver.iteration == 3)
            #expect(try await driver.train()["training_iteration"] == 4)
        }
    }

    @Test("settings of its own act after the checkpoint of another")
    func exploit() async throws {
        var configuration = try #require(configurations["PPO"])
        configuration["learningRate"] = 1e-2
        let donor = try await TrainableDriver(AlgorithmTrainable.self, configuration: configuration)
        for _ in 1...2 { _ = try await donor.train() }
        configuration["learningRate"] = 1e-4
        let other = try await TrainableDriver(AlgorithmTrainable.self, configuration: configuration)
        try await other.restoreFromObject(donor.saveToObject())
        let algorithm = try #require(other.trainable(as: AlgorithmTrainable.self)).algorithm
        #expect(StateReader(algorithm.settings).optionalChild("learningRate")?.tree == 1e-4)
        let result = try await other.train()
        #expect(result.iteration == 3)
        #expect(result["policies/default_policy/learningRate"] == 1e-4)
    }

    @Test("a checkpoint of another method leaves everything as it was")
    func otherMethod() async throws {
        let driver = try await TrainableDriver(
            AlgorithmTrainable.self, configuration: try #require(configurations["PPO"]))
        _ = try await driver.train()
        let other = try await TrainableDriver(
            AlgorithmTrainable.self, configuration: try #require(configurations["DQN"]))
        let before = try #require(driver.trainable(as: AlgorithmTrainable.self)).algorithm.checkpoint()
        let object = try await other.saveToObject()
        await #expect(throws: (any Error).self) { try await driver.restoreFromObject(object) }
        #expect(try driver.trainable(as: AlgorithmTrainable.self)?.algorithm.checkpoint() == before)
        #expect(driver.iteration == 1)
    }

    @Test(
        "a key that nobody knows is an error that names the nearest",
        arguments: [
            ("enviroment", "environment"), ("learningRat", "learningRate"), ("algoritm", "algorithm"),
            ("lr", "learningRate"),
        ])
    func unknownKeys(key: String, nearest: String) async throws {
        let error = await #expect(throws: (any Error).self) {
            _ = try await TrainableDriver(
                AlgorithmTrainable.self, configuration: ["environment": "CartPole-v1", key: 1])
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains(nearest))
    }

    @Test("an environment of one's own comes as a parameter, and none is an error")
    func ownEnvironment() async throws {
        let definition = AlgorithmTrainable.withParameter("environment", try TrainingEnvironment(named: "CartPole-v0"))
        let driver = try await TrainableDriver(definition, configuration: ["rolloutLength": 16])
        _ = try await driver.train()
        #expect(driver.trainable(as: AlgorithmTrainable.self)?.algorithm.environment.id == "CartPole-v0")
        let error = await #expect(throws: StateError.self) { _ = try await TrainableDriver(AlgorithmTrainable.self) }
        #expect(error?.path == "environment")
    }

    @Test("begins again with other settings")
    func reset() async throws {
        var configuration = try #require(configurations["PPO"])
        let driver = try await TrainableDriver(AlgorithmTrainable.self, configuration: configuration)
        _ = try await driver.train()
        configuration["seed"] = 5
        try await driver.reset(configuration: configuration)
        #expect(driver.iteration == 0)
        let fresh = try await TrainableDriver(AlgorithmTrainable.self, configuration: configuration)
        #expect(try await driver.train()["policies"] == fresh.train()["policies"])
    }
}
