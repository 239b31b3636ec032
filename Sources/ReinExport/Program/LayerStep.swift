import ReinNetworks
import ReinNumerics

/// A fully connected layer with its numbers: `activation(x · weight + bias)`.
struct LayerStep {
    /// What the layer is called in Rein's files, such as `policy/0`.
    let name: String
    let inputs: Int
    let outputs: Int
    /// `[inputs, outputs]`, row by row.
    let weight: [Float]
    /// `[outputs]`.
    let bias: [Float]
    let activation: Activation

    init(_ layer: DenseLayer, named name: String, _ parameters: [Float]) {
        self.name = name
        inputs = layer.inputs
        outputs = layer.outputs
        weight = Array(parameters[layer.offset..<layer.biasOffset])
        bias = Array(parameters[layer.biasOffset..<layer.endOffset])
        activation = layer.activation
    }

    /// The layers of a perceptron, none without one.
    static func layers(
        of perceptron: MultilayerPerceptron?, named name: String, _ parameters: [Float]
    ) -> [LayerStep] {
        (perceptron?.layers ?? []).enumerated().map { LayerStep($1, named: "\(name)/\($0)", parameters) }
    }

    /// The weight as PyTorch has it, `[outputs, inputs]`.
    var transposedWeight: [Float] {
        var transposed: [Float] = []
        transposed.reserveCapacity(weight.count)
        for output in 0..<outputs {
            for input in 0..<inputs { transposed.append(weight[input * outputs + output]) }
        }
        return transposed
    }
}
