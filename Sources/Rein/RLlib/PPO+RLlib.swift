import ReinCheckpoints
import ReinNetworks
import ReinPolicies
import ReinRLlib

/// PPO in RLlib's words.
extension PPOLearner: RLlibMethod {
    static var rllibClass: RLlibPolicyClass { .ppo }

    static func rllibSettings(_ configuration: PPOConfiguration) -> StateMap {
        let batchSize = configuration.rolloutLength * configuration.environmentCount
        var map: StateMap = [
            "gamma": .double(configuration.discount),
            "clip_rewards": RLlibRewards.words(configuration.rewardClip),
            "lambda": .double(configuration.gaeLambda),
            "use_gae": true,
            "use_critic": true,
            "train_batch_size": .int(Int64(batchSize)),
            "num_envs_per_worker": .int(Int64(configuration.environmentCount)),
            "sgd_minibatch_size": .int(Int64(min(configuration.minibatchSize, batchSize))),
            "num_sgd_iter": .int(Int64(configuration.epochs)),
            "shuffle_sequences": true,
            "clip_param": .double(configuration.clipRange.value(at: 0)),
            // RLlib always limits the squared error.
            "vf_clip_param": .double(configuration.valueErrorClip ?? .infinity),
            "vf_loss_coeff": .double(configuration.valueLossCoefficient),
            "use_kl_loss": .bool(configuration.klCoefficient > 0),
            "kl_coeff": .double(configuration.klCoefficient),
            "kl_target": .double(configuration.klTarget),
            "grad_clip": configuration.maximumGradientNorm.map { .double($0) } ?? .null,
            "grad_clip_by": "global_norm",
            "exploration_config": ["type": "StochasticSampling"],
            "export_native_model_files": .bool(configuration.exportsNativeModelFiles != .none),
            "seed": .int(Int64(configuration.seed)),
        ]
        let schedules = [
            RLlibSettings.words(configuration.learningRate, "lr", points: "lr_schedule"),
            RLlibSettings.words(
                configuration.entropyCoefficient, "entropy_coeff", points: "entropy_coeff_schedule"),
        ]
        for (key, value) in schedules.joined() { map[key] = value }
        return map
    }

    static func rllibTraining(
        _ configuration: PPOConfiguration, learner: StateReader?, environmentSteps: Int?
    ) -> RLlibTraining {
        let steps = environmentSteps ?? 0
        return RLlibTraining(
            .ppo, settings: rllibSettings(configuration), environmentSteps: steps,
            learningRates: [.network: configuration.learningRate.value(at: steps)])
    }

    static func configuration(of rllib: RLlibPolicy) throws(StateError) -> PPOConfiguration {
        let settings = RLlibSettings(rllib.config)
        let policy = rllib.policy
        var result = PPOConfiguration()
        result.seed = try settings.int("seed", default: 0)
        result.exportsNativeModelFiles = NativeModelFiles(
            booleanLiteral: try settings.bool("export_native_model_files", default: false))
        result.environmentCount = try settings.environmentCount()
        let batchSize = try settings.int("train_batch_size", default: 4000, in: 1...1 << 40)
        result.rolloutLength = (batchSize + result.environmentCount - 1) / result.environmentCount
        result.minibatchSize = try settings.int("sgd_minibatch_size", default: 128)
        result.epochs = try settings.int("num_sgd_iter", default: 30)
        result.discount = try settings.number("gamma", default: 0.99)
        result.rewardClip = try RLlibRewards.read(settings)
        result.gaeLambda = try settings.number("lambda", default: 1)
        result.learningRate = try settings.schedule("lr", points: "lr_schedule", default: 5e-5)
        result.adam =
            try rllib.adam([0], of: .network, views: policy.network.views)?.configuration
            ?? Adam.Configuration()
        result.clipRange = .constant(try settings.number("clip_param", default: 0.3))
        let errorClip = try settings.number("vf_clip_param", default: 10)
        result.valueErrorClip = errorClip == .infinity ? nil : errorClip
        result.valueLossCoefficient = try settings.number("vf_loss_coeff", default: 1)
        result.entropyCoefficient = try settings.schedule(
            "entropy_coeff", points: "entropy_coeff_schedule", default: 0)
        result.maximumGradientNorm = try settings.number("grad_clip")
        result.advantageNormalization = .batch
        // Its old stack, which writes these files, does not look at use_kl_loss.
        result.klCoefficient = try settings.number("kl_coeff", default: 0.2)
        result.klTarget = try settings.number("kl_target", default: 0.01)
        result.normalizesObservations = policy.observationNormalizer != nil
        if case .box = policy.actionSpace { result.actionTransform = policy.actionTransform }
        let architecture = policy.network.architecture
        result.network.hidden = architecture.hidden
        result.network.activation = architecture.activation
        result.network.value = architecture.value
        if case .conditionalGaussian = policy.distribution { result.network.hasDeviationHead = true }
        return result
    }

    static func adopt(_ rllib: RLlibPolicy, into learner: inout StateMap) throws(StateError) {
        try RLlibExploration.require("StochasticSampling", in: rllib.config)
        for key in ["use_gae", "use_critic"] where try !RLlibSettings(rllib.config).bool(key, default: true) {
            throw try rllib.config.child(key).error(
                .unsupportedFormat, "training goes on with generalised advantages only; the policy can act")
        }
        if let optimizer = try rllib.adam([0], of: .network, views: rllib.policy.network.views) {
            learner["optimizer"] = optimizer.state
        }
        if let penalty = try rllib.klCoefficient { learner["klCoefficient"] = .double(penalty) }
    }
}
