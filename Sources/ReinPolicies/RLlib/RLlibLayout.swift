import ReinEnvironments
import ReinNetworks

/// The parameters of RLlib's network for one of ours, in RLlib's order: that of the modules of its PyTorch models, by
/// which its optimizers number them.
struct RLlibLayout: Sendable {
    /// The parameters of each optimizer; of SAC those of the actor, of each critic, and of the temperature.
    var groups: [[RLlibParameter]]
    /// What is among the weights and belongs to no optimizer, which comes first.
    var constants: [RLlibParameter] = []

    /// All weights in the order of the file.
    var weights: [RLlibParameter] {
        guard groups.count > 1 else { return constants + (groups.first ?? []) }
        // The temperature, whose optimizer is the last, comes before the networks.
        return groups[groups.count - 1] + constants + groups.dropLast().flatMap { $0 }
    }

    /// PPO: `_logits`, the hidden layers, the value network.
    static func ppo(_ architecture: ActorCriticArchitecture) -> RLlibLayout {
        let count = architecture.hidden.count
        let width = architecture.hidden.last ?? architecture.inputs
        let isShared = architecture.value == .shared
        var parameters = RLlibParameter.layer("_logits", network: isShared ? "policy/0" : "policy/\(count)")
        if architecture.hasLogDeviation {
            parameters.append(
                RLlibParameter(name: "_append_free_log_std.log_std", meaning: .network("logDeviation")))
        }
        for index in 0..<count {
            parameters += RLlibParameter.layer(
                "_hidden_layers.\(index)", network: "\(isShared ? "trunk" : "policy")/\(index)")
        }
        switch architecture.value {
        case .separate:
            for index in 0..<count {
                parameters += RLlibParameter.layer("_value_branch_separate.\(index)", network: "value/\(index)")
            }
            parameters += RLlibParameter.layer("_value_branch", network: "value/\(count)")
        case .shared: parameters += RLlibParameter.layer("_value_branch", network: "value/0")
        case .none: parameters += RLlibParameter.unusedLayer("_value_branch", inputs: width, outputs: 1)
        }
        return RLlibLayout(groups: [parameters])
    }

    /// DQN: the hidden layers, a value network that is not used, the heads of advantages and values.
    ///
    /// RLlib's dueling heads have a hidden layer at least; where ours have none, theirs pass on what they read.
    static func dqn(_ architecture: ActorCriticArchitecture) -> RLlibLayout {
        let (hidden, heads) = (architecture.hidden, architecture.headHidden)
        let width = hidden.last ?? architecture.inputs
        let isDueling = architecture.value == .shared
        let trunk = isDueling ? "trunk" : "policy"
        let body = hidden.indices.flatMap {
            RLlibParameter.layer("_hidden_layers.\($0)", network: "\(trunk)/\($0)")
        }
        let unused = RLlibParameter.unusedLayer("_value_branch", inputs: width, outputs: 1)
        guard isDueling || !heads.isEmpty else {
            return RLlibLayout(groups: [
                RLlibParameter.layer("_logits", network: "policy/\(hidden.count)") + body + unused
            ])
        }
        func head(_ module: String, _ letter: String, network: String, first: Int) -> [RLlibParameter] {
            guard !heads.isEmpty else {
                return RLlibParameter.identityLayer("\(module).dueling_\(letter)_0", width: width)
                    + RLlibParameter.layer("\(module).\(letter)", network: "\(network)/\(first)")
            }
            return heads.indices.flatMap {
                RLlibParameter.layer("\(module).dueling_\(letter)_\($0)", network: "\(network)/\(first + $0)")
            } + RLlibParameter.layer("\(module).\(letter)", network: "\(network)/\(first + heads.count)")
        }
        var parameters = body + unused
        parameters += head("advantage_module", "A", network: "policy", first: isDueling ? 0 : hidden.count)
        if isDueling { parameters += head("value_module", "V", network: "value", first: 0) }
        return RLlibLayout(groups: [parameters])
    }

    /// SAC: the temperature, the actor, the critics.
    ///
    /// - Parameter criticHidden: the widths of the hidden layers of the critics.
    static func sac(_ architecture: ActorCriticArchitecture, criticHidden: [Int], criticInputs: Int) -> RLlibLayout {
        func network(
            _ module: String, hidden: [Int], inputs: Int, _ meaning: (String) -> RLlibParameter.Meaning
        ) -> [RLlibParameter] {
            RLlibParameter.layer("\(module)._logits") { meaning("\(hidden.count)/\($0)") }
                + hidden.indices.flatMap { index in
                    RLlibParameter.layer("\(module)._hidden_layers.\(index)") { meaning("\(index)/\($0)") }
                }
                + RLlibParameter.unusedLayer("\(module)._value_branch", inputs: hidden.last ?? inputs, outputs: 1)
        }
        return RLlibLayout(
            groups: [
                network("action_model", hidden: architecture.hidden, inputs: architecture.inputs) {
                    .network("policy/\($0)")
                },
                network("q_net", hidden: criticHidden, inputs: criticInputs) { .critic("first/\($0)") },
                network("twin_q_net", hidden: criticHidden, inputs: criticInputs) { .critic("second/\($0)") },
                [RLlibParameter(name: "log_alpha", meaning: .logTemperature)],
            ], constants: [RLlibParameter(name: "target_entropy", meaning: .targetEntropy)])
    }
}
