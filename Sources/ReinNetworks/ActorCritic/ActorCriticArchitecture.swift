public import ReinNumerics

/// What an actor-critic network looks like, without its numbers.
public struct ActorCriticArchitecture: Sendable, Hashable, Codable {
    /// Where the state value comes from.
    public enum ValueNetwork: String, Sendable, Hashable, Codable, CaseIterable {
        /// A network of its own with the same hidden widths.
        case separate
        /// A second head on the hidden layers of the policy.
        case shared
        /// There is none: the network only acts.
        case none
    }

    /// The width of an observation row.
    public var inputs: Int
    /// The width of the policy head: one logit for each action, or one mean for each action dimension.
    public var outputs: Int
    /// The widths of the hidden layers.
    public var hidden: [Int]
    /// The nonlinearity of the hidden layers.
    public var activation: Activation
    /// Where the state value comes from.
    public var value: ValueNetwork
    /// Whether a trainable log standard deviation, the same in every state, goes with each output.
    public var hasLogDeviation: Bool

    /// Describes a network.
    public init(
        inputs: Int, outputs: Int, hidden: [Int] = [64, 64], activation: Activation = .tanh,
        value: ValueNetwork = .separate, hasLogDeviation: Bool = false
    ) {
        self.inputs = inputs
        self.outputs = outputs
        self.hidden = hidden
        self.activation = activation
        self.value = value
        self.hasLogDeviation = hasLogDeviation
    }

    /// The reason why no network can look like this, or nil when one can.
    ///
    /// Sizes are bounded, so that a description from a damaged or hostile file cannot ask for absurd amounts of
    /// memory: at most 64 hidden layers, widths of at most 65,536, and 2^28 parameters in all.
    public var problem: String? {
        let widths = [inputs, outputs] + hidden
        if let width = widths.first(where: { !(1...65_536).contains($0) }) {
            return "a layer of width \(width) is impossible (allowed: 1 to 65536)"
        }
        if hidden.count > 64 { return "\(hidden.count) hidden layers are too many (allowed: 0 to 64)" }
        if value == .shared && hidden.isEmpty {
            return "a shared value network needs hidden layers to share"
        }
        let weights = zip([inputs] + hidden, hidden + [outputs]).reduce(0) { $0 + $1.0 * $1.1 + $1.1 }
        if weights > 1 << 28 { return "\(weights) parameters are too many (allowed: \(1 << 28))" }
        return nil
    }
}
