import ReinNetworks
import ReinSpaces

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

    /// PPO: the layer that gives actions, the hidden layers, the value network.
    static func ppo(_ architecture: ActorCriticArchitecture, _ stem: RLlibStem) -> RLlibLayout {
        let count = architecture.hidden.count
        let isShared = architecture.value == .shared
        var actions = RLlibParameter.layer(stem.logits, network: isShared ? "policy/0" : "policy/\(count)")
        if architecture.hasLogDeviation {
            actions.append(RLlibParameter(name: "_append_free_log_std.log_std", meaning: .network("logDeviation")))
        }
        var values: [RLlibParameter] = []
        switch architecture.value {
        case .separate:
            // Without hidden layers there is nothing to share.
            if stem.module == nil {
                for index in 0..<count {
                    values += RLlibParameter.layer("_value_branch_separate.\(index)", network: "value/\(index)")
                }
            }
            values += RLlibParameter.layer(stem.value, network: "value/\(count)")
        case .shared: values += RLlibParameter.layer(stem.value, network: "value/0")
        case .none: values += RLlibParameter.unusedLayer(stem.value, inputs: stem.width, outputs: 1)
        }
        let parameters = stem.parameters(actions: actions, values: values) {
            .network("\(isShared ? "trunk" : "policy")/\($0)/\($1)")
        }
        return RLlibLayout(groups: [parameters])
    }

    /// DQN: the hidden layers, a value network that is not used, the heads of advantages and values.
    ///
    /// RLlib's dueling heads have a hidden layer at least; where ours have none, theirs pass on what they read. So does the
    /// linear layer that observations have which are no vectors.
    static func dqn(_ architecture: ActorCriticArchitecture, _ stem: RLlibStem) -> RLlibLayout {
        let heads = architecture.headHidden
        let width = stem.width
        let isDueling = architecture.value == .shared
        let trunk = isDueling ? "trunk" : "policy"
        let hasHeads = isDueling || !heads.isEmpty
        var actions: [RLlibParameter] = []
        if !hasHeads {
            actions = RLlibParameter.layer(stem.logits, network: "policy/\(stem.hidden.count)")
        } else if stem.module != nil {
            actions = RLlibParameter.identityLayer(stem.logits, width: width)
        }
        var parameters = stem.parameters(
            actions: actions, values: RLlibParameter.unusedLayer(stem.value, inputs: width, outputs: 1)
        ) { .network("\(trunk)/\($0)/\($1)") }
        guard hasHeads else { return RLlibLayout(groups: [parameters]) }
        func head(_ module: String, _ letter: String, network: String, first: Int) -> [RLlibParameter] {
            guard !heads.isEmpty else {
                return RLlibParameter.identityLayer("\(module).dueling_\(letter)_0", width: width)
                    + RLlibParameter.layer("\(module).\(letter)", network: "\(network)/\(first)")
            }
            return heads.indices.flatMap {
                RLlibParameter.layer("\(module).dueling_\(letter)_\($0)", network: "\(network)/\(first + $0)")
            } + RLlibParameter.layer("\(module).\(letter)", network: "\(network)/\(first + heads.count)")
        }
        parameters += head("advantage_module", "A", network: "policy", first: isDueling ? 0 : stem.hidden.count)
        if isDueling { parameters += head("value_module", "V", network: "value", first: 0) }
        return RLlibLayout(groups: [parameters])
    }

    /// SAC: the temperature, the actor, the critics.
    ///
    /// - Parameter critics: each critic; none where RLlib's are of another form.
    static func sac(_ actor: RLlibStem, critics: [RLlibStem]) -> RLlibLayout {
        func network(_ stem: RLlibStem, _ meaning: (String) -> RLlibParameter.Meaning) -> [RLlibParameter] {
            stem.parameters(
                actions: RLlibParameter.layer(stem.logits) { meaning("\(stem.hidden.count)/\($0)") },
                values: RLlibParameter.unusedLayer(stem.value, inputs: stem.width, outputs: 1)
            ) { meaning("\($0)/\($1)") }
        }
        var groups = [network(actor) { .network("policy/\($0)") }]
        for (critic, name) in zip(critics, ["first", "second"]) {
            groups.append(network(critic) { .critic("\(name)/\($0)") })
        }
        groups.append([RLlibParameter(name: "log_alpha", meaning: .logTemperature)])
        return RLlibLayout(
            groups: groups, constants: [RLlibParameter(name: "target_entropy", meaning: .targetEntropy)])
    }
}
