import ReinCheckpoints

extension StableBaselines3Agent {
    /// The algorithms whose agents are read.
    public enum Method: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
        /// Proximal policy optimization.
        case ppo
        /// Advantage actor-critic.
        case a2c
        /// Trust region policy optimization, of sb3-contrib.
        case trpo
        /// Proximal policy optimization with action masks, of sb3-contrib.
        case maskablePPO
        /// Deep Q-learning.
        case dqn
        /// Soft actor-critic.
        case sac
        /// Twin delayed deep deterministic policy gradient.
        case td3
        /// Deep deterministic policy gradient, which Stable-Baselines3 has as TD3 with updates of the actor in every step
        /// and targets without noise.
        case ddpg

        /// The name of the algorithm's class in Python.
        public var description: String { self == .maskablePPO ? "MaskablePPO" : rawValue.uppercased() }
    }
}

extension StableBaselines3Agent.Method {
    /// The kinds of policies that agents have: what their networks are, and what these are called.
    enum PolicyKind {
        /// A distribution over actions, and the value of the state.
        case actorCritic
        /// The values of actions.
        case actionValues
        /// A squashed Gaussian, and critics.
        case softActor
        /// One action for each observation, and critics.
        case deterministicActor
    }

    /// The kind of the algorithm's policies.
    var policyKind: PolicyKind {
        switch self {
        case .ppo, .a2c, .trpo, .maskablePPO: .actorCritic
        case .dqn: .actionValues
        case .sac: .softActor
        case .td3, .ddpg: .deterministicActor
        }
    }

    /// The algorithm of an agent: the file does not name it, but the class of the policy, and settings.
    ///
    /// - Throws: `StateError` when policies of the class are not read, saying what they are.
    init(_ archive: AgentArchive) throws(StateError) {
        let view = try archive.requiredPickle("policy_class", globals: StableBaselines3Globals.policyClasses)
        let name = view.globalName ?? view.kind
        switch name {
        case "stable_baselines3.common.policies.ActorCriticPolicy":
            self = archive.data["clip_range"] != nil ? .ppo : archive.data["cg_max_steps"] != nil ? .trpo : .a2c
        case "sb3_contrib.common.maskable.policies.MaskableActorCriticPolicy": self = .maskablePPO
        case "stable_baselines3.dqn.policies.DQNPolicy": self = .dqn
        case "stable_baselines3.sac.policies.SACPolicy": self = .sac
        case "stable_baselines3.td3.policies.TD3Policy": self = Self.isPlain(archive.data) ? .ddpg : .td3
        default:
            let reason =
                if name.contains("Cnn") {
                    "a policy that reads images"
                } else if name.contains("MultiInput") {
                    "a policy that reads observations of several parts"
                } else if name.contains("Recurrent") {
                    "a recurrent policy"
                } else { "an agent of another algorithm" }
            let read = Self.allCases.map(\.description).joined(separator: ", ")
            throw view.error(
                .unsupportedFormat, "\(reason) (\(name)) is not read; read are those with a MlpPolicy of \(read)")
        }
    }

    /// Whether nothing that TD3 adds to DDPG is in these attributes.
    private static func isPlain(_ data: StateMap) -> Bool {
        data["policy_delay"] == .int(1) && [.double(0), .int(0)].contains(data["target_noise_clip"])
    }
}
