import ReinCheckpoints
import ReinNetworks
import ReinPolicies
import ReinRLlib

/// SAC in RLlib's words.
extension SACLearner: RLlibMethod {
    static var rllibClass: RLlibPolicyClass { .sac }

    static func rllibSettings(_ configuration: SACConfiguration) -> StateMap {
        let ratio = RLlibReplayRatio(
            environmentCount: configuration.environmentCount, trainingInterval: configuration.trainingInterval,
            updatesPerInterval: configuration.updatesPerInterval)
        let temperatureRate = configuration.learnsTemperature ? configuration.temperatureLearningRate.value(at: 0) : 0
        var map: StateMap = [
            "gamma": .double(configuration.discount),
            "clip_rewards": RLlibRewards.words(configuration.rewardClip),
            "n_step": .int(Int64(configuration.stepCount)),
            "tau": .double(configuration.targetUpdateRate),
            "target_network_update_freq": .int(Int64(targetSteps(configuration.targetUpdateInterval, ratio))),
            "train_batch_size": .int(Int64(configuration.batchSize)),
            "min_sample_timesteps_per_iteration": .int(
                Int64(configuration.stepsPerIteration * configuration.environmentCount)),
            "min_time_s_per_iteration": nil,
            "num_steps_sampled_before_learning_starts": .int(Int64(configuration.learningStarts)),
            "initial_alpha": .double(configuration.initialTemperature),
            "target_entropy": configuration.targetEntropy.map { .double($0) } ?? "auto",
            "optimization": [
                "actor_learning_rate": .double(configuration.actorLearningRate.value(at: 0)),
                "critic_learning_rate": .double(configuration.criticLearningRate.value(at: 0)),
                "entropy_learning_rate": .double(temperatureRate),
            ],
            "grad_clip": configuration.maximumGradientNorm.map { .double($0) } ?? .null,
            "exploration_config": ["type": "StochasticSampling"],
            "replay_buffer_config": RLlibReplay.words(configuration),
            "store_buffer_in_checkpoints": false,
            "export_native_model_files": .bool(configuration.exportsNativeModelFiles != .none),
            "seed": .int(Int64(configuration.seed)),
        ]
        for (key, value) in ratio.words(batchSize: configuration.batchSize, stepCount: configuration.stepCount) {
            map[key] = value
        }
        return map
    }

    /// RLlib counts steps between updates of the targets, which it makes after gradient steps; here these are counted.
    private static func targetSteps(_ interval: Int, _ ratio: RLlibReplayRatio) -> Int {
        guard interval > 1 else { return 0 }
        let round = ratio.trainingInterval * ratio.environmentCount
        let steps = Double(interval) * Double(round) / Double(ratio.updatesPerInterval)
        return Int(min(max(1, steps.rounded()), Double(1 << 52)))
    }

    private static func targetInterval(_ steps: Int, _ ratio: RLlibReplayRatio) -> Int {
        guard steps > 0 else { return 1 }
        let round = ratio.trainingInterval * ratio.environmentCount
        let rounds = steps / round + (steps % round > 0 ? 1 : 0)
        return Int(min(Double(rounds) * Double(ratio.updatesPerInterval), Double(1 << 52)))
    }

    static func rllibTraining(
        _ configuration: SACConfiguration, learner: StateReader?, environmentSteps: Int?
    ) -> RLlibTraining {
        let steps = environmentSteps ?? 0
        return RLlibTraining(
            .sac, settings: rllibSettings(configuration), environmentSteps: steps,
            learningRates: [
                .network: configuration.actorLearningRate.value(at: steps),
                .critics: configuration.criticLearningRate.value(at: steps),
                .temperature: configuration.temperatureLearningRate.value(at: steps),
            ])
    }

