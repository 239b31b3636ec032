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
    /// The width of the value head: 1, or the atoms of a value distribution.
    public var valueOutputs: Int
    /// The widths of further hidden layers that each head has for itself on top of shared ones, or that the only head
    /// has on top of the others when there is no value network.
    public var headHidden: [Int]
    /// The nonlinearity of the heads' own hidden layers; nil for that of the others.
    public var headActivation: Activation?
    /// Whether a trainable log standard deviation, the same in every state, goes with each output.
    public var hasLogDeviation: Bool
    /// Whether there is a log standard deviation for each output and each feature that the policy head reads, instead
    /// of one for each output (see `StateDependentGaussian`); only when `hasLogDeviation`.
    public var hasLogDeviationPerFeature: Bool
    /// The recurrent layer that reads the observation, its output being what the hidden layers read; nil for a network
    /// without memory. A separate value network has one of its own.
    public var recurrent: RecurrentArchitecture?

    /// Describes a network.
    public init(
        inputs: Int, outputs: Int, hidden: [Int] = [64, 64], activation: Activation = .tanh,
        value: ValueNetwork = .separate, valueOutputs: Int = 1, headHidden: [Int] = [],
        headActivation: Activation? = nil, hasLogDeviation: Bool = false, hasLogDeviationPerFeature: Bool = false,
        recurrent: RecurrentArchitecture? = nil
    ) {
        self.inputs = inputs
        self.outputs = outputs
        self.hidden = hidden
        self.activation = activation
        self.value = value
        self.valueOutputs = valueOutputs
        self.headHidden = headHidden
        self.headActivation = headActivation
        self.hasLogDeviation = hasLogDeviation
        self.hasLogDeviationPerFeature = hasLogDeviationPerFeature
        self.recurrent = recurrent
    }

    /// The number of features that the policy head reads: the width of the last hidden or recurrent layer, or of an
    /// observation.
    public var featureCount: Int { headHidden.last ?? hidden.last ?? recurrent?.width ?? inputs }

    /// The shape of the log standard deviations: `[outputs]`, or `[featureCount, outputs]`; empty when there are none.
    public var logDeviationShape: [Int] {
        !hasLogDeviation ? [] : hasLogDeviationPerFeature ? [featureCount, outputs] : [outputs]
    }

    /// What is left of such a network when nobody asks for state values. Hidden layers that were shared are then the
    /// policy's own, with the same parameters in the same order.
    public var withoutValue: ActorCriticArchitecture {
        var rest = self
        rest.value = .none
        rest.valueOutputs = 1
        return rest
    }

    /// The widths that a layer can have.
    public static let widths = 1...65_536
    /// The numbers of hidden layers that there can be.
    public static let layerCounts = 0...64

    /// The reason why no network can look like this, or nil when one can.
    ///
    /// Sizes are bounded, so that a description from a damaged or hostile file cannot ask for absurd amounts of
    /// memory: at most 64 hidden layers, widths of at most 65,536, and 2^28 parameters in all.
    public var problem: String? {
        let widths = [inputs, outputs, valueOutputs] + hidden + headHidden + (recurrent.map { [$0.width] } ?? [])
        if let width = widths.first(where: { !Self.widths.contains($0) }) {
            let widths = Self.widths
            return "a layer of width \(width) is impossible (allowed: \(widths.lowerBound) to \(widths.upperBound))"
        }
        let layers = hidden.count + headHidden.count
        if !Self.layerCounts.contains(layers) {
            return "\(layers) hidden layers are too many (allowed: 0 to \(Self.layerCounts.upperBound))"
        }
        if value == .shared && hidden.isEmpty && recurrent == nil {
            return "a shared value network needs hidden layers to share"
        }
        if value == .separate && !headHidden.isEmpty {
            return "hidden layers of heads belong on top of shared ones, or in a network without values"
        }
        if hasLogDeviationPerFeature && !hasLogDeviation {
            return "log standard deviations for each feature in a network that has none"
        }
        if parameterCount > 1 << 28 { return "\(parameterCount) parameters are too many (allowed: \(1 << 28))" }
        return nil
    }

    /// The number of parameters of a network of this shape, whose widths are possible.
    package var parameterCount: Int {
        func count(_ widths: [Int]) -> Int { zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 + $1.1 } }
        let first = recurrent?.width ?? inputs
        let core = recurrent?.parameterCount(inputs: inputs) ?? 0
        let deviations = hasLogDeviation ? (hasLogDeviationPerFeature ? featureCount : 1) * outputs : 0
        switch value {
        case .none: return core + count([first] + hidden + headHidden + [outputs]) + deviations
        case .separate:
            let widths = [first] + hidden
            return 2 * core + count(widths + [outputs]) + count(widths + [valueOutputs]) + deviations
        case .shared:
            let heads = [hidden.last ?? first] + headHidden
            let trunk = core + count([first] + hidden)
            return trunk + count(heads + [outputs]) + count(heads + [valueOutputs]) + deviations
        }
    }
}

extension ActorCriticArchitecture {
    private enum CodingKeys: String, CodingKey {
        case inputs, outputs, hidden, activation, value, valueOutputs, headHidden, hasLogDeviation
        case hasLogDeviationPerFeature, recurrent, headActivation
    }

    /// Reads a description; the first ones had no wide value heads, hidden layers of heads and nonlinearities of
    /// theirs, log standard deviations for each feature or recurrent layers.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        inputs = try container.decode(Int.self, forKey: .inputs)
        outputs = try container.decode(Int.self, forKey: .outputs)
        hidden = try container.decode([Int].self, forKey: .hidden)
        activation = try container.decode(Activation.self, forKey: .activation)
        value = try container.decode(ValueNetwork.self, forKey: .value)
        valueOutputs = try container.decodeIfPresent(Int.self, forKey: .valueOutputs) ?? 1
        headHidden = try container.decodeIfPresent([Int].self, forKey: .headHidden) ?? []
        hasLogDeviation = try container.decode(Bool.self, forKey: .hasLogDeviation)
        hasLogDeviationPerFeature =
            try container.decodeIfPresent(Bool.self, forKey: .hasLogDeviationPerFeature) ?? false
        recurrent = try container.decodeIfPresent(RecurrentArchitecture.self, forKey: .recurrent)
        headActivation = try container.decodeIfPresent(Activation.self, forKey: .headActivation)
    }

    /// Writes a description. `headActivation` is left out when there is none, so that networks without one have the
    /// files that they always had.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(inputs, forKey: .inputs)
        try container.encode(outputs, forKey: .outputs)
        try container.encode(hidden, forKey: .hidden)
        try container.encode(activation, forKey: .activation)
        try container.encode(value, forKey: .value)
        try container.encode(valueOutputs, forKey: .valueOutputs)
        try container.encode(headHidden, forKey: .headHidden)
        try container.encode(hasLogDeviation, forKey: .hasLogDeviation)
        try container.encode(hasLogDeviationPerFeature, forKey: .hasLogDeviationPerFeature)
        try container.encodeIfPresent(recurrent, forKey: .recurrent)
        if let headActivation { try container.encode(headActivation, forKey: .headActivation) }
    }
}
