import ReinNetworks
import ReinNumerics

extension Preset {
    /// Tuned settings of RL Baselines3 Zoo, `hyperparams/dqn.yml`, and of CleanRL's `dqn.py` and `c51.py`.
    static let dqn: [Preset] = [
        zoo("CartPole-v1", steps: 50_000, Reference(mean: 500, deviation: 0, source: "rl-zoo3")) {
            $0.learningRate = 2.3e-3
            $0.batchSize = 64
            $0.replayCapacity = 100_000
            $0.learningStarts = 1000
            $0.targetUpdateInterval = 10
            $0.trainingInterval = 256
            $0.updatesPerInterval = 128
            $0.explorationRate = .linear(from: 1, to: 0.04, over: 8_000)
        },
        zoo("Acrobot-v1", steps: 100_000, Reference(mean: -76.6, deviation: 11.8, source: "rl-zoo3")) {
            $0.learningRate = 6.3e-4
            $0.batchSize = 128
            $0.replayCapacity = 50_000
            $0.learningStarts = 0
            $0.targetUpdateInterval = 250
            $0.trainingInterval = 4
            $0.updatesPerInterval = 4
            $0.explorationRate = .linear(from: 1, to: 0.1, over: 12_000)
        },
        zoo("MountainCar-v0", steps: 120_000, Reference(mean: -100.8, deviation: 9.9, source: "rl-zoo3")) {
            $0.learningRate = 4e-3
            $0.batchSize = 128
            $0.replayCapacity = 10_000
            $0.learningStarts = 1000
            $0.discount = 0.98
            $0.targetUpdateInterval = 600
            $0.trainingInterval = 16
            $0.updatesPerInterval = 8
            $0.explorationRate = .linear(from: 1, to: 0.07, over: 24_000)
        },
        cleanRL("CartPole-v1", Reference(mean: 488.7, deviation: 16.1, source: "CleanRL dqn.py")) { _ in },
        cleanRL("Acrobot-v1", Reference(mean: -91.5, deviation: 7.2, source: "CleanRL dqn.py")) { _ in },
        c51("CartPole-v1", Reference(mean: 481.2, deviation: 20.5, source: "CleanRL c51.py")),
        c51("Acrobot-v1", Reference(mean: -87.7, deviation: 5.5, source: "CleanRL c51.py")),
    ]

    /// Plain DQN, none of the extensions.
    private static let plain = DQNConfiguration().with {
        $0.double = false
        $0.dueling = false
        $0.prioritizedReplay = false
    }

    private static func zoo(
        _ environment: String, steps: Int, _ reference: Reference, _ change: (inout DQNConfiguration) -> Void
    ) -> Preset {
        let defaults = plain.with {
            $0.network.hidden = [256, 256]
            $0.maximumGradientNorm = 10
        }
        return Preset(
            "zoo", environment, algorithm: DQNLearner.algorithmName, steps: steps, reference, defaults, change)
    }

    private static func cleanRL(
        _ environment: String, source: String = "cleanrl", _ reference: Reference,
        _ change: (inout DQNConfiguration) -> Void
    ) -> Preset {
        let defaults = plain.with {
            $0.learningRate = 2.5e-4
            $0.replayCapacity = 10_000
            $0.learningStarts = 10_000
            $0.batchSize = 128
            $0.trainingInterval = 10
            $0.targetUpdateInterval = 500
            $0.explorationRate = .linear(from: 1, to: 0.05, over: 250_000)
            $0.loss = .squared
            $0.maximumGradientNorm = nil
            $0.network.hidden = [120, 84]
        }
        return Preset(
            source, environment, algorithm: DQNLearner.algorithmName, steps: 500_000, reference, defaults, change)
    }

    private static func c51(_ environment: String, _ reference: Reference) -> Preset {
        cleanRL(environment, source: "cleanrl-c51", reference) {
            $0.atoms = 101
            $0.minimumReturn = -100
            $0.maximumReturn = 100
            $0.adam.epsilon = 0.01 / 128
        }
    }
}
