import Foundation

@testable import ReinExport

/// `LSTM` and `GRU` of one step and one direction, by the equations of ONNX's specification.
extension GraphInterpreter {
    /// What the two compute; nil for other operators.
    func recurrent(
        _ operation: String, _ operands: [GraphTensor], _ settings: NodeSettings
    ) throws -> [GraphTensor]? {
        guard operation == "LSTM" || operation == "GRU" else { return nil }
        let width = try settings.integer("hidden_size")
        guard operands.count == (operation == "LSTM" ? 7 : 6), operands[0].shape[0] == 1, operands[4].values.isEmpty
        else { throw ReadingProblem("operands of \(operation)") }
        let gateWidth = operands[1].shape[1]
        let hidden = try matrix(operands[5])
        let (inputBias, hiddenBias) = try biases(operands[3], gateWidth)
        let inputs = try sums(matrix(operands[0]), operands[1], inputBias)
        let recurrent = try sums(hidden, operands[2], hiddenBias)
        let rows = hidden.shape[0]
        func gate(_ sums: GraphTensor, _ index: Int) throws -> [Double] {
            try Self.columns(sums, index * width..<(index + 1) * width).values
        }
        func both(_ index: Int) throws -> [Double] {
            zip(try gate(inputs, index), try gate(recurrent, index)).map { $0 + $1 }
        }
        func state(_ values: [Double]) throws -> GraphTensor { try GraphTensor(.float, [1, rows, width], values) }
        if operation == "LSTM" {
            let (i, o, f) = (
                try both(0).map(Self.sigmoid), try both(1).map(Self.sigmoid), try both(2).map(Self.sigmoid)
            )
            let candidate = try both(3).map { tanh($0) }
            let cells = operands[6].values.indices.map { f[$0] * operands[6].values[$0] + i[$0] * candidate[$0] }
            let h = cells.indices.map { o[$0] * tanh(cells[$0]) }
            return [try state(h).reshaped([1, 1, rows, width]), try state(h), try state(cells)]
        }
        let (z, r) = (try both(0).map(Self.sigmoid), try both(1).map(Self.sigmoid))
        // Without the setting the gate r is inside of the recurrent sum, so that its bias is outside of the gate.
        let candidates: [Double]
        if try settings.integer("linear_before_reset", default: 0) != 0 {
            let (x, u) = (try gate(inputs, 2), try gate(recurrent, 2))
            candidates = x.indices.map { tanh(x[$0] + r[$0] * u[$0]) }
        } else {
            let gated = try GraphTensor(.float, hidden.shape, zip(r, hidden.values).map { $0 * $1 })
            let (x, u) = (try gate(inputs, 2), try gate(sums(gated, operands[2], hiddenBias), 2))
            candidates = x.indices.map { tanh(x[$0] + u[$0]) }
        }
        let h = z.indices.map { (1 - z[$0]) * candidates[$0] + z[$0] * hidden.values[$0] }
        return [try state(h).reshaped([1, 1, rows, width]), try state(h)]
    }

    /// `[1, rows, width]` as `[rows, width]`.
    private func matrix(_ tensor: GraphTensor) throws -> GraphTensor {
        guard tensor.shape.count == 3, tensor.shape[0] == 1 else { throw ReadingProblem("a sequence \(tensor.shape)") }
        return try tensor.reshaped(Array(tensor.shape.dropFirst()))
    }

    private func biases(_ tensor: GraphTensor, _ width: Int) throws -> ([Double], [Double]) {
        guard tensor.shape == [1, 2 * width] else { throw ReadingProblem("biases \(tensor.shape)") }
        return (Array(tensor.values[..<width]), Array(tensor.values[width...]))
    }

    /// `x Wᵀ + b`, where W is `[1, gates * width, inputs]`.
    private func sums(_ x: GraphTensor, _ weight: GraphTensor, _ bias: [Double]) throws -> GraphTensor {
        let (outputs, inputs) = (weight.shape[1], weight.shape[2])
        let transposed = try GraphTensor(
            .float, [inputs, outputs],
            (0..<inputs * outputs).map { weight.values[$0 % outputs * inputs + $0 / outputs] })
        var result = try Self.product(x, transposed)
        for index in result.values.indices { result.values[index] += bias[index % outputs] }
        return result
    }
}
