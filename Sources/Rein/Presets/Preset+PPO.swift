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
