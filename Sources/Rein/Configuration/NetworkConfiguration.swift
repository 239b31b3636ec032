public import ReinNetworks

/// The shape of the networks of a policy.
public struct NetworkConfiguration: Sendable, Hashable, Codable {
    /// The widths of the hidden layers; typically two of 64 or 256.
    public var hidden: [Int]
    /// The nonlinearity of the hidden layers.
    public var activation: Activation
    /// Whether the state value has hidden layers of its own or shares those of the policy.
    public var value: ActorCriticArchitecture.ValueNetwork
    /// The gain of the policy head's first weights; small, so that the first policy is almost uniform.
    public var policyGain: Double
    /// The first log standard deviation of continuous actions.
    public var logDeviation: Double
    /// Whether the first weights are orthogonal, with zero biases; otherwise weights and biases are uniform, as
    /// PyTorch draws them, and `policyGain` has no effect.
    public var hasOrthogonalWeights: Bool

    /// Creates a shape; the defaults are those of PPO on classic control.
    public init(
        hidden: [Int] = [64, 64], activation: Activation = .tanh,
        value: ActorCriticArchitecture.ValueNetwork = .separate, policyGain: Double = 0.01, logDeviation: Double = 0,
        hasOrthogonalWeights: Bool = true
    ) {
        self.hidden = hidden
        self.activation = activation
        self.value = value
        self.policyGain = policyGain
        self.logDeviation = logDeviation
        self.hasOrthogonalWeights = hasOrthogonalWeights
    }
}
