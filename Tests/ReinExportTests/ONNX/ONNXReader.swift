import ReinCheckpoints

@testable import ReinExport

/// Reads the ONNX files that Rein writes, for tests, and insists on the order of fields.
struct ONNXReader {
    let model: ONNXModel
    let formatVersion: Int
    let producer: String

    init(_ bytes: [UInt8]) throws {
        let fields = try ProtobufFields(bytes[...])
        formatVersion = Int(try fields.integer(1))
        producer = try fields.string(2)
        let opsets = try fields.messages(8)
        guard opsets.count == 1 else { throw ReadingProblem("\(opsets.count) opsets") }
        model = ONNXModel(
            graph: try Self.graph(try fields.message(7)), opset: Int(try opsets[0].integer(2)),
            version: try fields.string(3),
            documentation: try fields.string(6),
            metadata: try fields.messages(14).map { .init(key: try $0.string(1), text: try $0.string(2)) })
    }

    private static func graph(_ fields: ProtobufFields) throws -> ONNXGraph {
        guard try !fields.string(2).isEmpty else { throw ReadingProblem("a graph without a name") }
        return ONNXGraph(
            nodes: try fields.messages(1).map(node), initialisers: try fields.messages(5).map(tensor),
            inputs: try fields.messages(11).map(value), outputs: try fields.messages(12).map(value))
    }

    private static func node(_ fields: ProtobufFields) throws -> ONNXNode {
        ONNXNode(
            operation: try fields.string(4), inputs: try fields.strings(1), outputs: try fields.strings(2),
            attributes: try fields.messages(5).map(attribute))
    }

    private static func attribute(_ fields: ProtobufFields) throws -> ONNXAttribute {
        let name = try fields.string(1)
        switch try fields.integer(20) {
        case 2: return .integer(name, Int(try fields.integer(3)))
        case 7: return .integers(name, try fields.integers(8).map(Int.init))
        case let type: throw ReadingProblem("attribute \(name) of type \(type)")
        }
    }

    private static func tensor(_ fields: ProtobufFields) throws -> ONNXTensor {
        let shape = try fields.integers(1).map(Int.init)
        let data = try fields.bytes(9)
        let elements: ONNXTensor.Elements
        switch ONNXType(rawValue: try fields.integer(2)) {
        case .float: elements = .floats(numbers(data, UInt32.self).map(Float.init(bitPattern:)))
        case .double: elements = .doubles(numbers(data, UInt64.self).map(Double.init(bitPattern:)))
        case .integer: elements = .integers(numbers(data, Int64.self))
        case .bool, nil: throw ReadingProblem("a constant of an unknown type")
        }
        return ONNXTensor(name: try fields.string(8), shape: shape, elements: elements)
    }

    private static func numbers<Number: FixedWidthInteger>(_ bytes: [UInt8], _ type: Number.Type) -> [Number] {
        let size = MemoryLayout<Number>.size
        return stride(from: 0, to: bytes.count, by: size).map { start in
            bytes[start..<start + size].reversed().reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
        }
    }

    private static func value(_ fields: ProtobufFields) throws -> ONNXValue {
        let tensor = try fields.message(2).message(1)
        let axes = try tensor.message(2).messages(1)
        guard try axes.first?.string(2) == "batch", let type = ONNXType(rawValue: try tensor.integer(1)) else {
            throw ReadingProblem("a value without a batch or a type")
        }
        let shape = try axes.dropFirst().map { Int(try $0.integer(1)) }
        return ONNXValue(name: try fields.string(1), type: type, shape: shape)
    }
}

/// What was found where a file or graph should have something else.
struct ReadingProblem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
