import Rein
import ReinCheckpoints
import ReinTrainables
import ReinTune
import Testing

struct CheckingTests {
    @Test("A check refuses keys and values that making an algorithm would, and makes none")
    func checks() throws {
        try AlgorithmTrainable.check(["environment": "CartPole-v1", "learningRate": 1e-3])
        try AlgorithmTrainable.check(
            ["algorithm": "dqn", "environment": "CartPole-v1", "replayCapacity": 1_000_000_000, "threads": 4])
        let mistakes: [(configuration: StateMap, words: String)] = [
            ([:], "environment"), (["environment": "CartPole-v3"], "CartPole-v1"),
            (["environment": "CartPole-v1", "learningRat": 1e-3], "learningRate"),
            (["environment": "CartPole-v1", "polices": ["a"]], "policies"),
            (["environment": "CartPole-v1", "discount": 2], "discount"),
            (["environment": "CartPole-v1", "algorithm": "pp"], "ppo"),
            (["environment": "CartPole-v1", "threads": 0], "threads"),
            (["environment": "CartPole-v1", "evaluation": ["evry": 1]], "every"),
            (["environment": "CartPole-v1", "policies": 3], "policies"),
        ]
        for (configuration, words) in mistakes {
            let error = #expect(throws: (any Error).self, "\(configuration)") {
                try AlgorithmTrainable.check(configuration)
            }
            #expect(error.map { "\($0)".contains(words) } == true, "\(configuration): \(error.map { "\($0)" } ?? "")")
        }
    }

    @Test("An environment may be a parameter")
    func parameter() throws {
        var parameters = TrainableParameters()
        parameters.set("environment", to: TrainingEnvironment.singleAgent(EnvironmentSpecification(CartPole.self)))
        try AlgorithmTrainable.check(["learningRate": 1e-3], parameters: parameters)
    }
}
