import Foundation
import Rein
import ReinCheckpoints
import ReinTestSupport
import ReinTrainables
import ReinTune
import Testing

struct RunParametersTests {
    private static let configurations: [StateMap] = [
        ["environment": "CartPole-v1", "learningRate": 2e-3, "network": ["hidden": [32]]],
        [
            "algorithm": "sac", "environment": "Pendulum-v1", "threads": 2, "batchSize": 16,
            "evaluation": ["every": 1, "episodes": 2],
        ],
        [
            "algorithm": "DQN", "environment": "TicTacToe-v3", "policies": ["first", "second"],
            "mapping": ["rules": [["agents": "player_1", "policy": "first"], ["agents": "*", "policy": "second"]]],
            "policiesToTrain": ["first"], "policyConfigurations": ["first": ["learningRate": 1e-4]],
            "learningStarts": 8,
        ],
    ]

    /// The keys of a `params.json` that a configuration can say something of.
    private static let runKeys: Set = [
        "algorithm", "environment", "policies", "policyConfigurations", "mapping", "evaluationMapping",
        "policiesToTrain", "evaluation", "configuration",
    ]

    @Test(
        "The parameters of a run are those of the trial, and settings are where a run has them",
        arguments: configurations)
    func repeats(configuration: StateMap) throws {
        let parameters = try AlgorithmTrainable.runParameters(of: configuration)
        #expect(Self.runKeys.isSuperset(of: parameters.keys))
        // As it comes back from the file.
        let reader = StateReader(try JSON.parse(JSON.text(.map(parameters), pretty: true)))
        #expect(reader.tree == .map(parameters))
        let kind = try AlgorithmKind.named(reader.string("algorithm"))
        let trial = try AlgorithmTrainable(configuration: configuration, context: TrainableContext()).algorithm
        #expect(trial.name == kind.name)
        #expect(try trial.environment.id == reader.string("environment"))
        #expect(try kind.resolved(reader.child("configuration").tree) == trial.settings)
        for key in ["policies", "mapping", "policiesToTrain", "policyConfigurations", "evaluation"] {
            #expect(parameters[key] == configuration[key])
        }
    }

    @Test("What could not be repeated is refused")
    func refusals() {
        for configuration: StateMap in [
            [:], ["environment": "CartPol-v1"], ["environment": "CartPole-v1", "lerningRate": 1.0],
            ["environment": "CartPole-v1", "learningRate": "fast"], ["algorithm": "PPQ", "environment": "CartPole-v1"],
        ] {
            #expect(throws: (any Error).self) { try AlgorithmTrainable.runParameters(of: configuration) }
        }
    }

    @Test("The best trial of an experiment becomes a run")
    func best() throws {
        try withTemporaryDirectory { folder in
            for (trial, rate) in [1e-3, 3e-3].enumerated() {
                let configuration: StateMap = ["environment": "CartPole-v1", "learningRate": .double(rate)]
                let line: StateTree = [
                    "training_iteration": 1, "episodeReturnMean": .double(rate), "config": .map(configuration),
                ]
                let place = "\(folder)/PPO_abcde_0000\(trial)_\(trial)"
                try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
                try Data("\(JSON.text(line))\n".utf8).write(to: URL(fileURLWithPath: "\(place)/result.json"))
            }
            let best = try ResultGrid(reading: folder).bestResult("episodeReturnMean", .max, scope: .last)
            #expect(
                try AlgorithmTrainable.runParameters(of: best.configuration) == [
                    "algorithm": "PPO", "environment": "CartPole-v1", "configuration": ["learningRate": 3e-3],
                ])
        }
    }
}
