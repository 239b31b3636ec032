import ReinNetworks
import ReinNumerics

extension Preset {
    /// Tuned settings of RL Baselines3 Zoo, `hyperparams/sac.yml`, on top of Stable-Baselines3's defaults, and settings
    /// for discrete SAC.
    static let sac: [Preset] = [
        Preset(
            "zoo", "Pendulum-v1", algorithm: SACLearner.algorithmName, steps: 20_000,
            Reference(mean: -157, deviation: 88.7, source: "rl-zoo3"), SACConfiguration()
        ) {
            $0.actorLearningRate = 1e-3
            $0.criticLearningRate = 1e-3
            $0.temperatureLearningRate = 1e-3
        },
        Preset(
            "zoo", "MountainCarContinuous-v0", algorithm: SACLearner.algorithmName, steps: 50_000,
            Reference(mean: 94.7, deviation: 1.1, source: "rl-zoo3"), SACConfiguration()
        ) {
            $0.stepsPerIteration = 1024
            $0.replayCapacity = 50_000
            $0.batchSize = 512
            $0.learnsTemperature = false
            $0.initialTemperature = 0.1
            $0.trainingInterval = 32
            $0.updatesPerInterval = 32
            $0.discount = 0.9999
            $0.targetUpdateRate = 0.01
            $0.learningStarts = 0
            $0.usesStateDependentExploration = true
            $0.network.logDeviation = -3.67
            $0.network.hidden = [64, 64]
        },
        Preset(
            "zoo", "gymnasium:Hopper-v5", algorithm: SACLearner.algorithmName, steps: 300_000,
            Reference(mean: 2325.5, deviation: 1129.7, source: "rl-zoo3, for Hopper-v3, after 1,000,000 steps"),
            SACConfiguration()
        ) {
            $0.learningStarts = 10_000
            $0.network.hidden = [256, 256]
        },
        Preset(
            "tianshou", "CartPole-v1", algorithm: SACLearner.algorithmName, steps: 50_000,
            Reference(mean: 170, deviation: nil, source: "Tianshou, the threshold of test_discrete_sac.py"),
            SACConfiguration()
        ) {
            $0.network.hidden = [64, 64]
            $0.actorLearningRate = 1e-4
            $0.criticLearningRate = 1e-3
            $0.temperatureLearningRate = 3e-4
            $0.batchSize = 64
            $0.replayCapacity = 20_000
            $0.discount = 0.95
            $0.stepCount = 3
            $0.learnsTemperature = false
            $0.initialTemperature = 0.05
            $0.learningStarts = 1000
            $0.trainingInterval = 10
            $0.updatesPerInterval = 1
        },
        // Found by trial: with a temperature of 0.05, as above, and a discount of 0.98 the same network ended at 359.
        Preset(
            "rein", "CartPole-v1", algorithm: SACLearner.algorithmName, steps: 50_000, nil, SACConfiguration()
        ) {
            $0.network.hidden = [64, 64]
            $0.actorLearningRate = 1e-3
            $0.criticLearningRate = 1e-3
            $0.batchSize = 64
            $0.targetUpdateRate = 0.01
            $0.learnsTemperature = false
            $0.initialTemperature = 0.02
            $0.learningStarts = 1000
        },
    ]
}
