public import ReinNumerics

/// The shape of the network of action values.
public struct DQNNetworkConfiguration: Sendable, Hashable, Codable {
    /// The widths of the hidden layers; typically one or two of 64 to 256.
    public var hidden: [Int]
    /// The widths of further hidden layers; a dueling network has them once for the state value and once for the
    /// advantages.
    public var headHidden: [Int]
    /// The nonlinearity of the hidden layers.
    public var activation: Activation
    /// The nonlinearity of the further hidden layers, `headHidden`; null for the same. RLlib's is always relu.
    public var headActivation: Activation?

    /// Creates a shape.
    public init(
        hidden: [Int] = [256], headHidden: [Int] = [], activation: Activation = .relu,
        headActivation: Activation? = nil
    ) {
        self.hidden = hidden
        self.headHidden = headHidden
        self.activation = activation
        self.headActivation = headActivation
    }
}
