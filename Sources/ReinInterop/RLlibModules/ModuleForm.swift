import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinPolicies
import ReinSpaces

/// The network and the distribution of a default module.
struct ModuleForm {
    let method: RLlibModule.Method
    let distribution: ActionDistribution
    let network: ActorCritic

    private struct Settings {
        let weights: ModuleWeights
        let observations: Box
        let actions: ActionSpace
        let activation: Activation
        let headActivation: Activation

        /// The width of an observation row.
        var inputs: Int { observations.count }

        /// The widths of the hidden layers of a head, which has one more layer behind them.
        func head(_ stack: String, behind hidden: [Int]) throws(StateError) -> [Int] {
            try weights.widths(stack, inputs: hidden.last ?? inputs).dropLast()
        }

        /// As `head`, nil when there is no such head.
        func optionalHead(_ stack: String, behind hidden: [Int]) throws(StateError) -> [Int]? {
            try weights.contains(stack) ? head(stack, behind: hidden) : nil
        }
    }

    init(
        _ weights: ModuleWeights, _ observations: Box, _ actions: ActionSpace, activation: Activation,
        headActivation: Activation
    ) throws(StateError) {
        let settings = Settings(
            weights: weights, observations: observations, actions: actions, activation: activation,
            headActivation: headActivation)
        if weights.contains("pi_encoder.net.mlp") {
            method = .sac
            (distribution, network) = try Self.sac(settings)
        } else if weights.contains("af.net.mlp") {
            method = .dqn
            (distribution, network) = try Self.dqn(settings)
        } else {
            method = .ppo
            (distribution, network) = try Self.ppo(settings)
        }
    }

    private static func network(
        _ settings: Settings, _ distribution: ActionDistribution, hidden: [Int], head: [Int],
        value: ActorCriticArchitecture.ValueNetwork
    ) throws(StateError) -> ActorCritic {
        let architecture = ActorCriticArchitecture(
            inputs: settings.inputs, outputs: distribution.headWidth, hidden: hidden,
            activation: settings.activation, value: value, headHidden: head,
            headActivation: head.isEmpty ? nil : settings.headActivation)
        if let problem = architecture.problem { throw StateError(.outOfRange, problem) }
        return ActorCritic(architecture)
    }

    /// PPO: an encoder for both or one for each, then the layers of policy and value. The value's are left out when they
    /// are not as wide as the policy's.
    private static func ppo(_ settings: Settings) throws(StateError) -> (ActionDistribution, ActorCritic) {
        let weights = settings.weights
        let distribution: ActionDistribution
        switch settings.actions {
        case .discrete(let discrete): distribution = .categorical(Categorical(count: discrete.count))
        case .multiDiscrete(let multiDiscrete):
            distribution = .multiCategorical(MultiCategorical(counts: multiDiscrete.counts))
        case .box(let box): distribution = .conditionalGaussian(ConditionalGaussian(count: box.count))
        }
        let shared = "encoder.encoder.net.mlp"
        if weights.contains(shared) {
            let hidden = try weights.widths(shared, inputs: settings.inputs)
            let head = try settings.head("pi.net.mlp", behind: hidden)
            try weights.expectNothing(but: ["\(shared).", "pi.net.mlp.", "vf."])
            let hasValue = try settings.optionalHead("vf.net.mlp", behind: hidden) == head
            var network = try network(
                settings, distribution, hidden: hidden, head: head, value: hasValue ? .shared : .none)
            try weights.copy(shared, count: hidden.count, to: hasValue ? "trunk" : "policy", of: &network)
            let first = hasValue ? 0 : hidden.count
            try weights.copy("pi.net.mlp", count: head.count + 1, to: "policy", first: first, of: &network)
            if hasValue { try weights.copy("vf.net.mlp", count: head.count + 1, to: "value", of: &network) }
            return (distribution, network)
        }
        let (actor, critic) = ("encoder.actor_encoder.net.mlp", "encoder.critic_encoder.net.mlp")
        let hidden = try weights.widths(actor, inputs: settings.inputs)
        let head = try settings.head("pi.net.mlp", behind: hidden)
        try weights.expectNothing(but: ["\(actor).", "pi.net.mlp.", "encoder.critic_encoder.", "vf."])
        // A value network of its own has hidden layers like the policy's, and none behind an encoder.
        let criticHidden = try weights.optionalWidths(critic, inputs: settings.inputs)
        let valueHead = criticHidden == hidden ? try settings.optionalHead("vf.net.mlp", behind: hidden) : nil
        let hasValue = head.isEmpty && valueHead == []
        var network = try network(
            settings, distribution, hidden: hidden, head: head, value: hasValue ? .separate : .none)
        try weights.copy(actor, count: hidden.count, to: "policy", of: &network)
        try weights.copy("pi.net.mlp", count: head.count + 1, to: "policy", first: hidden.count, of: &network)
        if hasValue {
            try weights.copy(critic, count: hidden.count, to: "value", of: &network)
            try weights.copy("vf.net.mlp", count: 1, to: "value", first: hidden.count, of: &network)
        }
        return (distribution, network)
    }

