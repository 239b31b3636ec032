@testable import ReinExport

extension GraphInterpreter {
    /// Operators that arrange values and change none; nil for others.
    func arranged(
        _ operation: String, _ operands: [GraphTensor], _ settings: NodeSettings
    ) throws -> [GraphTensor]? {
        let value = operands[0]
        switch operation {
        case "Flatten":
            guard try settings.integer("axis", default: 1) == 1 else { throw ReadingProblem("axis of Flatten") }
            return [try value.reshaped([value.shape[0], value.values.count / value.shape[0]])]
        case "Reshape":
            let lengths = operands[1].integers
            return [try value.reshaped(lengths.indices.map { lengths[$0] == 0 ? value.shape[$0] : lengths[$0] })]
        case "Shape": return [try GraphTensor(.integer, [value.shape.count], value.shape.map(Double.init))]
        case "Expand": return [try value.broadcast(to: operands[1].integers)]
        case "Cast":
            guard let type = ONNXType(rawValue: Int64(try settings.integer("to"))) else {
                throw ReadingProblem("type of Cast")
            }
            return [try GraphTensor(type, value.shape, value.values)]
        case "Unsqueeze", "Squeeze":
            guard operands.count == (opset >= 13 ? 2 : 1) else { throw ReadingProblem("axes of \(operation)") }
            guard try (opset >= 13 ? operands[1].integers : settings.integers("axes")) == [0] else {
                throw ReadingProblem("axes of \(operation)")
            }
            if operation == "Unsqueeze" { return [try value.reshaped([1] + value.shape)] }
            guard value.shape.first == 1 else { throw ReadingProblem("Squeeze of \(value.shape)") }
            return [try value.reshaped(Array(value.shape.dropFirst()))]
        case "Split":
            let lengths = opset >= 13 ? operands[1].integers : try settings.integers("split")
            guard try settings.integer("axis", default: 0) == 1, lengths.reduce(0, +) == value.shape[1],
                operands.count == (opset >= 13 ? 2 : 1)
            else { throw ReadingProblem("pieces of Split") }
            var first = 0
            return try lengths.map { length in
                defer { first += length }
                return try Self.columns(value, first..<first + length)
            }
        case "Slice":
            guard operands.count == 4, operands[3].integers == [1] else { throw ReadingProblem("axes of Slice") }
            return [try Self.columns(value, operands[1].integers[0]..<operands[2].integers[0])]
        case "Concat":
            guard try settings.integer("axis") == 1 else { throw ReadingProblem("axis of Concat") }
            let rows = value.shape[0]
            guard operands.allSatisfy({ $0.shape.count == 2 && $0.shape[0] == rows && $0.type == value.type }) else {
                throw ReadingProblem("operands of Concat")
            }
            let values = (0..<rows).flatMap { row in
                operands.flatMap { $0.values[row * $0.shape[1]..<(row + 1) * $0.shape[1]] }
            }
            return [try GraphTensor(value.type, [rows, operands.reduce(0) { $0 + $1.shape[1] }], values)]
        default: return nil
        }
    }

    /// Columns of a matrix.
    static func columns(_ value: GraphTensor, _ range: Range<Int>) throws -> GraphTensor {
        guard value.shape.count == 2, range.upperBound <= value.shape[1] else {
            throw ReadingProblem("no columns \(range)")
        }
        let values = (0..<value.shape[0]).flatMap { row in range.map { value.values[row * value.shape[1] + $0] } }
        return try GraphTensor(value.type, [value.shape[0], range.count], values)
    }
}