    static func configuration(of rllib: RLlibPolicy) throws(StateError) -> SACConfiguration {
        let settings = RLlibSettings(rllib.config)
        let architecture = rllib.policy.network.architecture
        var result = SACConfiguration()
        result.seed = try settings.int("seed", default: 0)
        result.exportsNativeModelFiles = NativeModelFiles(
            booleanLiteral: try settings.bool("export_native_model_files", default: false))
        result.stepCount = try settings.int("n_step", default: 1, in: 1...1000)
        result.batchSize = try settings.int("train_batch_size", default: 256, in: 1...1 << 20)
        let ratio = try RLlibReplayRatio(settings, batchSize: result.batchSize, stepCount: result.stepCount)
        result.environmentCount = ratio.environmentCount
        result.trainingInterval = ratio.trainingInterval
        result.updatesPerInterval = ratio.updatesPerInterval
        let steps = try settings.int("min_sample_timesteps_per_iteration", default: 100)
        result.stepsPerIteration = max(1, steps / result.environmentCount)
        result.discount = try settings.number("gamma", default: 0.99)
        result.rewardClip = try RLlibRewards.read(settings)
        result.targetUpdateRate = try settings.number("tau", default: 0.005)
        result.targetUpdateInterval = targetInterval(
            try settings.int("target_network_update_freq", default: 0, in: -(1 << 52)...1 << 52), ratio)
        result.learningStarts = try settings.int("num_steps_sampled_before_learning_starts", default: 1500)
        result.initialTemperature = try settings.number("initial_alpha", default: 1)
        if case .string("auto")? = settings.reader.optionalChild("target_entropy")?.tree {
            result.targetEntropy = nil
        } else {
            result.targetEntropy = try settings.number("target_entropy")
        }
        let rates = settings.child("optimization")
        result.actorLearningRate = .constant(try rates.number("actor_learning_rate", default: 3e-4))
        result.criticLearningRate = .constant(try rates.number("critic_learning_rate", default: 3e-4))
        result.temperatureLearningRate = .constant(try rates.number("entropy_learning_rate", default: 3e-4))
        result.adam =
            try rllib.adam([0], of: .network, views: rllib.policy.network.views)?.configuration
            ?? Adam.Configuration(epsilon: 1e-7)
        result.maximumGradientNorm = try settings.number("grad_clip")
        result.clipsGradientsSeparately = true
        result.loss = .huber
        result.simultaneousUpdates = true
        result.policyCritic = rllib.policy.actionSpace.isDiscrete ? .first : .smaller
        try RLlibReplay.read(settings, capacity: 1_000_000, into: &result)
        result.network.hidden = architecture.hidden
        result.network.activation = architecture.activation
        if rllib.critics.count > 0 {
            result.network.criticCount = rllib.critics.count
            result.network.criticHidden = rllib.critics.hidden == architecture.hidden ? nil : rllib.critics.hidden
            result.network.criticActivation =
                rllib.critics.activation == architecture.activation ? nil : rllib.critics.activation
        }
        if case .squashedGaussian(let gaussian) = rllib.policy.distribution {
            result.network.logDeviationMinimum = Double(gaussian.logDeviationBounds.lowerBound)
            result.network.logDeviationMaximum = Double(gaussian.logDeviationBounds.upperBound)
        }
        return result
    }

    static func adopt(_ rllib: RLlibPolicy, into learner: inout StateMap) throws(StateError) {
        try RLlibExploration.require("StochasticSampling", in: rllib.config)
        let count = rllib.critics.count
        var critics = SACCritics(of: rllib.policy, network: try configuration(of: rllib).network)
        try rllib.readCritics(views: critics.views, into: &critics.parameters)
        // RLlib does not save its targets.
        critics.copyToTargets()
        guard case .map(var updater)? = learner["updater"], case .map(var temperature)? = updater["temperature"]
        else { return }
        updater["critics"] = critics.state
        if let optimizer = try rllib.adam([0], of: .network, views: rllib.policy.network.views) {
            updater["actorOptimizer"] = optimizer.state
        }
        if let optimizer = try rllib.adam(Array(1...max(1, count)), of: .critics, views: critics.views) {
            updater["criticOptimizer"] = optimizer.state
            updater["steps"] = .int(Int64(optimizer.step))
        }
        if let optimizer = try rllib.adam([count + 1], of: .temperature, views: []) {
            temperature["optimizer"] = optimizer.state
        }
        if let logarithm = try rllib.logTemperature { temperature["logarithm"] = .double(logarithm) }
        updater["temperature"] = .map(temperature)
        learner["updater"] = .map(updater)
    }
}
