import ReinCheckpoints
import ReinPolicies
import ReinRLlib

/// The methods that RLlib has as well.
enum RLlibMethods {
    /// The method of a name in Rein's own states; nil when RLlib has none like it.
    static func named(_ algorithmName: String) -> (any RLlibMethod.Type)? {
        RLlibPolicyClass(algorithm: algorithmName).map(method)
    }

    /// The method of a class of RLlib's policies.
    static func method(of policyClass: RLlibPolicyClass) -> any RLlibMethod.Type {
        switch policyClass {
        case .ppo: PPOLearner.self
        case .dqn: DQNLearner.self
        case .sac: SACLearner.self
        }
    }
}
