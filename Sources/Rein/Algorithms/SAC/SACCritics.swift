import ReinCheckpoints
import ReinNetworks
import ReinNumerics

/// Two critics and the slowly following copies of them that targets are made with.
///
/// For continuous actions a critic reads `[observation | action]` and has one value; for discrete ones it reads the
/// observation and has a value for each action.
struct SACCritics: Sendable {
    /// The descriptions of both, one behind the other in one flat buffer.
    let networks: [MultilayerPerceptron]
    /// The parameters of both.
    var parameters: [Float]
    /// The parameters of the targets of both.
    private(set) var targets: [Float]
    /// The tensors of both: `first/0/weight`, `second/0/weight` and so on.
    let views: [ParameterView]

    /// Draws new critics as PyTorch does, with targets equal to them.
    init(inputs: Int, outputs: Int, network: SACNetworkConfiguration, using random: inout RandomStream) {
        let hidden = network.criticHidden ?? network.hidden
        let first = MultilayerPerceptron(
            inputs: inputs, hidden: hidden, outputs: outputs, activation: network.activation, offset: 0)
        let second = MultilayerPerceptron(
            inputs: inputs, hidden: hidden, outputs: outputs, activation: network.activation,
            offset: first.parameterRange.upperBound)
        networks = [first, second]
        views = first.views(named: "first") + second.views(named: "second")
        parameters = [Float](repeating: 0, count: second.parameterRange.upperBound)
        UniformInitializer.fill(first.layers + second.layers, of: &parameters, using: &random)
        targets = parameters
    }

    /// Makes the targets equal to the critics.
    mutating func copyToTargets() { targets = parameters }

    /// Moves the targets towards the critics: `target += rate * (parameter - target)`.
    mutating func moveTargets(rate: Float) {
        let count = parameters.count
        targets.withUnsafeMutableBufferPointer { targets in
            parameters.withUnsafeBufferPointer { parameters in
                guard let targets = targets.baseAddress, let parameters = parameters.baseAddress else { return }
                Kernels.blend(targets, towards: parameters, rate: rate, count: count)
            }
        }
    }
}

extension SACCritics: Checkpointable {
    /// Every tensor of critics and targets by name.
    var state: StateTree {
        [
            "parameters": ParameterTree.tree(of: parameters, views: views),
            "targets": ParameterTree.tree(of: targets, views: views),
        ]
    }

    /// Takes over critics and targets of the same shape.
    ///
    /// - Throws: `StateError` when a tensor is missing, unknown or of another shape.
    mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        try ParameterTree.read(try reader.child("parameters"), views: views, into: &parameters)
        try ParameterTree.read(try reader.child("targets"), views: views, into: &targets)
    }
}
