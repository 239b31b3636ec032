import ReinNetworks
import ReinNumerics

extension Preset {
    /// Tuned settings of RL Baselines3 Zoo, `hyperparams/ppo.yml`, on top of Stable-Baselines3's defaults. Rows that
    /// ask for state-dependent exploration are not among them.
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
