import ReinCheckpoints
import ReinNetworks
import ReinPolicies
import ReinSpaces

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

        /// The widths of the hidden layers.
        var widths: PolicyWidths { arguments.widths }

        /// What the network looks like, to be asked before its numbers are read: no more of them than a network can have.
        ///
        /// - Throws: `StateError` when no network can look like this.
        func architecture(
            _ distribution: ActionDistribution, value: ActorCriticArchitecture.ValueNetwork = .none
        ) throws(StateError) -> ActorCriticArchitecture {
            let isShared = !widths.shared.isEmpty
            let architecture = ActorCriticArchitecture(
                inputs: inputs, outputs: distribution.headWidth, hidden: isShared ? widths.shared : widths.policy,
                activation: arguments.activation, value: value, headHidden: isShared ? widths.policy : [],
                hasLogDeviation: distribution.hasLogDeviation,
                hasLogDeviationPerFeature: distribution.hasLogDeviationPerFeature)
            let values = ActorCriticArchitecture(
                inputs: inputs, outputs: 1, hidden: widths.shared + widths.value, value: .none)
            if let problem = architecture.problem ?? values.problem {
                throw StateError(.outOfRange, problem, path: "data/policy_kwargs/net_arch")
            }
            return architecture
        }

        /// The width of what the policy head reads.
        var featureCount: Int { widths.featureCount(inputs: inputs) }

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
        _ kind: StableBaselines3Agent.Method.PolicyKind, _ form: Form, _ archive: TorchArchive
    ) throws(StateError) {
        var tensors = AgentTensors(archive)
        switch kind {
        case .actorCritic: self = try Self.actorCritic(form, &tensors)
        case .actionValues: self = try Self.actionValues(form, &tensors)
        case .softActor: self = try Self.softActor(form, &tensors)
        case .deterministicActor: self = try Self.deterministicActor(form, &tensors)
        }
    }

    /// The numbers have been read by now, so that a network takes no more memory than they do.
    init(_ architecture: ActorCriticArchitecture, _ distribution: ActionDistribution, parameters: [Float]) {
        var network = ActorCritic(architecture)
        precondition(network.parameters.count == parameters.count, "every parameter was read")
        network.parameters = parameters
        self.network = network
        self.distribution = distribution
    }
}
