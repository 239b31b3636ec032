import ReinNumerics

/// A policy network and, beside it or on top of the same hidden layers, a value network, with all parameters in one
/// flat buffer.
///
/// The buffer holds, in this order: the recurrent layer (if any), the shared hidden layers (if shared), the policy
/// layers, the log standard deviations (if any), the value network's own recurrent layer (if any), the value layers (if
/// any). Copies share the buffer until one is changed.
public struct ActorCritic: Sendable, Hashable {
    /// What the network looks like.
    public let architecture: ActorCriticArchitecture
    /// The recurrent layer in front of the policy, and of the value when it shares layers; nil when there is none.
    public let policyCore: RecurrentCore?
    /// The recurrent layer in front of a value network of its own, or nil when there is none.
    public let valueCore: RecurrentCore?
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
        self.init(unfilled: architecture)
        parameters = [Float](repeating: 0, count: parameterEnd)
    }

    /// Describes a network without making room for its parameters.
    init(unfilled architecture: ActorCriticArchitecture) {
        precondition(architecture.problem == nil, architecture.problem ?? "")
        let shape = architecture
        self.architecture = shape
        let shared = shape.value == .shared
        var next = 0
        func perceptron(
            inputs: Int, hidden: [Int], headHidden: [Int] = [], outputs: Int?
        ) -> MultilayerPerceptron {
            let layers = MultilayerPerceptron(
                inputs: inputs, hidden: hidden, outputs: outputs, activation: shape.activation,
                topHidden: headHidden, topActivation: shape.headActivation, offset: next)
            next = layers.parameterRange.upperBound
            return layers
        }
        func core() -> RecurrentCore? {
            let core = shape.recurrent.map { RecurrentCore($0, inputs: shape.inputs, offset: next) }
            next = core?.parameterRange.upperBound ?? next
            return core
        }
        policyCore = core()
        let rowWidth = policyCore?.width ?? shape.inputs
        let trunk =
            shared && !shape.hidden.isEmpty ? perceptron(inputs: rowWidth, hidden: shape.hidden, outputs: nil) : nil
        let headInputs = trunk?.outputs ?? rowWidth
        let ownHidden = shared ? [] : shape.hidden
        policy = perceptron(
            inputs: headInputs, hidden: ownHidden, headHidden: shape.headHidden, outputs: shape.outputs)
        logDeviationRange = next..<(next + (shape.hasLogDeviation ? shape.logDeviationShape.reduce(1, *) : 0))
        next = logDeviationRange.upperBound
        valueCore = shape.value == .separate ? core() : nil
        value =
            shape.value == .none
            ? nil
            : perceptron(
                inputs: headInputs, hidden: ownHidden, headHidden: shape.headHidden, outputs: shape.valueOutputs)
        self.trunk = trunk

        var views = policyCore?.views(named: valueCore == nil ? "core" : "policyCore") ?? []
        views += trunk?.views(named: "trunk") ?? []
        views += policy.views(named: "policy")
        if shape.hasLogDeviation {
            views.append(
                ParameterView(
                    name: "logDeviation", offset: logDeviationRange.lowerBound, shape: shape.logDeviationShape))
        }
        views += valueCore?.views(named: "valueCore") ?? []
        views += value?.views(named: "value") ?? []
        self.views = views
        parameters = []
    }

    /// The number of parameters that the flat buffer has room for.
    private var parameterEnd: Int { views.last?.range.upperBound ?? 0 }

    /// The part of the flat buffer that the policy's gradient fills when trunk and value are not shared with it.
    public var policyRange: Range<Int> {
        let first = policyCore?.parameterRange ?? (trunk ?? policy).parameterRange
        return first.lowerBound..<logDeviationRange.upperBound
    }

    /// The name of the first tensor with a number that is not finite; nil when all are.
    public var firstNotFinite: String? {
        guard let index = Kernels.firstNotFinite(parameters, count: parameters.count) else { return nil }
        return views.first { $0.range.contains(index) }?.name
    }

    /// Whether policy and value share layers, so that one backward pass serves both.
    public var sharesLayers: Bool { architecture.value == .shared }

    /// Whether the network has a memory: its outputs depend on earlier rows.
    public var isRecurrent: Bool { policyCore != nil }

    /// The width of a row of state: the policy's recurrent layer, then the value network's own; 0 without memory.
    public var stateWidth: Int { (policyCore?.stateWidth ?? 0) + (valueCore?.stateWidth ?? 0) }
}
