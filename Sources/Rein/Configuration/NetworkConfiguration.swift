public import ReinNetworks

/// The shape of the networks of a policy.
public struct NetworkConfiguration: Sendable, Hashable, Codable {
    /// Whether networks have a memory.
    public enum Recurrence: String, Sendable, Hashable, Codable, CaseIterable {
        /// They have none.
        case none
        /// Long short-term memory.
        case lstm
        /// Gated recurrent units.
        case gru
    }

    /// The widths of the hidden layers; typically two of 64 or 256.
    public var hidden: [Int]
    /// The nonlinearity of the hidden layers.
    public var activation: Activation
    /// Whether the state value has hidden layers of its own or shares those of the policy.
    public var value: ActorCriticArchitecture.ValueNetwork
    /// The gain of the policy head's first weights; small, so that the first policy is almost uniform.
    public var policyGain: Double
    /// The first log standard deviation of continuous actions; with `hasDeviationHead` what is added to the first
    /// biases of those outputs.
    public var logDeviation: Double
    /// Whether the log standard deviations of continuous actions are outputs of the network, which differ from state to
    /// state, instead of parameters. RLlib has it so by default. They are as many further outputs of the policy head,
    /// whose first weights are alike (`policyGain`); of no effect on discrete actions.
    public var hasDeviationHead: Bool
    /// Whether the first weights are orthogonal, with zero biases; otherwise weights and biases are uniform, as
    /// PyTorch draws them, and `policyGain` has no effect.
    public var hasOrthogonalWeights: Bool
    /// The recurrent layer that reads the observation in front of the hidden layers, or none. A separate value network
    /// has one of its own.
    public var recurrent: Recurrence
    /// The number of units of the recurrent layer; typically 32 to 256. Not read when there is none.
    public var recurrentWidth: Int

    /// Creates a shape; the defaults are those of PPO on classic control.
    public init(
        hidden: [Int] = [64, 64], activation: Activation = .tanh,
        value: ActorCriticArchitecture.ValueNetwork = .separate, policyGain: Double = 0.01, logDeviation: Double = 0,
        hasDeviationHead: Bool = false, hasOrthogonalWeights: Bool = true, recurrent: Recurrence = .none,
        recurrentWidth: Int = 64
    ) {
        self.hidden = hidden
        self.activation = activation
        self.value = value
        self.policyGain = policyGain
        self.logDeviation = logDeviation
        self.hasDeviationHead = hasDeviationHead
        self.hasOrthogonalWeights = hasOrthogonalWeights
        self.recurrent = recurrent
        self.recurrentWidth = recurrentWidth
    }

    /// The recurrent layer, or nil when there is none.
    var recurrentArchitecture: RecurrentArchitecture? {
        switch recurrent {
        case .none: nil
        case .lstm: RecurrentArchitecture(kind: .lstm, width: recurrentWidth)
        case .gru: RecurrentArchitecture(kind: .gru, width: recurrentWidth)
        }
    }
}
