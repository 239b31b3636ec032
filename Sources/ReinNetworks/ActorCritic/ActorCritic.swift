/// A policy network and, beside it or on top of the same hidden layers, a value network, with all parameters in one
/// flat buffer.
///
/// The buffer holds, in this order: the shared hidden layers (if shared), the policy layers, the log standard
/// deviations (if any), the value layers (if any). Copies share the buffer until one is changed.
public struct ActorCritic: Sendable, Hashable {
    /// What the network looks like.
    public let architecture: ActorCriticArchitecture
    /// The hidden layers that policy and value share, or nil when they share none.
    public let trunk: MultilayerPerceptron?
    /// The layers that end in the policy head.
    public let policy: MultilayerPerceptron
    /// Where the log standard deviations lie in the flat buffer; empty when there are none.
    public let logDeviationRange: Range<Int>
    /// The layers that end in the state value, or nil when there is no value network.
    public let value: MultilayerPerceptron?
    /// The named tensors in the order of the flat buffer, without gaps.
    public let views: [ParameterView]
    /// All parameters.
    public var parameters: [Float]

    /// Creates a network with all parameters zero.
    ///
    /// - Precondition: `architecture.problem` is nil.
    public init(_ architecture: ActorCriticArchitecture) {
        precondition(architecture.problem == nil, architecture.problem ?? "")
        let shape = architecture
        self.architecture = shape
        let shared = shape.value == .shared
        var next = 0
        func perceptron(inputs: Int, hidden: [Int], outputs: Int?) -> MultilayerPerceptron {
            let layers = MultilayerPerceptron(
                inputs: inputs, hidden: hidden, outputs: outputs, activation: shape.activation, offset: next)
            next = layers.parameterRange.upperBound
            return layers
        }
        let trunk = shared ? perceptron(inputs: shape.inputs, hidden: shape.hidden, outputs: nil) : nil
        let headInputs = trunk?.outputs ?? shape.inputs
        let headHidden = shared ? shape.headHidden : shape.hidden
        policy = perceptron(inputs: headInputs, hidden: headHidden, outputs: shape.outputs)
        logDeviationRange = next..<(next + (shape.hasLogDeviation ? shape.logDeviationShape.reduce(1, *) : 0))
        next = logDeviationRange.upperBound
        value =
            shape.value == .none ? nil : perceptron(inputs: headInputs, hidden: headHidden, outputs: shape.valueOutputs)
        self.trunk = trunk

        var views = trunk?.views(named: "trunk") ?? []
        views += policy.views(named: "policy")
        if shape.hasLogDeviation {
            views.append(
                ParameterView(
                    name: "logDeviation", offset: logDeviationRange.lowerBound, shape: shape.logDeviationShape))
        }
        views += value?.views(named: "value") ?? []
        self.views = views
        parameters = [Float](repeating: 0, count: next)
    }

    /// The part of the flat buffer that the policy's gradient fills when trunk and value are not shared with it.
    public var policyRange: Range<Int> {
        (trunk ?? policy).parameterRange.lowerBound..<logDeviationRange.upperBound
    }
}
