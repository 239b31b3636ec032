import ReinCheckpoints
import ReinNetworks

/// The tensors of a policy under the names that they have in Stable-Baselines3 2.x and its contrib package, as
/// `policy.load_state_dict(tensors, strict=False)` takes them: critics and value networks are not among them.
struct StableBaselines3Names {
    private(set) var tensors = TorchTensors()

    /// Names the tensors.
    ///
    /// - Throws: `StateError` that says why for a policy that has no equal there.
    init(_ program: PolicyProgram) throws(StateError) {
        let hidden = program.layers.dropLast()
        if hidden.contains(where: { $0.activation != hidden[0].activation }) {
            throw noEqual("hidden layers of several nonlinearities")
        }
        let kind = try Kind(program.head)
        if let memory = program.memory {
            guard memory.kind == .lstm else { throw noEqual("recurrent layers but LSTM") }
            guard kind == .actorCritic else { throw noEqual("recurrent policies but those of PPO") }
            tensors.add(memory, named: "lstm_actor")
        }
        guard let head = program.layers.last else { return }
        switch kind {
        case .actorCritic:
            tensors.add(hidden, inSequential: "mlp_extractor.policy_net")
            tensors.add(head, named: "action_net")
            tensors.addLogDeviations(of: program, named: "log_std")
        case .softActor:
            tensors.add(hidden, inSequential: "actor.latent_pi")
            tensors.add(head, outputs: 0..<head.outputs / 2, named: "actor.mu")
            tensors.add(head, outputs: head.outputs / 2..<head.outputs, named: "actor.log_std")
        case .stateDependentSoftActor:
            tensors.add(hidden, inSequential: "actor.latent_pi")
            tensors.add(head, named: "actor.mu.0")
            tensors.addLogDeviations(of: program, named: "actor.log_std")
        case .deterministicActor: tensors.add(program.layers[...], inSequential: "actor.mu")
        case .actionValues: tensors.add(program.layers[...], inSequential: "q_net.q_net")
        }
    }

    /// The classes of policies, each of which has names of its own.
    private enum Kind {
        /// PPO, A2C, TRPO, MaskablePPO, RecurrentPPO.
        case actorCritic
        /// SAC: means and log standard deviations are two layers.
        case softActor
        /// SAC with state-dependent exploration: the layer of the means stands before a module that limits them.
        case stateDependentSoftActor
        /// TD3 and DDPG.
        case deterministicActor
        /// DQN.
        case actionValues

        init(_ head: HeadStep) throws(StateError) {
            switch head {
            case .categorical, .multiCategorical: self = .actorCritic
            case .actionValues(let values):
                if values.isDueling { throw noEqual("dueling action values") }
                if values.atoms > 1 { throw noEqual("distributions of action values") }
                self = .actionValues
            case .continuous(let head):
                switch head.deviations {
                case .none: self = .deterministicActor
                case .constant: self = .actorCritic
                case .head:
                    guard head.isSquashed else {
                        throw noEqual("Gaussians that are not squashed with deviations of the network")
                    }
                    self = .softActor
                case .features:
                    guard head.meanLimit == nil || head.isSquashed else {
                        throw noEqual("limits of means that are not squashed")
                    }
                    self = head.meanLimit == nil ? .actorCritic : .stateDependentSoftActor
                }
            }
        }
    }
}

private func noEqual(_ what: String) -> StateError {
    StateError(
        .unsupportedFormat,
        "Stable-Baselines3 has no \(what); the names \"\(TensorNames.sequential.rawValue)\" fit every policy")
}
