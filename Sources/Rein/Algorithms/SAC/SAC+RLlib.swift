import ReinCheckpoints
import ReinNetworks
import ReinPolicies

/// SAC in RLlib's words.
extension SACLearner: RLlibMethod {
    static var rllibClass: RLlibPolicyClass { .sac }

    static func rllibSettings(_ configuration: SACConfiguration) -> StateMap {
        [
            "gamma": .double(configuration.discount),
            "n_step": .int(Int64(configuration.stepCount)),
            "tau": .double(configuration.targetUpdateRate),
            "target_network_update_freq": .int(Int64(configuration.targetUpdateInterval)),
            "train_batch_size": .int(Int64(configuration.batchSize)),
            "rollout_fragment_length": .int(Int64(configuration.trainingInterval)),
            "num_envs_per_worker": .int(Int64(configuration.environmentCount)),
            "min_sample_timesteps_per_iteration": .int(
                Int64(configuration.stepsPerIteration * configuration.environmentCount)),
            "min_time_s_per_iteration": nil,
            "num_steps_sampled_before_learning_starts": .int(Int64(configuration.learningStarts)),
            "training_intensity": nil,
            "initial_alpha": .double(configuration.initialTemperature),
            "target_entropy": configuration.targetEntropy.map { .double($0) } ?? "auto",
            "optimization": [
                "actor_learning_rate": .double(configuration.actorLearningRate.value(at: 0)),
                "critic_learning_rate": .double(configuration.criticLearningRate.value(at: 0)),
                "entropy_learning_rate": .double(configuration.temperatureLearningRate.value(at: 0)),
            ],
            "grad_clip": configuration.maximumGradientNorm.map { .double($0) } ?? .null,
            "exploration_config": ["type": "StochasticSampling"],
            "replay_buffer_config": [
                "type": "MultiAgentReplayBuffer", "capacity": .int(Int64(configuration.replayCapacity)),
            ],
            "store_buffer_in_checkpoints": false,
            "seed": .int(Int64(configuration.seed)),
        ]
    }

    static func rllibLearning(
        of policy: Policy, learner: StateReader, configuration: SACConfiguration
    ) throws(StateError) -> RLlibLearning {
        let updater = try learner.child("updater")
        let hidden = try hiddenWidths(of: updater.child("critics"))
        var critics = critics(of: policy, hidden: hidden)
        try updater.restore("critics", into: &critics)
        let temperature = try updater.child("temperature")
        var learning = RLlibLearning(.sac, config: [:])
        learning.critics = RLlibLearning.Critics(
            views: critics.views, parameters: critics.parameters, hidden: hidden,
            inputs: critics.networks[0].inputs, place: "learner/updater/critics/parameters")
        learning.logTemperature = Float(try temperature.double("logarithm"))
        learning.targetEntropy = Float(
            configuration.targetEntropy ?? defaultTargetEntropy(of: policy))
        func optimizer(
            _ reader: StateReader, _ key: String, count: Int, _ rate: Double, _ views: [ParameterView],
            _ parameters: RLlibOptimizer.Parameters, at place: String
        ) throws(StateError) -> RLlibOptimizer {
            var adam = Adam(parameterCount: count)
            try reader.restore(key, into: &adam)
            return RLlibOptimizer(adam, learningRate: rate, views: views, of: parameters, at: place)
        }
        learning.optimizers = [
            try optimizer(
                updater, "actorOptimizer", count: policy.network.parameters.count,
                configuration.actorLearningRate.value(at: 0), policy.network.views, .network,
                at: "learner/updater/actorOptimizer"),
            try optimizer(
                updater, "criticOptimizer", count: critics.parameters.count,
                configuration.criticLearningRate.value(at: 0), critics.views, .critics,
                at: "learner/updater/criticOptimizer"),
            try optimizer(
                temperature, "optimizer", count: 1, configuration.temperatureLearningRate.value(at: 0), [],
                .temperature, at: "learner/updater/temperature/optimizer"),
        ]
        return learning
    }

    /// Critics of the policy's spaces and nonlinearity, with parameters of no meaning.
    private static func critics(of policy: Policy, hidden: [Int]) -> SACCritics {
        let isDiscrete = policy.actionSpace.isDiscrete
        var random = RandomStream(seed: 0, name: "form")
        var network = SACNetworkConfiguration()
        network.hidden = hidden
        network.activation = policy.network.architecture.activation
        return SACCritics(
            inputs: policy.observationSpace.count + (isDiscrete ? 0 : policy.actionSpace.width),
            outputs: isDiscrete ? policy.distribution.headWidth : 1, network: network, using: &random)
    }

