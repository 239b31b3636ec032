package import ReinCheckpoints
import ReinNetworks
import ReinNumerics
package import ReinPolicies
import ReinSpaces

extension Policy {
    /// Why RLlib has no policy like this one, or nil when it has.
    package func rllibProblem(as policyClass: RLlibPolicyClass) -> String? {
        let architecture = network.architecture
        if architecture.recurrent != nil { return "it has no networks with these recurrent layers" }
        let observations = rllibObservations.observations
        let isVector = observations.module == nil
        if observations.space.shape.count == 3, !isVector {
            return "it has convolutional networks for observations of the shape \(observationSpace.shape)"
        }
        if noise != nil { return "its noisy layers are of another kind" }
        switch distribution {
        case .deterministic: return "it has no deterministic policies"
        case .stateDependentGaussian: return "it has no state-dependent exploration"
        case .actionValues(let values) where values.atoms > 1: return "its distributions of values are of another kind"
        case .actionValues:
            if policyClass != .dqn { return "\(policyClass.rawValue) has no action values" }
            if architecture.hidden.isEmpty { return "its DQN needs hidden layers" }
            let (first, head) = (architecture.activation, architecture.headActivation ?? architecture.activation)
            if !architecture.headHidden.isEmpty, head != .relu { return "the heads of its DQN have relu" }
            if architecture.value == .shared, architecture.headHidden.isEmpty, first != .relu {
                return "the dueling heads of its DQN have a hidden layer with relu"
            }
        case .squashedGaussian:
            if policyClass != .sac { return "\(policyClass.rawValue) has no squashed Gaussians" }
            if !RLlibCritics.joinsActions(observations) {
                return "its critics of such observations read actions by networks of their own"
            }
        case .categorical: if policyClass == .dqn { return "its DQN has action values" }
        case .multiCategorical, .diagonalGaussian, .conditionalGaussian:
            if policyClass != .ppo { return "\(policyClass.rawValue) has no such actions" }
        }
        if policyClass == .ppo, !isVector, architecture.value == .separate && !architecture.hidden.isEmpty {
            return "its networks of observations that are no vectors share their layers with the value"
        }
        if !isVector, architecture.hasLogDeviation {
            return "log standard deviations are outputs of its networks of observations that are no vectors"
        }
        if policyClass == .ppo, !architecture.headHidden.isEmpty { return "its PPO has no hidden layers of heads" }
        return nil
    }

    /// What a MessagePack file holds so that RLlib 2.10 reads the policy from it.
    ///
    /// - Parameters:
    ///   - state: the state of the policy, with that of its learner.
    ///   - learning: what the learner says of itself.
    ///   - id: the policy's id, if it is known.
    ///   - isAlone: whether the file is the checkpoint of a policy, not part of an algorithm's.
    /// - Throws: `StateError` that says why where RLlib has no policy like this one.
    package func rllibFile(
        holding state: StateTree, learning: RLlibLearning, id: PolicyID?, isAlone: Bool
    ) throws(StateError) -> StateFile {
        let policyClass = learning.training.policyClass
        if let problem = rllibProblem(as: policyClass) { throw StateError(.unsupportedFormat, problem) }
        guard policyClass != .sac || learning.critics != nil else {
            throw StateError(
                .unsupportedFormat, "its SAC needs critics, and a policy that has no learner of SAC has none")
        }
        let (observations, observationTree) = rllibObservations
        let layout = layout(as: policyClass, observations, learning)
        let kept = rllib.map { StateReader($0) }
        let specification = kept?.optionalChild("policy_spec")
        var entries: StateMap = [
            "weights": .map(weights(layout, learning, kept: kept?.optionalChild("weights"))),
            "global_timestep": .int(Int64(learning.environmentSteps)),
            "num_grad_updates": .int(Int64(learning.optimizers.first?.adam.step ?? 0)),
            "policy_spec": [
                "policy_class": .string(policyClass.rawValue),
                "observation_space": observationTree,
                "action_space": RLlibSpace.tree(actionSpace, kept: specification?.optionalChild("action_space")),
                "config": .map(
                    RLlibConfig.config(
                        of: self, learning, id: id, isAlone: isAlone,
                        kept: rllibSettings)),
            ],
        ]
        if let normalizer = observationNormalizer {
            entries["connector_configs"] = RLlibFilter.connectors(
                normalizer, shape: observationSpace.shape, actionTransform: actionTransform)
        }
        if !learning.optimizers.isEmpty {
            entries["_optimizer_variables"] = .list(
                layout.groups.indices.map { group in
                    Self.optimizer(of: group, in: layout, learning).tree(for: layout.groups[group])
                })
        }
        entries["_exploration_state"] =
            policyClass == .dqn
            ? ["cur_epsilon": .double(explorationRate), "last_timestep": .int(Int64(learning.environmentSteps))] : [:]
        if let klCoefficient = learning.klCoefficient { entries["current_kl_coeff"] = .double(klCoefficient) }
        entries["checkpoint_version"] = "1.1"
        // What was in the file that the policy once came from, and is not known here.
        if case .map(let map)? = rllib {
            for (key, value) in map where key != EmbeddedState.key { entries.append(key, value) }
        }
        return StateFile(
            state,
            messagePack: EmbeddedState.tree(entries, holding: state, references: references(layout, learning)))
    }

