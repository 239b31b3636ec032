import ReinCheckpoints
import ReinEnvironments
import ReinNetworks
import ReinPolicies

/// The network of an agent, and how its head is turned into actions.
struct AgentNetwork {
    let network: ActorCritic
    let distribution: ActionDistribution

    /// What the network is made for.
    struct Form {
        let inputs: Int
        let actionSpace: ActionSpace
        let arguments: PolicyArguments
        /// Whether the noise is a function of the state.
        let isStateDependent: Bool
        /// The number of steps that an exploration matrix is kept for, or nil for a whole rollout.
        let noiseInterval: Int?

        /// What the network looks like, to be asked before its numbers are read: no more of them than a network can have.
        ///
        /// - Throws: `StateError` when no network can look like this.
        func architecture(
            _ distribution: ActionDistribution, value: ActorCriticArchitecture.ValueNetwork = .none
        ) throws(StateError) -> ActorCriticArchitecture {
            let architecture = ActorCriticArchitecture(
                inputs: inputs, outputs: distribution.headWidth, hidden: arguments.policyHidden,
                activation: arguments.activation, value: value, hasLogDeviation: distribution.hasLogDeviation,
                hasLogDeviationPerFeature: distribution.hasLogDeviationPerFeature)
            let values = ActorCriticArchitecture(
                inputs: inputs, outputs: 1, hidden: arguments.valueHidden, value: .none)
            if let problem = architecture.problem ?? values.problem {
                throw StateError(.outOfRange, problem, path: "data/policy_kwargs/net_arch")
            }
            return architecture
        }

        /// The width of what the policy head reads.
        var featureCount: Int { arguments.policyHidden.last ?? inputs }

        /// The number of action dimensions.
        func dimensionCount(_ method: String) throws(StateError) -> Int {
            guard case .box(let box) = actionSpace else {
                throw StateError(.wrongType, "\(method) needs continuous actions", path: "data/action_space")
            }
            return box.count
        }

        func stateDependent(count: Int, isSquashed: Bool, meanLimit: Float?) -> ActionDistribution {
            .stateDependentGaussian(
                StateDependentGaussian(
                    count: count, featureCount: featureCount, isSquashed: isSquashed, meanLimit: meanLimit,
                    noiseInterval: noiseInterval))
        }
    }

    /// Reads a network.
    ///
    /// - Throws: `StateError` when a tensor is missing, of another shape, or not accounted for.
    init(
        _ method: StableBaselines3Agent.Method, _ form: Form, _ archive: TorchArchive
    ) throws(StateError) {
        var tensors = AgentTensors(archive)
        switch method {
        case .ppo: self = try Self.actorCritic(form, &tensors)
        case .dqn: self = try Self.actionValues(form, &tensors)
        case .sac: self = try Self.softActor(form, &tensors)
        }
    }

    /// The numbers have been read by now, so that a network takes no more memory than they do.
    private init(_ architecture: ActorCriticArchitecture, _ distribution: ActionDistribution, parameters: [Float]) {
        var network = ActorCritic(architecture)
        precondition(network.parameters.count == parameters.count, "every parameter was read")
        network.parameters = parameters
        self.network = network
        self.distribution = distribution
    }

    /// PPO's two networks. When their hidden layers differ, Rein's network cannot hold the value network: it is then
    /// checked and left out.
    private static func actorCritic(_ form: Form, _ tensors: inout AgentTensors) throws(StateError) -> AgentNetwork {
        var distribution = ActionDistribution(for: form.actionSpace)
        if form.isStateDependent {
            distribution = form.stateDependent(
                count: try form.dimensionCount("state-dependent exploration"),
                isSquashed: form.arguments.squashesOutput, meanLimit: nil)
        } else if form.arguments.squashesOutput {
            throw StateError(
                .outOfRange, "belongs to state-dependent exploration", path: "data/policy_kwargs/squash_output")
        }
        let widths = form.arguments.policyHidden
        let valueWidths = form.arguments.valueHidden
        let hasValue = widths == valueWidths
        let architecture = try form.architecture(distribution, value: hasValue ? .separate : .none)
        var parameters = try tensors.hidden("mlp_extractor.policy_net", inputs: form.inputs, widths: widths)
        parameters += try tensors.layer("action_net", inputs: form.featureCount, outputs: distribution.headWidth)
        if distribution.hasLogDeviation {
            let shape = (form.isStateDependent ? [form.featureCount] : []) + [distribution.headWidth]
            parameters += try tensors.floats("log_std", shape: shape)
        }
        var value = try tensors.hidden("mlp_extractor.value_net", inputs: form.inputs, widths: valueWidths)
        value += try tensors.layer("value_net", inputs: valueWidths.last ?? form.inputs, outputs: 1)
        try tensors.expectNothingElse()
        return AgentNetwork(architecture, distribution, parameters: hasValue ? parameters + value : parameters)
    }

    /// DQN's network; its older copy, which targets were computed with, is left out.
    private static func actionValues(_ form: Form, _ tensors: inout AgentTensors) throws(StateError) -> AgentNetwork {
        guard case .discrete(let discrete) = form.actionSpace else {
            throw StateError(.wrongType, "DQN needs discrete actions", path: "data/action_space")
        }
        let distribution = ActionDistribution.actionValues(ActionValues(count: discrete.count))
        let architecture = try form.architecture(distribution)
        let widths = form.arguments.policyHidden
        var parameters = try tensors.hidden("q_net.q_net", inputs: form.inputs, widths: widths)
        parameters += try tensors.layer(
            "q_net.q_net.\(2 * widths.count)", inputs: form.featureCount, outputs: discrete.count)
        try tensors.expectNothingElse(but: ["q_net_target."])
        return AgentNetwork(architecture, distribution, parameters: parameters)
    }

    /// SAC's actor; its critics are left out.
    private static func softActor(_ form: Form, _ tensors: inout AgentTensors) throws(StateError) -> AgentNetwork {
        let count = try form.dimensionCount("SAC")
        let distribution: ActionDistribution =
            form.isStateDependent
            ? form.stateDependent(count: count, isSquashed: true, meanLimit: form.arguments.meanLimit)
            : .squashedGaussian(SquashedGaussian(count: count, logDeviationBounds: -20...2))
        let architecture = try form.architecture(distribution)
        var parameters = try tensors.hidden(
            "actor.latent_pi", inputs: form.inputs, widths: form.arguments.policyHidden)
        let features = form.featureCount
        if form.isStateDependent {
            let mean = form.arguments.limitsMean ? "actor.mu.0" : "actor.mu"
            parameters += try tensors.layer(mean, inputs: features, outputs: count)
            parameters += try tensors.floats("actor.log_std", shape: [features, count])
        } else {
            parameters += try tensors.layer(
                joining: ["actor.mu", "actor.log_std"], inputs: features, outputs: count)
        }
        try tensors.expectNothingElse(but: ["critic.", "critic_target."])
        return AgentNetwork(architecture, distribution, parameters: parameters)
    }
}
