import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinPolicies

/// One or two critics and the slowly following copies of them that targets are made with.
///
/// For continuous actions a critic reads `[observation | action]` and has one value; for discrete ones it reads the
/// observation and has a value for each action.
struct SACCritics: Sendable {
    /// The descriptions of all, one behind the other in one flat buffer.
    let networks: [MultilayerPerceptron]
    /// The nonlinearity of their hidden layers where it is their own; nil for that of the policy.
    private let activation: Activation?
    /// The parameters of all.
    var parameters: [Float]
    /// The parameters of the targets of all.
    private(set) var targets: [Float]
    /// The tensors of all: `first/0/weight`, `second/0/weight` and so on.
    let views: [ParameterView]

    /// Creates the critics of a policy, with all parameters zero.
    init(of policy: Policy, network: SACNetworkConfiguration) {
        let actions = SACActions(of: policy)
        let inputs = policy.observationSpace.count + actions.dimensions
        activation = network.criticActivation
        var networks: [MultilayerPerceptron] = []
        for _ in 0..<network.criticCount {
            networks.append(
                MultilayerPerceptron(
                    inputs: inputs, hidden: network.criticHidden ?? network.hidden, outputs: actions.criticOutputs,
                    activation: network.criticActivation ?? network.activation,
                    offset: networks.last?.parameterRange.upperBound ?? 0))
        }
        self.networks = networks
        views = zip(networks, ["first", "second"]).flatMap { $0.views(named: $1) }
        parameters = [Float](repeating: 0, count: networks.last?.parameterRange.upperBound ?? 0)
        targets = parameters
    }

    /// Where the parameters of each are.
    var parameterRanges: [Range<Int>] { networks.map(\.parameterRange) }

    /// Draws new parameters as PyTorch does, with targets equal to them.
    mutating func initialize(using random: inout RandomStream) {
        UniformInitializer.fill(networks.flatMap(\.layers), of: &parameters, using: &random)
        targets = parameters
    }

    /// Makes the targets equal to the critics.
    mutating func copyToTargets() { targets = parameters }

    /// Moves the targets towards the critics: `target += rate * (parameter - target)`.
    mutating func moveTargets(rate: Float) { targets.blend(towards: parameters, rate: rate) }
}

extension SACCritics: Checkpointable {
    /// Every tensor of critics and targets by name, and the nonlinearity where it is their own.
    var state: StateTree {
        var map: StateMap = [
            "parameters": ParameterTree.tree(of: parameters, views: views),
            "targets": ParameterTree.tree(of: targets, views: views),
        ]
        if let activation { map["activation"] = .string(activation.rawValue) }
        return .map(map)
    }

    /// Takes over critics and targets of the same shape.
    ///
    /// - Throws: `StateError` when a tensor is missing, unknown or of another shape; then nothing has changed.
    mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        if let saved = reader.optionalChild("activation"), try saved.string() != activation?.rawValue {
            throw saved.error(.outOfRange, "critics of another nonlinearity than the settings describe")
        }
        var restored = self
        try ParameterTree.read(try reader.child("parameters"), views: views, into: &restored.parameters)
        try ParameterTree.read(try reader.child("targets"), views: views, into: &restored.targets)
        self = restored
    }
}