    private func layout(
        as policyClass: RLlibPolicyClass, _ observations: RLlibObservations, _ learning: RLlibLearning
    ) -> RLlibLayout {
        let architecture = network.architecture
        func stem(_ prefix: String = "") -> RLlibStem {
            RLlibStem(
                prefix: prefix, module: observations.module, hidden: architecture.hidden, inputs: architecture.inputs)
        }
        switch policyClass {
        case .ppo: return .ppo(architecture, stem())
        case .dqn: return .dqn(architecture, stem())
        case .sac:
            let critics = learning.critics.map { critics in
                ["q_net.", "twin_q_net."].prefix(critics.count).map { prefix in
                    RLlibStem(
                        prefix: prefix, module: observations.module, hidden: critics.hidden, inputs: critics.inputs)
                }
            }
            return .sac(stem("action_model."), critics: critics ?? [])
        }
    }

    /// The optimizer here that does the work of one of RLlib's.
    private static func optimizer(
        of group: Int, in layout: RLlibLayout, _ learning: RLlibLearning
    ) -> RLlibOptimizer {
        let found = learning.optimizers.first { optimizer in
            layout.groups[group].contains { optimizer.range(of: $0.meaning) != nil }
        }
        return found
            ?? RLlibOptimizer(Adam(parameterCount: 0), learningRate: 0, views: [], of: .network, at: "")
    }

    private func weights(_ layout: RLlibLayout, _ learning: RLlibLearning, kept: StateReader?) -> StateMap {
        var weights = StateMap()
        let views = Dictionary(network.views.map { ($0.name, $0) }) { first, _ in first }
        let critics = learning.critics
        let criticViews = Dictionary(critics?.views.map { ($0.name, $0) } ?? []) { first, _ in first }
        for parameter in layout.weights {
            let tensor: StateTensor?
            switch parameter.meaning {
            case .network(let name):
                tensor = views[name].map { RLlibOptimizer.tensor(network.parameters[$0.range], shape: $0.shape) }
            case .critic(let name):
                tensor = criticViews[name].flatMap { view in
                    critics.map { RLlibOptimizer.tensor($0.parameters[view.range], shape: view.shape) }
                }
            case .logTemperature: tensor = StateTensor([learning.logTemperature], shape: [1])
            case .targetEntropy: tensor = StateTensor([learning.targetEntropy], shape: [1])
            case .identity(let width):
                var matrix = [Float](repeating: 0, count: width * width)
                for index in 0..<width { matrix[index * width + index] = 1 }
                tensor = StateTensor(matrix, shape: [width, width])
            case .zeros(let width): tensor = StateTensor([Float](repeating: 0, count: width), shape: [width])
            case .unused(let shape):
                tensor =
                    (try? kept?.optionalChild(parameter.name)?.tensor(shape: shape))
                    ?? StateTensor([Float](repeating: 0, count: shape.reduce(1, *)), shape: shape)
            }
            if let tensor { weights[parameter.name] = .tensor(tensor) }
        }
        return weights
    }

    /// Where the tensors of the state lie among RLlib's entries.
    private func references(_ layout: RLlibLayout, _ learning: RLlibLearning) -> [String: TensorReference] {
        var references: [String: TensorReference] = [:]
        for parameter in layout.weights {
            if parameter.isAlias { continue }
            let reference = TensorReference([.init(["weights", parameter.name], isTransposed: true)])
            switch parameter.meaning {
            case .network(let view): references["network/parameters/\(view)"] = reference
            case .critic(let view):
                if let place = learning.critics?.place { references["\(place)/\(view)"] = reference }
            default: break
            }
        }
        let groups = layout.groups.enumerated().map { (index: $0, parameters: $1) }
        for optimizer in learning.optimizers {
            references.merge(optimizer.references(groups)) { first, _ in first }
        }
        return references
    }
}
