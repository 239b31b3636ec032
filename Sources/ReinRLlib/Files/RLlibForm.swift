import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinPolicies
import ReinSpaces

/// The form of a policy of RLlib's: network, distribution, and what happens to actions.
struct RLlibForm {
    var architecture: ActorCriticArchitecture
    var distribution: ActionDistribution
    var transform: ActionTransform
    var layout: RLlibLayout
    /// Whether the values are twice those of the head, less their mean over the actions: what RLlib makes of dueling
    /// heads without hidden layers, where it takes the advantages for the state value as well.
    var addsAdvantagesTwice = false
    /// The name of a linear layer between the hidden layers and DQN's heads, which our networks do not have.
    var innerLayer: String?
    /// SAC's critics, as far as there are such here.
    var critics = RLlibCritics()

    /// PPO: categorical actions, or Gaussians whose deviations come from the network unless `free_log_std` is set.
    static func ppo(
        _ observations: RLlibObservations, _ actions: ActionSpace, _ weights: RLlibWeights, _ config: StateReader
    ) throws(StateError) -> RLlibForm {
        let model = try config.child("model")
        try RLlibModel.requireFullyConnected(model)
        try refuse(model, "no_final_linear", "a policy head without a linear layer")
        let stem = try RLlibStem(module: observations.module, inputs: observations.count, weights)
        let isFree = weights.contains("_append_free_log_std.log_std")
        let distribution: ActionDistribution
        switch actions {
        case .discrete(let discrete): distribution = .categorical(Categorical(count: discrete.count))
        case .multiDiscrete(let multiDiscrete):
            distribution = .multiCategorical(MultiCategorical(counts: multiDiscrete.counts))
        case .box(let box):
            distribution =
                isFree
                ? .diagonalGaussian(DiagonalGaussian(count: box.count))
                : .conditionalGaussian(ConditionalGaussian(count: box.count))
        }
        let isSeparate = weights.contains("_value_branch_separate.0._model.0.weight")
        let architecture = ActorCriticArchitecture(
            inputs: observations.count, outputs: distribution.headWidth, hidden: stem.hidden,
            activation: try RLlibModel.activation(model, of: stem),
            value: isSeparate || stem.hidden.isEmpty ? .separate : .shared,
            hasLogDeviation: distribution.hasLogDeviation)
        return RLlibForm(
            architecture: architecture, distribution: distribution, transform: try transform(actions, config),
            layout: .ppo(architecture, stem))
    }

    /// DQN: the layers of `hiddens` have relu, whatever the others have.
    static func dqn(
        _ observations: RLlibObservations, _ actions: ActionSpace, _ weights: RLlibWeights, _ config: StateReader
    ) throws(StateError) -> RLlibForm {
        guard case .discrete(let discrete) = actions else {
            throw config.error(.unsupportedFormat, "DQN chooses among discrete actions")
        }
        let model = try config.child("model")
        try RLlibModel.requireFullyConnected(model)
        try refuse(config, "noisy", "noisy layers")
        if let atoms = config.optionalChild("num_atoms"), try atoms.int() != 1 {
            throw atoms.error(.unsupportedFormat, "distributions of values are not supported")
        }
        let isDueling = weights.contains("value_module.V._model.0.weight")
        let saysDueling = try config.optionalChild("dueling")?.bool() ?? false
        let stem = try RLlibStem(module: observations.module, inputs: observations.count, weights)
        let heads = try weights.widths(inputs: stem.width) {
            "advantage_module.dueling_A_\($0)"
        }
        let architecture = ActorCriticArchitecture(
            inputs: observations.count, outputs: discrete.count, hidden: stem.hidden,
            activation: try RLlibModel.activation(model, of: stem), value: isDueling ? .shared : .none,
            headHidden: heads,
            headActivation: heads.isEmpty ? nil : .relu)
        return RLlibForm(
            architecture: architecture,
            distribution: .actionValues(
                ActionValues(
                    count: discrete.count, low: Float(try config.optionalChild("v_min")?.double() ?? -10),
                    high: Float(try config.optionalChild("v_max")?.double() ?? 10), isDueling: isDueling)),
            transform: .none,
            layout: .dqn(architecture, stem), addsAdvantagesTwice: saysDueling && !isDueling,
            innerLayer: stem.module != nil && (isDueling || !heads.isEmpty) ? stem.logits : nil)
    }

    /// SAC: Gaussians through tanh, their log standard deviations limited to −5 to 2; or categorical actions.
    static func sac(
        _ observations: RLlibObservations, _ actions: ActionSpace, _ weights: RLlibWeights, _ config: StateReader
    ) throws(StateError) -> RLlibForm {
        let model = try config.child("policy_model_config")
        for key in ["policy_model_config", "q_model_config"] {
            try RLlibModel.requireFullyConnected(config.child(key))
        }
        try refuse(config, "_use_beta_distribution", "Beta distributions")
        let distribution: ActionDistribution
        switch actions {
        case .discrete(let discrete): distribution = .categorical(Categorical(count: discrete.count))
        case .multiDiscrete:
            throw config.error(
                .unsupportedFormat,
                "SAC with multi-discrete actions, or with actions in a Box of integers, is not supported")
        case .box(let box):
            guard box.isBounded, try config.optionalChild("normalize_actions")?.bool() ?? true else {
                throw config.error(
                    .unsupportedFormat,
                    "SAC without normalize_actions, or with actions that have no bounds, is not supported")
            }
            distribution = .squashedGaussian(SquashedGaussian(count: box.count, logDeviationBounds: -5...2))
        }
        let stem = try RLlibStem(
            prefix: "action_model.", module: observations.module, inputs: observations.count, weights)
        let architecture = ActorCriticArchitecture(
            inputs: observations.count, outputs: distribution.headWidth, hidden: stem.hidden,
            activation: try RLlibModel.activation(model, of: stem), value: .none)
        let critics = try RLlibCritics(observations, actions, weights, config)
        return RLlibForm(
            architecture: architecture, distribution: distribution, transform: actions.isDiscrete ? .none : .rescale,
            layout: .sac(stem, critics: critics.stems), critics: critics)
    }

    /// RLlib maps actions from −1 to 1 to finite bounds unless told otherwise, those of PPO, too; or it limits them.
    private static func transform(_ actions: ActionSpace, _ config: StateReader) throws(StateError) -> ActionTransform {
        guard case .box(let box) = actions else { return .none }
        if try config.optionalChild("normalize_actions")?.bool() ?? true, box.isBounded { return .rescale }
        return try config.optionalChild("clip_actions")?.bool() ?? false ? .clip : .none
    }

    private static func refuse(_ config: StateReader, _ key: String, _ what: String) throws(StateError) {
        guard let flag = config.optionalChild(key), RLlibModel.isTrue(flag) else { return }
        throw flag.error(.unsupportedFormat, "\(what) are not supported")
    }
}
