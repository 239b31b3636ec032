import ReinNumerics

/// Fully connected layers.
extension ONNXBuilder {
    /// Adds layers, one after the other.
    ///
    /// - Returns: the last one's values, `[batch, outputs]`.
    func layers(_ value: String, _ steps: some Sequence<LayerStep>) -> String {
        var value = value
        for step in steps { value = layer(value, step) }
        return value
    }

    /// Adds a layer. Weights stay `[inputs, outputs]`, as `Gemm` has them.
    private func layer(_ value: String, _ step: LayerStep) -> String {
        let weight = floats("\(step.name)/weight", step.weight, shape: [step.inputs, step.outputs])
        let sum = node("Gemm", [value, weight, floats("\(step.name)/bias", step.bias)], as: "\(step.name)/sum")
        return activated(sum, by: step.activation, as: step.name)
    }

    /// Adds a nonlinearity. Those with a slope have ONNX's own: 1 for ELU, 0.01 for leaky ReLU.
    private func activated(_ value: String, by activation: Activation, as name: String) -> String {
        switch activation {
        case .identity: value
        case .tanh: node("Tanh", [value], as: name)
        case .relu: node("Relu", [value], as: name)
        case .elu: node("Elu", [value], as: name)
        case .leakyReLU: node("LeakyRelu", [value], as: name)
        case .sigmoid: node("Sigmoid", [value], as: name)
        case .silu: node("Mul", [value, node("Sigmoid", [value], as: "\(name)/sigmoid")], as: name)
        case .gelu: gelu(value, as: name)
        }
    }
}
