import ReinCheckpoints

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

    /// The class of the algorithm, as RLlib imports it.
    package var algorithmClass: String {
        switch self {
        case .ppo: "ray.rllib.algorithms.ppo.ppo.PPO"
        case .dqn: "ray.rllib.algorithms.dqn.dqn.DQN"
        case .sac: "ray.rllib.algorithms.sac.sac.SAC"
        }
    }
}
