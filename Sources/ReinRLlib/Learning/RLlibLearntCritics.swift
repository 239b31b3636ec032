import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinPolicies
import ReinSpaces

/// The critics in the state of a learner of SAC.
struct RLlibLearntCritics: Sendable {
    /// The tensors of all by the names `first/0/weight`, `second/0/weight` and so on.
    let views: [ParameterView]
    /// How many there are, 1 or 2.
    let count: Int
    /// The nonlinearity of their hidden layers.
    let activation: Activation
    /// The flat buffer of all.
    private(set) var parameters: [Float]
    /// The widths of the hidden layers of each.
    let hidden: [Int]
    /// The width of an input row of each.
    let inputs: Int
    /// Where the tensors lie in the policy's state, with slashes.
    let place: String

    /// Reads the critics of a policy, of the form that the state has them in.
    ///
    /// - Throws: `StateError` when they are not critics of such a policy.
    init(of policy: Policy, _ state: StateReader) throws(StateError) {
        let saved = try state.child("parameters")
        count = try saved.map().count
        guard (1...2).contains(count) else { throw saved.error(.outOfRange, "expected one or two critics") }
        activation = try Self.activation(state) ?? policy.network.architecture.activation
        // Of continuous actions a critic reads the action as well, and of discrete ones it has a value for each.
        let isDiscrete = policy.actionSpace.isDiscrete
        inputs = policy.observationSpace.count + (isDiscrete ? 0 : policy.distribution.actionWidth)
        hidden = try Self.hiddenWidths(saved, inputs: inputs)
        var networks: [MultilayerPerceptron] = []
        for _ in 0..<count {
            networks.append(
                MultilayerPerceptron(
                    inputs: inputs, hidden: hidden, outputs: isDiscrete ? policy.distribution.headWidth : 1,
                    activation: activation, offset: networks.last?.parameterRange.upperBound ?? 0))
        }
        views = zip(networks, ["first", "second"]).flatMap { $0.views(named: $1) }
        parameters = [Float](repeating: 0, count: networks.last?.parameterRange.upperBound ?? 0)
        place = saved.path
        try ParameterTree.read(saved, views: views, into: &parameters)
    }

    /// The nonlinearity of the critics, where they have one of their own.
    private static func activation(_ critics: StateReader) throws(StateError) -> Activation? {
        guard let name = critics.optionalChild("activation") else { return nil }
        guard let activation = Activation(rawValue: try name.string()) else {
            throw name.error(.outOfRange, "unknown activation")
        }
        return activation
    }

    /// The widths of the hidden layers of the first one.
    private static func hiddenWidths(_ parameters: StateReader, inputs: Int) throws(StateError) -> [Int] {
        let layers = try parameters.child("first").map()
        var widths: [Int] = []
        for (_, layer) in layers.dropLast() {
            let shape = try layer.tensor("weight").shape
            guard shape.count == 2, shape[0] == widths.last ?? inputs, (1...65_536).contains(shape[1]) else {
                throw layer.error(
                    .wrongShape, "expected a matrix [\(widths.last ?? inputs), outputs], found \(shape)")
            }
            widths.append(shape[1])
        }
        return widths
    }
}
