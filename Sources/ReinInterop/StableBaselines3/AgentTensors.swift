import ReinCheckpoints

/// A policy's tensors as parts of Rein's flat buffers. Torch's weights are `[outputs, inputs]`, Rein's the other way.
struct AgentTensors {
    private let archive: TorchArchive
    private var used: Set<String> = []

    init(_ archive: TorchArchive) { self.archive = archive }

    /// The numbers of a tensor of this shape.
    mutating func floats(_ name: String, shape: [Int]) throws(StateError) -> [Float] {
        used.insert(name)
        return try archive.floats(name, shape: shape)
    }

    /// A layer: its weight `[inputs, outputs]`, then its bias `[outputs]`.
    mutating func layer(_ name: String, inputs: Int, outputs: Int) throws(StateError) -> [Float] {
        try layer(joining: [name], inputs: inputs, outputs: outputs)
    }

    /// Layers that read the same inputs as one whose outputs are side by side.
    mutating func layer(joining names: [String], inputs: Int, outputs: Int) throws(StateError) -> [Float] {
        var weights: [[Float]] = []
        var biases: [Float] = []
        for name in names {
            weights.append(try floats("\(name).weight", shape: [outputs, inputs]))
            biases += try floats("\(name).bias", shape: [outputs])
        }
        var parameters: [Float] = []
        parameters.reserveCapacity(names.count * (inputs + 1) * outputs)
        for input in 0..<inputs {
            for weight in weights {
                for output in 0..<outputs { parameters.append(weight[output * inputs + input]) }
            }
        }
        return parameters + biases
    }

    /// Hidden layers of a torch `Sequential`, in which every second module is a nonlinearity.
    mutating func hidden(_ name: String, inputs: Int, widths: [Int]) throws(StateError) -> [Float] {
        var parameters: [Float] = []
        for (index, (inputs, outputs)) in zip([inputs] + widths, widths).enumerated() {
            parameters += try layer("\(name).\(2 * index)", inputs: inputs, outputs: outputs)
        }
        return parameters
    }

    /// Refuses tensors that nothing was read from: the policy would compute something else with them.
    ///
    /// - Parameter prefixes: the beginnings of names that do not matter to acting.
    func expectNothingElse(but prefixes: [String] = []) throws(StateError) {
        for name in archive.names where !used.contains(name) && !prefixes.contains(where: { name.hasPrefix($0) }) {
            throw StateError(
                .unknownKey, "no tensor of a MlpPolicy of this architecture has this name", path: name.shortened)
        }
    }
}
