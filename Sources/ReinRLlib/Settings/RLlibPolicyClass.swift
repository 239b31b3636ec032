import ReinCheckpoints
import ReinNetworks
package import ReinPolicies

/// The classes of RLlib's policies that Rein has a method for.
package enum RLlibPolicyClass: String, Sendable, CaseIterable {
    case ppo = "PPOTorchPolicy"
    case dqn = "DQNTorchPolicy"
    case sac = "SACTorchPolicy"

    /// The class that a file names.
    ///
    /// - Throws: `StateError` that says what cannot be read, and why.
    init(_ reader: StateReader) throws(StateError) {
        let name = try reader.string()
        // A file that was not converted by RLlib itself may give the whole path of the class.
        let last = String(name.split(separator: ".").last ?? "")
        if let known = Self(rawValue: last) {
            self = known
        } else if last.contains("TF") || last.contains("Eager") {
            throw reader.error(
                .unsupportedFormat,
                "\(name.shortened) is a TensorFlow policy, which is not supported; train with framework=\"torch\"")
        } else {
            let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw reader.error(
                .unsupportedFormat, "a policy of the class \(name.shortened) is not supported (supported: \(known))")
        }
    }

    /// The class of a policy by itself: that of the method which trained it, or one by which it could have been trained;
    /// nil when RLlib has no such method.
    package init?(of policy: Policy) {
        if let learner = policy.learnerState {
            guard let name = try? StateReader(learner).string("algorithm") else { return nil }
            self.init(algorithm: name)
        } else {
            switch policy.distribution {
            case .actionValues: self = .dqn
            case .squashedGaussian: self = .sac
            default: self = .ppo
            }
        }
    }

    /// The class of the policies of an algorithm of Rein's or RLlib's, by the last part of its name; nil for others.
    package init?(algorithm name: String) {
        let last = name.split(separator: ".").last
        guard let known = Self.allCases.first(where: { $0.algorithmName == last ?? "" }) else { return nil }
        self = known
    }

    /// The name of the algorithm, here and there.
    package var algorithmName: String { String(algorithmClass.split(separator: ".").last ?? "") }

    /// The class of the algorithm, as RLlib imports it.
    package var algorithmClass: String {
        switch self {
        case .ppo: "ray.rllib.algorithms.ppo.ppo.PPO"
        case .dqn: "ray.rllib.algorithms.dqn.dqn.DQN"
        case .sac: "ray.rllib.algorithms.sac.sac.SAC"
        }
    }
}