    /// The widths of the hidden layers of saved critics.
    private static func hiddenWidths(of critics: StateReader) throws(StateError) -> [Int] {
        let layers = try critics.child("parameters").child("first").map()
        var widths: [Int] = []
        for (_, layer) in layers.dropLast() {
            let shape = try layer.tensor("weight").shape
            guard shape.count == 2, (1...65_536).contains(shape[1]) else {
                throw layer.error(.wrongShape, "expected a matrix [inputs, outputs], found \(shape)")
            }
            widths.append(shape[1])
        }
        return widths
    }

    /// The entropy that is learnt for when the settings give none.
    private static func defaultTargetEntropy(of policy: Policy) -> Double {
        guard case .categorical(let categorical) = policy.distribution else {
            return -Double(policy.actionSpace.width)
        }
        return 0.98 * Double(SACTemperature.log(Float(categorical.count)))
    }

    static func configuration(of rllib: RLlibPolicy) throws(StateError) -> SACConfiguration {
        let settings = RLlibSettings(rllib.config)
        let architecture = rllib.policy.network.architecture
        var result = SACConfiguration()
        result.seed = max(0, try settings.int("seed", default: 0))
        result.environmentCount = max(1, try settings.int("num_envs_per_worker", default: 1))
        let steps = try settings.int("min_sample_timesteps_per_iteration", default: 100)
        result.stepsPerIteration = max(1, steps / result.environmentCount)
        result.discount = try settings.number("gamma", default: 0.99)
        result.stepCount = try settings.int("n_step", default: 1)
        result.targetUpdateRate = try settings.number("tau", default: 0.005)
        result.targetUpdateInterval = max(1, try settings.int("target_network_update_freq", default: 0))
        result.batchSize = try settings.int("train_batch_size", default: 256)
        if case .int? = settings.reader.optionalChild("rollout_fragment_length")?.tree {
            result.trainingInterval = max(1, try settings.int("rollout_fragment_length", default: 1))
        }
        result.learningStarts = try settings.int("num_steps_sampled_before_learning_starts", default: 1500)
        result.initialTemperature = try settings.number("initial_alpha", default: 1)
        if case .string? = settings.reader.optionalChild("target_entropy")?.tree {
            result.targetEntropy = nil
        } else {
            result.targetEntropy = try settings.number("target_entropy")
        }
        let rates = settings.child("optimization")
        result.actorLearningRate = .constant(try rates.number("actor_learning_rate", default: 3e-4))
        result.criticLearningRate = .constant(try rates.number("critic_learning_rate", default: 3e-4))
        result.temperatureLearningRate = .constant(try rates.number("entropy_learning_rate", default: 3e-4))
        result.adam =
            try rllib.adam([0], of: .network, views: rllib.policy.network.views)?.adam.configuration
            ?? Adam.Configuration(epsilon: 1e-7)
        result.maximumGradientNorm = try settings.number("grad_clip")
        result.replayCapacity = try settings.child("replay_buffer_config").int("capacity", default: 1_000_000)
        result.network.hidden = architecture.hidden
        let criticHidden = try rllib.criticHidden
        result.network.criticHidden = criticHidden == architecture.hidden ? nil : criticHidden
        result.network.activation = architecture.activation
        if case .squashedGaussian(let gaussian) = rllib.policy.distribution {
            result.network.logDeviationMinimum = Double(gaussian.logDeviationBounds.lowerBound)
            result.network.logDeviationMaximum = Double(gaussian.logDeviationBounds.upperBound)
        }
        return result
    }

    static func adopt(_ rllib: RLlibPolicy, into learner: inout StateMap) throws(StateError) {
        var critics = try critics(of: rllib.policy, hidden: rllib.criticHidden)
        try rllib.readCritics(views: critics.views, into: &critics.parameters)
        // RLlib does not save its targets.
        critics.copyToTargets()
        guard case .map(var updater)? = learner["updater"], case .map(var temperature)? = updater["temperature"]
        else { return }
        updater["critics"] = critics.state
        if let optimizer = try rllib.adam([0], of: .network, views: rllib.policy.network.views) {
            updater["actorOptimizer"] = optimizer.adam.state
        }
        if let optimizer = try rllib.adam([1, 2], of: .critics, views: critics.views) {
            updater["criticOptimizer"] = optimizer.adam.state
            updater["steps"] = .int(Int64(optimizer.adam.step))
        }
        if let optimizer = try rllib.adam([3], of: .temperature, views: []) {
            temperature["optimizer"] = optimizer.adam.state
        }
        if let logarithm = try rllib.logTemperature { temperature["logarithm"] = .double(logarithm) }
        updater["temperature"] = .map(temperature)
        learner["updater"] = .map(updater)
    }
}
