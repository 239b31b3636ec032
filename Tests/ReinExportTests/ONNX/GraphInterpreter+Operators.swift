import Foundation

@testable import ReinExport

extension GraphInterpreter {
    /// Operators that work element by element; nil for others.
    func elementwise(_ operation: String, _ operands: [GraphTensor]) throws -> [GraphTensor]? {
        if let function = unary(operation) {
            guard operands.count == 1 else { throw ReadingProblem("operands of \(operation)") }
            return [try operands[0].mapped(function)]
        }
        if let function = Self.binary[operation] {
            guard operands.count == 2, operands[0].type == operands[1].type else {
                throw ReadingProblem("operands of \(operation)")
            }
            let shape = try GraphTensor.commonShape(operands[0].shape, operands[1].shape)
            let (a, b) = (try operands[0].broadcast(to: shape), try operands[1].broadcast(to: shape))
            return [try GraphTensor(a.type, shape, zip(a.values, b.values).map(function))]
        }
        switch operation {
        case "Clip":
            guard operands[1].shape.isEmpty, operands[2].shape.isEmpty else { throw ReadingProblem("bounds of Clip") }
            let (low, high) = (operands[1].values[0], operands[2].values[0])
            return [try operands[0].mapped { min(max($0, low), high) }]
        case "Where":
            let mask = operands[0]
            guard mask.type == .bool, operands[1].type == operands[2].type else {
                throw ReadingProblem("operands of Where")
            }
            let (a, b) = (try operands[1].broadcast(to: mask.shape), try operands[2].broadcast(to: mask.shape))
            let values = mask.values.indices.map { mask.values[$0] != 0 ? a.values[$0] : b.values[$0] }
            return [try GraphTensor(a.type, mask.shape, values)]
        case "IsNaN":
            guard operands.count == 1 else { throw ReadingProblem("operands of IsNaN") }
            return [try GraphTensor(.bool, operands[0].shape, operands[0].values.map { $0.isNaN ? 1 : 0 })]
        default: return nil
        }
    }

    private func unary(_ operation: String) -> ((Double) -> Double)? {
        switch operation {
        case "Identity": { $0 }
        case "Tanh": { tanh($0) }
        case "Relu": { max($0, 0) }
        case "Elu": { $0 > 0 ? $0 : exp($0) - 1 }
        case "LeakyRelu": { $0 > 0 ? $0 : 0.01 * $0 }
        case "Sigmoid": Self.sigmoid
        case "Erf": { erf($0) }
        case "Gelu" where opset >= 20: { 0.5 * $0 * (1 + erf($0 / 2.0.squareRoot())) }
        case "Exp": { exp($0) }
        case "Log": { log($0) }
        default: nil
        }
    }

    static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

    private static let binary: [String: @Sendable (Double, Double) -> Double] = [
        "Add": { $0 + $1 }, "Sub": { $0 - $1 }, "Mul": { $0 * $1 }, "Div": { $0 / $1 }, "Max": { max($0, $1) },
        "Min": { min($0, $1) },
    ]

    /// Operators that compute sums and choices; nil for others.
    func arithmetic(
        _ operation: String, _ operands: [GraphTensor], _ settings: NodeSettings
    ) throws -> [GraphTensor]? {
        switch operation {
        case "Gemm":
            guard operands.count == 3, operands[0].shape.count == 2 else { throw ReadingProblem("operands of Gemm") }
            let product = try Self.product(operands[0], operands[1])
            let bias = try operands[2].broadcast(to: product.shape)
            return [try GraphTensor(.float, product.shape, zip(product.values, bias.values).map { $0 + $1 })]
        case "MatMul":
            let (a, b) = (operands[0], operands[1])
            guard b.shape.count == 1 else { return [try Self.product(a, b)] }
            return [try Self.product(a, b.reshaped([b.shape[0], 1])).reshaped(a.shape.dropLast())]
        case "Softmax":
            let axis = try settings.integer("axis")
            guard axis == operands[0].shape.count - 1 else { throw ReadingProblem("Softmax over axis \(axis)") }
            return [
                try Self.overRows(operands[0]) { row in
                    let largest = row.max() ?? 0
                    let exponentials = row.map { exp($0 - largest) }
                    return exponentials.map { $0 / exponentials.reduce(0, +) }
                }
            ]
        case "ReduceMean":
            let axes = opset >= 18 ? operands[1].integers : try settings.integers("axes")
            let keepsAxes = try settings.integer("keepdims", default: 1) == 1
            guard axes == [1], keepsAxes, operands.count == (opset >= 18 ? 2 : 1) else {
                throw ReadingProblem("ReduceMean over \(axes)")
            }
            return [try Self.meanOverSecondAxis(operands[0])]
        case "ArgMax":
            guard try settings.integer("axis", default: 0) == 1, operands[0].shape.count == 2 else {
                throw ReadingProblem("ArgMax over another axis")
            }
            let width = operands[0].shape[1]
            let best = (0..<operands[0].shape[0]).map { row in
                (0..<width).reduce(0) {
                    operands[0].values[row * width + $1] > operands[0].values[row * width + $0] ? $1 : $0
                }
            }
            let keepsAxis = try settings.integer("keepdims", default: 1) == 1
            return [try GraphTensor(.integer, keepsAxis ? [best.count, 1] : [best.count], best.map(Double.init))]
        default: return nil
        }
    }

    /// `[..., n]` times `[n, m]`.
    static func product(_ a: GraphTensor, _ b: GraphTensor) throws -> GraphTensor {
        guard b.shape.count == 2, a.shape.last == b.shape[0], a.type == .float, b.type == .float else {
            throw ReadingProblem("a product of \(a.shape) and \(b.shape)")
        }
        let (inner, columns) = (b.shape[0], b.shape[1])
        let rows = a.values.count / inner
        var result = [Double](repeating: 0, count: rows * columns)
        for row in 0..<rows {
            for index in 0..<inner {
                let factor = a.values[row * inner + index]
                for column in 0..<columns {
                    result[row * columns + column] += factor * b.values[index * columns + column]
                }
            }
        }
        return try GraphTensor(.float, a.shape.dropLast() + [columns], result)
    }

    private static func overRows(
        _ tensor: GraphTensor, _ function: ([Double]) -> [Double]
    ) throws -> GraphTensor {
        let width = tensor.shape.last ?? 1
        let rows = stride(from: 0, to: tensor.values.count, by: width)
        return try GraphTensor(
            tensor.type, tensor.shape, rows.flatMap { function(Array(tensor.values[$0..<$0 + width])) })
    }

    private static func meanOverSecondAxis(_ tensor: GraphTensor) throws -> GraphTensor {
        let (rows, count) = (tensor.shape[0], tensor.shape[1])
        let width = tensor.values.count / rows / count
        let means = (0..<rows * width).map { place in
            let (row, column) = (place / width, place % width)
            return (0..<count).reduce(0) { $0 + tensor.values[(row * count + $1) * width + column] } / Double(count)
        }
        return try GraphTensor(tensor.type, [rows, 1] + tensor.shape.dropFirst(2), means)
    }
}
