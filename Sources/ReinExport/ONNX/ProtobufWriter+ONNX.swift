import ReinCheckpoints

/// The eleven messages of ONNX that a policy needs, by the numbers of `onnx.proto`
/// (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), in the order of their fields.
///
/// They are written by hand because nothing here reads ONNX: what is needed of Protocol Buffers is this page. The
/// package swift-protobuf would add a minute or more to every clean build of `rein`, 2.2 MB to its binary and 4,000
/// generated lines. The bytes are those that Python's `protobuf` writes of the same message.
extension ProtobufWriter {
    /// Writes a `ModelProto`, which is a file.
    mutating func model(_ model: ONNXModel) {
        integer(1, model.formatVersion)
        string(2, "rein")
        string(3, model.version)
        string(6, model.documentation)
        message(7) { $0.graph(model.graph) }
        // OperatorSetIdProto; the domain of the standard operators is the empty one.
        message(8) { $0.integer(2, Int64(model.opset)) }
        for entry in model.metadata {
            // StringStringEntryProto
            message(14) {
                $0.string(1, entry.key)
                $0.string(2, entry.text)
            }
        }
    }

    /// Writes a `GraphProto`, which has to have a name.
    private mutating func graph(_ graph: ONNXGraph) {
        for node in graph.nodes { message(1) { $0.node(node) } }
        string(2, "policy")
        for tensor in graph.initialisers { message(5) { $0.tensor(tensor) } }
        for value in graph.inputs { message(11) { $0.value(value) } }
        for value in graph.outputs { message(12) { $0.value(value) } }
    }

    /// Writes a `NodeProto`, named after the first value it makes.
    private mutating func node(_ node: ONNXNode) {
        for name in node.inputs { string(1, name) }
        for name in node.outputs { string(2, name) }
        string(3, node.outputs.first { !$0.isEmpty } ?? "")
        string(4, node.operation)
        for attribute in node.attributes { message(5) { $0.attribute(attribute) } }
    }

    /// Writes an `AttributeProto`; its last field is the type of its value.
    private mutating func attribute(_ attribute: ONNXAttribute) {
        string(1, attribute.name)
        switch attribute.value {
        case .integer(let value):
            integer(3, Int64(value))
            integer(20, 2)
        case .integers(let values):
            for value in values { integer(8, Int64(value)) }
            integer(20, 7)
        }
    }

    /// Writes a `TensorProto` with its elements as they lie in memory, little-endian.
    private mutating func tensor(_ tensor: ONNXTensor) {
        for length in tensor.shape { integer(1, Int64(length)) }
        integer(2, tensor.type.rawValue)
        string(8, tensor.name)
        switch tensor.elements {
        case .floats(let floats): bytes(9, littleEndian(floats.map(\.bitPattern)))
        case .doubles(let doubles): bytes(9, littleEndian(doubles.map(\.bitPattern)))
        case .integers(let integers): bytes(9, littleEndian(integers))
        }
    }

    private func littleEndian(_ numbers: [some FixedWidthInteger]) -> [UInt8] {
        numbers.map(\.littleEndian).withUnsafeBytes { Array($0) }
    }

    /// Writes a `ValueInfoProto`: inside a `TypeProto` with a `Tensor`, whose `TensorShapeProto` has a `Dimension` for each
    /// axis. The first is the batch, of any length.
    private mutating func value(_ value: ONNXValue) {
        string(1, value.name)
        message(2) { type in
            type.message(1) { tensor in
                tensor.integer(1, value.type.rawValue)
                tensor.message(2) { shape in
                    shape.message(1) { $0.string(2, "batch") }
                    for length in value.shape { shape.message(1) { $0.integer(1, Int64(length)) } }
                }
            }
        }
    }
}
