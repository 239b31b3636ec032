@testable import ReinExport

/// Computes graphs as the specification of ONNX says (https://onnx.ai/onnx/operators), so that every kind of policy is
/// compared with Rein's numbers where there is no Python. What policies do not need, and forms of operators that their
/// opset does not have, are problems.
struct GraphInterpreter {
    let graph: ONNXGraph
    let opset: Int

    init(_ model: ONNXModel) {
        graph = model.graph
        opset = model.opset
    }

    /// Computes the outputs, checking that names, types and shapes are those that the graph declares.
    func run(_ inputs: [String: GraphTensor]) throws -> [String: GraphTensor] {
        var values = inputs
        guard Set(inputs.keys) == Set(graph.inputs.map(\.name)), let batch = inputs["obs"]?.shape.first else {
            throw ReadingProblem("the inputs are \(graph.inputs.map(\.name)), given are \(inputs.keys)")
        }
        for input in graph.inputs { try Self.check(values[input.name], input, batch) }
        for tensor in graph.initialisers {
            guard values.updateValue(try GraphTensor(tensor), forKey: tensor.name) == nil else {
                throw ReadingProblem("there are two \(tensor.name)")
            }
        }
        for node in graph.nodes {
            let operands = try node.inputs.map { name in
                guard let value = values[name] ?? (name.isEmpty ? Self.none : nil) else {
                    throw ReadingProblem("\(node.operation) reads \(name), which is not there yet")
                }
                return value
            }
            let results = try evaluate(node, operands)
            guard results.count == node.outputs.count else { throw ReadingProblem("results of \(node.operation)") }
            for (name, result) in zip(node.outputs, results) where !name.isEmpty {
                guard values.updateValue(result, forKey: name) == nil else { throw ReadingProblem("two \(name)") }
            }
        }
        var outputs: [String: GraphTensor] = [:]
        for output in graph.outputs {
            try Self.check(values[output.name], output, batch)
            outputs[output.name] = values[output.name]
        }
        return outputs
    }

    /// An input that is left out.
    private static let none = try? GraphTensor(.float, [0], [])

    private static func check(_ tensor: GraphTensor?, _ value: ONNXValue, _ batch: Int) throws {
        guard tensor?.type == value.type, tensor?.shape == [batch] + value.shape else {
            throw ReadingProblem("\(value) is \(tensor?.shape ?? []) of \(String(describing: tensor?.type))")
        }
    }

    private func evaluate(_ node: ONNXNode, _ operands: [GraphTensor]) throws -> [GraphTensor] {
        let settings = NodeSettings(node)
        let results =
            try elementwise(node.operation, operands) ?? arithmetic(node.operation, operands, settings)
            ?? arranged(node.operation, operands, settings) ?? recurrent(node.operation, operands, settings)
        guard let results else { throw ReadingProblem("no operator \(node.operation) at opset \(opset)") }
        try settings.requireAllRead()
        return results
    }
}

/// The attributes of a node, which notes those that were read: one that an operator does not have is an error in ONNX.
final class NodeSettings {
    private var unread: [String: ONNXAttribute.Value] = [:]
    private let operation: String

    init(_ node: ONNXNode) {
        operation = node.operation
        for attribute in node.attributes { unread[attribute.name] = attribute.value }
    }

    func integer(_ name: String, default value: Int? = nil) throws -> Int {
        guard case .integer(let integer) = unread.removeValue(forKey: name) ?? value.map({ .integer($0) }) else {
            throw ReadingProblem("\(operation) has no \(name)")
        }
        return integer
    }

    func integers(_ name: String) throws -> [Int] {
        guard case .integers(let integers) = unread.removeValue(forKey: name) else {
            throw ReadingProblem("\(operation) has no \(name)")
        }
        return integers
    }

    func requireAllRead() throws {
        guard unread.isEmpty else { throw ReadingProblem("\(operation) has no attributes \(unread.keys)") }
    }
}
