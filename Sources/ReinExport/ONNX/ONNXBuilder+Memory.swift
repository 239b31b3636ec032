import ReinNetworks

/// Recurrent layers, one step at a time: a sequence of length 1.
extension ONNXBuilder {
    /// Adds the layer, with the states as inputs: `state_in_0` for h, `state_in_1` for the cells of an LSTM.
    ///
    /// - Returns: the next states, `[batch, width]` each; the first is h, what the next layer reads.
    func remembered(_ value: String, by step: MemoryStep) -> [String] {
        let states = (0..<step.kind.stateCount).map { index in
            unsqueezed(input("state_in_\(index)", shape: [step.width]), as: "core/state \(index)")
        }
        let sequence = unsqueezed(value, as: "core/input")
        let gateWidth = step.gateOrder.count * step.width
        let inputWeight = step.input.gateRows(step.gateOrder)
        let hiddenWeight = step.hidden.gateRows(step.gateOrder)
        let biases = step.input.gateBiases(step.gateOrder) + step.hidden.gateBiases(step.gateOrder)
        let parameters = [
            floats("core/W", inputWeight, shape: [1, gateWidth, step.input.inputs]),
            floats("core/R", hiddenWeight, shape: [1, gateWidth, step.width]),
            floats("core/B", biases, shape: [1, 2 * gateWidth]),
        ]
        let next = states.indices.map { "core/next state \($0)" }
        // The input that is left out is the lengths of sequences, the output that is the h of every step.
        nodes(
            step.kind.operation, [sequence] + parameters + [""] + states, step.attributes, as: [""] + next)
        return states.indices.map { squeezed(next[$0], as: "core/output \($0)") }
    }
}

extension RecurrentKind {
    /// The operator.
    fileprivate var operation: String {
        switch self {
        case .lstm: "LSTM"
        case .gru: "GRU"
        }
    }
}

extension MemoryStep {
    /// The settings of the operator; a GRU has its gate r outside of the recurrent sum and its bias.
    fileprivate var attributes: [ONNXAttribute] {
        switch kind {
        case .lstm: [.integer("hidden_size", width)]
        case .gru: [.integer("hidden_size", width), .integer("linear_before_reset", 1)]
        }
    }

    /// The blocks of gates in ONNX's order: i, o, f, c of an LSTM, where Rein has i, f, g, o; z, r, h of a GRU, where Rein
    /// has r, z, n.
    fileprivate var gateOrder: [Int] {
        switch kind {
        case .lstm: [0, 3, 1, 2]
        case .gru: [1, 0, 2]
        }
    }
}

extension LayerStep {
    /// The weight as `[gates * width, inputs]`, the gates in another order.
    fileprivate func gateRows(_ order: [Int]) -> [Float] { reordered(transposedWeight, order, rowWidth: inputs) }

    /// The bias, `[gates * width]`, the gates in another order.
    fileprivate func gateBiases(_ order: [Int]) -> [Float] { reordered(bias, order, rowWidth: 1) }

    private func reordered(_ rows: [Float], _ order: [Int], rowWidth: Int) -> [Float] {
        let block = outputs / order.count * rowWidth
        return order.flatMap { rows[$0 * block..<($0 + 1) * block] }
    }
}
