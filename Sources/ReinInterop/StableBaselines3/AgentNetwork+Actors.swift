import ReinCheckpoints
import ReinNetworks
import ReinSpaces

/// Networks that actions come from, of agents whose critics or older copies of networks stand beside them and are left
/// out.
extension AgentNetwork {
    /// DQN's network.
    static func actionValues(_ form: Form, _ tensors: inout AgentTensors) throws(StateError) -> AgentNetwork {
        guard case .discrete(let discrete) = form.actionSpace else {
            throw StateError(.wrongType, "DQN needs discrete actions", path: "data/action_space")
        }
        let distribution = ActionDistribution.actionValues(ActionValues(count: discrete.count))
        let architecture = try form.architecture(distribution)
        let parameters = try tensors.perceptron("q_net.q_net", form, outputs: discrete.count)
        try tensors.expectNothingElse(but: ["q_net_target."])
        return AgentNetwork(architecture, distribution, parameters: parameters)
    }

    /// SAC's actor.
    static func softActor(_ form: Form, _ tensors: inout AgentTensors) throws(StateError) -> AgentNetwork {
        let count = try form.dimensionCount("SAC")
        let distribution: ActionDistribution =
            form.isStateDependent
            ? form.stateDependent(count: count, isSquashed: true, meanLimit: form.arguments.meanLimit)
            : .squashedGaussian(SquashedGaussian(count: count, logDeviationBounds: -20...2))
        let architecture = try form.architecture(distribution)
        var parameters = try tensors.hidden("actor.latent_pi", inputs: form.inputs, widths: form.widths.policy)
        let features = form.featureCount
        if form.isStateDependent {
            let mean = form.arguments.limitsMean ? "actor.mu.0" : "actor.mu"
            parameters += try tensors.layer(mean, inputs: features, outputs: count)
            parameters += try tensors.logDeviations("actor.log_std", form, count: count)
        } else {
            parameters += try tensors.layer(
                joining: ["actor.mu", "actor.log_std"], inputs: features, outputs: count)
        }
        try tensors.expectNothingElse(but: ["critic.", "critic_target."])
        return AgentNetwork(architecture, distribution, parameters: parameters)
    }

    /// The actor of TD3 and DDPG.
    static func deterministicActor(_ form: Form, _ tensors: inout AgentTensors) throws(StateError) -> AgentNetwork {
        let count = try form.dimensionCount("TD3")
        let distribution = ActionDistribution.deterministic(Deterministic(count: count))
        let architecture = try form.architecture(distribution)
        let parameters = try tensors.perceptron("actor.mu", form, outputs: count)
        try tensors.expectNothingElse(but: ["actor_target.", "critic.", "critic_target."])
        return AgentNetwork(architecture, distribution, parameters: parameters)
    }
}

extension AgentTensors {
    /// The hidden layers of a policy and the head behind them, all in one torch `Sequential`.
    fileprivate mutating func perceptron(
        _ name: String, _ form: AgentNetwork.Form, outputs: Int
    ) throws(StateError) -> [Float] {
        let widths = form.widths.policy
        let hidden = try hidden(name, inputs: form.inputs, widths: widths)
        return hidden + (try layer("\(name).\(2 * widths.count)", inputs: form.featureCount, outputs: outputs))
    }
}