    /// DQN: an encoder, then the layers of advantages and, in a dueling network, of the value. The older copies of all of
    /// them, which targets were computed with, are left out.
    private static func dqn(_ settings: Settings) throws(StateError) -> (ActionDistribution, ActorCritic) {
        guard case .discrete(let discrete) = settings.actions else {
            throw StateError(.unsupportedFormat, "DQN chooses among discrete actions")
        }
        let weights = settings.weights
        let isDueling = weights.contains("vf.net.mlp")
        let hidden = try weights.widths("encoder.net.mlp", inputs: settings.inputs)
        let head = try settings.head("af.net.mlp", behind: hidden)
        if let valueHead = try settings.optionalHead("vf.net.mlp", behind: hidden), valueHead != head {
            throw StateError(.wrongShape, "other hidden layers than those of the advantages", path: "vf.net.mlp")
        }
        let parts = ["encoder.net.mlp.", "af.net.mlp.", "_target_"] + (isDueling ? ["vf.net.mlp."] : [])
        try weights.expectNothing(but: parts)
        let distribution = ActionDistribution.actionValues(ActionValues(count: discrete.count, isDueling: isDueling))
        var network = try network(
            settings, distribution, hidden: hidden, head: head, value: isDueling ? .shared : .none)
        try weights.copy("encoder.net.mlp", count: hidden.count, to: isDueling ? "trunk" : "policy", of: &network)
        let first = isDueling ? 0 : hidden.count
        try weights.copy("af.net.mlp", count: head.count + 1, to: "policy", first: first, of: &network)
        if isDueling { try weights.copy("vf.net.mlp", count: head.count + 1, to: "value", of: &network) }
        return (distribution, network)
    }

    /// SAC: the encoder and the layers of the policy. The critics and their older copies are left out.
    private static func sac(_ settings: Settings) throws(StateError) -> (ActionDistribution, ActorCritic) {
        let distribution: ActionDistribution
        switch settings.actions {
        case .discrete(let discrete): distribution = .categorical(Categorical(count: discrete.count))
        case .multiDiscrete: throw StateError(.unsupportedFormat, "SAC with multi-discrete actions is not supported")
        case .box(let box):
            distribution = .squashedGaussian(SquashedGaussian(count: box.count, logDeviationBounds: -5...2))
        }
        let weights = settings.weights
        let hidden = try weights.widths("pi_encoder.net.mlp", inputs: settings.inputs)
        let head = try settings.head("pi.net.mlp", behind: hidden)
        try weights.expectNothing(but: ["pi_encoder.net.mlp.", "pi.net.mlp.", "qf", "target_qf"])
        var network = try network(settings, distribution, hidden: hidden, head: head, value: .none)
        try weights.copy("pi_encoder.net.mlp", count: hidden.count, to: "policy", of: &network)
        try weights.copy("pi.net.mlp", count: head.count + 1, to: "policy", first: hidden.count, of: &network)
        return (distribution, network)
    }
}
