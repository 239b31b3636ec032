/// Builds a graph node by node. What steps of a policy become is told in extensions, one for each kind of step.
final class ONNXBuilder {
    /// What has been built.
    private(set) var graph = ONNXGraph()
    /// The version of the standard operators, which some nodes are written by.
    let opset: Int

    init(opset: Int) { self.opset = opset }

    /// Adds what a caller gives.
    ///
    /// - Returns: its name.
    func input(_ name: String, _ type: ONNXType = .float, shape: [Int] = []) -> String {
        graph.inputs.append(ONNXValue(name: name, type: type, shape: shape))
        return name
    }

    /// Adds a node that makes one value.
    ///
    /// - Returns: the value's name.
    @discardableResult
    func node(
        _ operation: String, _ inputs: [String], _ attributes: [ONNXAttribute] = [], as name: String
    ) -> String {
        nodes(operation, inputs, attributes, as: [name])
        return name
    }

    /// Adds a node that makes several values.
    func nodes(
        _ operation: String, _ inputs: [String], _ attributes: [ONNXAttribute] = [], as names: [String]
    ) {
        graph.nodes.append(ONNXNode(operation: operation, inputs: inputs, outputs: names, attributes: attributes))
    }

    /// Adds constant floats, a single one when there is no shape.
    ///
    /// - Returns: the constant's name.
    func floats(_ name: String, _ floats: [Float], shape: [Int]? = nil) -> String {
        constant(ONNXTensor(name: name, shape: shape ?? [floats.count], elements: .floats(floats)))
    }

    /// Adds a single constant float.
    ///
    /// - Returns: the constant's name.
    func float(_ name: String, _ float: Float) -> String { floats(name, [float], shape: []) }

    /// Adds a vector of constant doubles.
    ///
    /// - Returns: the constant's name.
    func doubles(_ name: String, _ doubles: [Double]) -> String {
        constant(ONNXTensor(name: name, shape: [doubles.count], elements: .doubles(doubles)))
    }

    /// Adds a vector of constant whole numbers.
    ///
    /// - Returns: the constant's name.
    func integers(_ name: String, _ integers: [Int]) -> String {
        constant(ONNXTensor(name: name, shape: [integers.count], elements: .integers(integers.map(Int64.init))))
    }

    /// Adds a constant, unless there is one of that name, which is the same.
    private func constant(_ tensor: ONNXTensor) -> String {
        if !graph.initialisers.contains(where: { $0.name == tensor.name }) { graph.initialisers.append(tensor) }
        return tensor.name
    }

    /// Hands a value to the caller: under its new name everywhere, or as a copy when it is the caller's own already.
    func output(_ value: String, as name: String, _ type: ONNXType = .float, shape: [Int] = []) {
        let isTaken = (graph.inputs + graph.outputs).contains { $0.name == value }
        if isTaken {
            node("Identity", [value], as: name)
        } else {
            precondition(graph.nodes.contains { $0.outputs.contains(value) }, "nothing makes \(value)")
            for index in graph.nodes.indices {
                graph.nodes[index].inputs = graph.nodes[index].inputs.map { $0 == value ? name : $0 }
                graph.nodes[index].outputs = graph.nodes[index].outputs.map { $0 == value ? name : $0 }
            }
        }
        graph.outputs.append(ONNXValue(name: name, type: type, shape: shape))
    }
}
