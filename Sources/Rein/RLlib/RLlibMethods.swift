import ReinCheckpoints
import ReinPolicies
import ReinRLlib

/// The methods that RLlib has as well.
enum RLlibMethods {
    /// The method of a name in Rein's own states; nil when RLlib has none like it.
    static func named(_ algorithmName: String) -> (any RLlibMethod.Type)? {
        RLlibPolicyClass(algorithm: algorithmName).map(method)
    }

    /// The policy in a file, with the state of a learner that goes on where RLlib's stopped.
    ///
    /// - Throws: `StateError` for settings that no run has; with `.unsupportedFormat` when RLlib trained in a way that
    ///   there is not here, so that the policy can only act.
    static func policy(_ rllib: RLlibPolicy) throws(StateError) -> Policy {
        try policy(rllib, method(of: rllib.policyClass))
    }

    private static func policy<Method: RLlibMethod>(
        _ rllib: RLlibPolicy, _ method: Method.Type
    ) throws(StateError) -> Policy { try method.policy(rllib) }

    /// The method of a class of RLlib's policies.
    static func method(of policyClass: RLlibPolicyClass) -> any RLlibMethod.Type {
        switch policyClass {
        case .ppo: PPOLearner.self
        case .dqn: DQNLearner.self
        case .sac: SACLearner.self
        }
    }
}
