import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinPolicies
import ReinRLlib

/// DQN in RLlib's words.
extension DQNLearner: RLlibMethod {
    static var rllibClass: RLlibPolicyClass { .dqn }

    static func rllibSettings(_ configuration: DQNConfiguration) -> StateMap {
        let settings = configuration.resolved
        var map: StateMap = [
            "gamma": .double(settings.discount),
            "clip_rewards": RLlibRewards.words(settings.rewardClip),
            "double_q": .bool(settings.double),
            "n_step": .int(Int64(settings.stepCount)),
            "train_batch_size": .int(Int64(settings.batchSize)),
            "min_sample_timesteps_per_iteration": .int(
                Int64(settings.stepsPerIteration * settings.environmentCount)),
            "min_time_s_per_iteration": nil,
            "target_network_update_freq": .int(Int64(settings.targetUpdateInterval)),
            "tau": .double(settings.targetUpdateRate),
            "num_steps_sampled_before_learning_starts": .int(Int64(settings.learningStarts)),
            "adam_epsilon": .double(settings.adam.epsilon),
            "grad_clip": settings.maximumGradientNorm.map { .double($0) } ?? .null,
            "td_error_loss_fn": settings.loss == .huber ? "huber" : "mse",
            "v_min": .double(settings.minimumReturn),
            "v_max": .double(settings.maximumReturn),
            "sigma0": .double(settings.noiseScale),
            "categorical_distribution_temperature": 1.0,
            "exploration_config": RLlibExploration.epsilonGreedy(settings.explorationRate),
            "replay_buffer_config": RLlibReplay.words(settings),
            "store_buffer_in_checkpoints": false,
            "export_native_model_files": .bool(settings.exportsNativeModelFiles != .none),
            "seed": .int(Int64(settings.seed)),
        ]
        let ratio = RLlibReplayRatio(
            environmentCount: settings.environmentCount, trainingInterval: settings.trainingInterval,
            updatesPerInterval: settings.updatesPerInterval)
        for (key, value) in ratio.words(batchSize: settings.batchSize, stepCount: settings.stepCount) {
            map[key] = value
        }
        for (key, value) in RLlibSettings.words(settings.learningRate, "lr", points: "lr_schedule") {
            map[key] = value
        }
        return map
    }

    static func rllibTraining(
        _ configuration: DQNConfiguration, learner: StateReader?, environmentSteps: Int?
    ) -> RLlibTraining {
        let updates = try? learner?.child("networks").child("optimizer").int("step")
        let steps = environmentSteps ?? Self.steps(before: updates ?? 0, configuration)
        return RLlibTraining(
            .dqn, settings: rllibSettings(configuration), environmentSteps: steps,
            learningRates: [.network: configuration.learningRate.value(at: steps)])
    }

    /// About when a policy was improved for the last time, from which RLlib tells how much it still explores.
    private static func steps(before updates: Int, _ configuration: DQNConfiguration) -> Int {
        guard updates > 0 else { return 0 }
        let interval = Double(configuration.trainingInterval * configuration.environmentCount)
        let steps = Double(updates) * interval / Double(configuration.updatesPerInterval)
        return Int(min(Double(configuration.learningStarts) + steps, Double(1 << 52)))
    }

    static func configuration(of rllib: RLlibPolicy) throws(StateError) -> DQNConfiguration {
        let settings = RLlibSettings(rllib.config)
        let architecture = rllib.policy.network.architecture
        var result = DQNConfiguration()
        result.seed = try settings.int("seed", default: 0)
        result.exportsNativeModelFiles = NativeModelFiles(
            booleanLiteral: try settings.bool("export_native_model_files", default: false))
        result.stepCount = try settings.int("n_step", default: 1, in: 1...1000)
        result.batchSize = try settings.int("train_batch_size", default: 32, in: 1...1 << 20)
        let ratio = try RLlibReplayRatio(settings, batchSize: result.batchSize, stepCount: result.stepCount)
        result.environmentCount = ratio.environmentCount
        result.trainingInterval = ratio.trainingInterval
        result.updatesPerInterval = ratio.updatesPerInterval
        let steps = try settings.int("min_sample_timesteps_per_iteration", default: 1000)
        result.stepsPerIteration = max(1, steps / result.environmentCount)
        result.discount = try settings.number("gamma", default: 0.99)
        result.rewardClip = try RLlibRewards.read(settings)
        result.double = try settings.bool("double_q", default: true)
        result.dueling = architecture.value == .shared
        if case .actionValues(let values) = rllib.policy.distribution {
            // Of no effect on plain values, but part of the policy's form.
            (result.minimumReturn, result.maximumReturn) = (Double(values.low), Double(values.high))
        }
        // RLlib takes 0 and less for always.
        result.targetUpdateInterval = max(
            1, try settings.int("target_network_update_freq", default: 500, in: -(1 << 52)...1 << 52))
        result.targetUpdateRate = try settings.number("tau", default: 1)
        result.learningStarts = try settings.int("num_steps_sampled_before_learning_starts", default: 1000)
        result.learningRate = try settings.schedule("lr", points: "lr_schedule", default: 5e-4)
        let epsilon = try settings.number("adam_epsilon", default: 1e-8)
        let optimizer = try rllib.adam([0], of: .network, views: rllib.policy.network.views)
        result.adam = optimizer?.configuration ?? Adam.Configuration(epsilon: epsilon)
        result.maximumGradientNorm = try settings.number("grad_clip")
        if case .string("mse")? = settings.reader.optionalChild("td_error_loss_fn")?.tree { result.loss = .squared }
        result.explorationRate = try RLlibExploration.epsilonGreedy(settings.child("exploration_config"))
        try RLlibReplay.read(settings, capacity: 50_000, into: &result)
        result.network = DQNNetworkConfiguration(
            hidden: architecture.hidden, headHidden: architecture.headHidden, activation: architecture.activation)
        result.network.headActivation = architecture.headActivation
        return result
    }

    static func adopt(_ rllib: RLlibPolicy, into learner: inout StateMap) throws(StateError) {
        if let problem = rllib.trainingProblem { throw problem }
        try RLlibExploration.require("EpsilonGreedy", in: rllib.config)
        guard let optimizer = try rllib.adam([0], of: .network, views: rllib.policy.network.views),
            case .map(var networks)? = learner["networks"]
        else { return }
        networks["optimizer"] = optimizer.state
        learner["networks"] = .map(networks)
    }
}
