import ReinNetworks
import ReinNumerics

extension Preset {
    /// Tuned settings of RL Baselines3 Zoo, `hyperparams/ppo.yml`, on top of Stable-Baselines3's defaults.
    static let ppo: [Preset] = [
        zoo("CartPole-v1", steps: 100_000, Reference(mean: 500, deviation: 0, source: "rl-zoo3")) {
            $0.environmentCount = 8
            $0.rolloutLength = 32
            $0.minibatchSize = 256
            $0.epochs = 20
            $0.discount = 0.98
            $0.gaeLambda = 0.8
            $0.learningRate = .linear(from: 1e-3, to: 0, over: 100_000)
            $0.clipRange = .linear(from: 0.2, to: 0, over: 100_000)
        },
        zoo("Acrobot-v1", steps: 1_000_000, Reference(mean: -73.5, deviation: 18.2, source: "rl-zoo3")) {
            $0.environmentCount = 16
            $0.rolloutLength = 256
            $0.epochs = 4
            $0.gaeLambda = 0.94
            $0.normalizesObservations = true
            $0.scalesRewards = true
        },
        zoo("MountainCar-v0", steps: 1_000_000, Reference(mean: -110.4, deviation: 19.5, source: "rl-zoo3")) {
            $0.environmentCount = 16
            $0.rolloutLength = 16
            $0.epochs = 4
            $0.gaeLambda = 0.98
            $0.normalizesObservations = true
            $0.scalesRewards = true
        },
        zoo("MountainCarContinuous-v0", steps: 20_000, Reference(mean: 88.3, deviation: 2.6, source: "rl-zoo3")) {
            $0.environmentCount = 1
            $0.rolloutLength = 8
            $0.minibatchSize = 256
            $0.epochs = 10
            $0.discount = 0.9999
            $0.gaeLambda = 0.9
            $0.learningRate = 7.77e-5
            $0.clipRange = 0.1
            $0.entropyCoefficient = 0.00429
            $0.valueLossCoefficient = 0.19
            $0.maximumGradientNorm = 5
            $0.normalizesObservations = true
            $0.scalesRewards = true
            $0.usesStateDependentExploration = true
            $0.network.logDeviation = -3.29
            $0.network.hasOrthogonalWeights = false
        },
        zoo("Pendulum-v1", steps: 100_000, Reference(mean: -172.2, deviation: 104.2, source: "rl-zoo3")) {
            $0.environmentCount = 4
            $0.rolloutLength = 1024
            $0.discount = 0.9
            $0.learningRate = 1e-3
            $0.usesStateDependentExploration = true
            $0.explorationInterval = 4
        },
        zoo(
            "gymnasium:LunarLander-v3", steps: 1_000_000,
            Reference(mean: 242.1, deviation: 31.8, source: "rl-zoo3, for LunarLander-v2")
        ) {
            $0.environmentCount = 16
            $0.rolloutLength = 1024
            $0.epochs = 4
            $0.discount = 0.999
            $0.gaeLambda = 0.98
            $0.entropyCoefficient = 0.01
        },
        zoo(
            "gymnasium:HalfCheetah-v5", steps: 1_000_000,
            Reference(mean: 5819.1, deviation: 663.5, source: "rl-zoo3, for HalfCheetah-v3")
        ) {
            $0.environmentCount = 1
            $0.rolloutLength = 512
            $0.epochs = 20
            $0.discount = 0.98
            $0.gaeLambda = 0.92
            $0.learningRate = 2.0633e-5
            $0.clipRange = 0.1
            $0.entropyCoefficient = 0.000401762
            $0.valueLossCoefficient = 0.58096
            $0.maximumGradientNorm = 0.8
            $0.normalizesObservations = true
            $0.scalesRewards = true
            $0.network.hidden = [256, 256]
            $0.network.activation = .relu
            $0.network.logDeviation = -2
            $0.network.hasOrthogonalWeights = false
        },
    ]

    private static func zoo(
        _ environment: String, steps: Int, _ reference: Reference, _ change: (inout PPOConfiguration) -> Void
    ) -> Preset {
        // Stable-Baselines3's defaults, where they are not Rein's.
        let defaults = PPOConfiguration().with { $0.learningRate = 3e-4 }
        return Preset(
            "zoo", environment, algorithm: PPOLearner.algorithmName, steps: steps, reference, defaults, change)
    }
}
