public import ReinNumerics

/// The shape of the networks of SAC: the policy and its critics, each with layers of their own.
public struct SACNetworkConfiguration: Sendable, Hashable, Codable {
    /// The widths of the hidden layers; typically two of 256.
    public var hidden: [Int]
    /// The widths of the hidden layers of the critics; null for those of the policy.
    public var criticHidden: [Int]?
    /// The number of critics: 2, the smaller of whose values counts, or 1.
    public var criticCount: Int
    /// The nonlinearity of the hidden layers.
    public var activation: Activation
    /// The nonlinearity of the hidden layers of the critics; null for that of the policy.
    public var criticActivation: Activation?
    /// The smallest log standard deviation of continuous actions before tanh; −20, or −5 in RLlib and CleanRL.
    public var logDeviationMinimum: Double
    /// The largest log standard deviation of continuous actions before tanh; typically 2.
    public var logDeviationMaximum: Double
    /// The first log standard deviation of a feature's weight in state-dependent exploration, otherwise without
    /// effect; typically −3.
    public var logDeviation: Double

    /// Creates a shape; the defaults are those of the original and of Stable-Baselines3.
    public init(
        hidden: [Int] = [256, 256], criticHidden: [Int]? = nil, criticCount: Int = 2, activation: Activation = .relu,
        criticActivation: Activation? = nil, logDeviationMinimum: Double = -20, logDeviationMaximum: Double = 2,
        logDeviation: Double = -3
    ) {
        self.hidden = hidden
        self.criticHidden = criticHidden
        self.criticCount = criticCount
        self.activation = activation
        self.criticActivation = criticActivation
        self.logDeviationMinimum = logDeviationMinimum
        self.logDeviationMaximum = logDeviationMaximum
        self.logDeviation = logDeviation
    }
}
