/// A computation in the terms of ONNX: named values, the operators that make one of others, and the constants among them.
///
/// It knows nothing of policies, whose steps `ONNXBuilder` turns into nodes, nor of bytes, which `ProtobufWriter` makes of
/// it.
struct ONNXGraph: Sendable, Hashable {
    /// What is computed, each node after those whose results it reads.
    var nodes: [ONNXNode] = []
    /// The constants.
    var initialisers: [ONNXTensor] = []
    /// What a caller gives.
    var inputs: [ONNXValue] = []
    /// What a caller gets.
    var outputs: [ONNXValue] = []
}

/// A standard operator and the values that it reads and makes.
struct ONNXNode: Sendable, Hashable {
    /// The name of the operator, such as `Gemm`.
    let operation: String
    /// The values it reads; an optional one that is left out has an empty name.
    var inputs: [String]
    /// The values it makes; one that nobody reads may have an empty name.
    var outputs: [String]
    var attributes: [ONNXAttribute] = []
}

/// A setting of an operator. The operators that policies need have only whole numbers to set.
struct ONNXAttribute: Sendable, Hashable {
    enum Value: Hashable {
        case integer(Int)
        case integers([Int])
    }

    let name: String
    let value: Value

    static func integer(_ name: String, _ value: Int) -> ONNXAttribute {
        ONNXAttribute(name: name, value: .integer(value))
    }

    static func integers(_ name: String, _ values: [Int]) -> ONNXAttribute {
        ONNXAttribute(name: name, value: .integers(values))
    }
}

/// A constant, row-major.
struct ONNXTensor: Sendable, Hashable {
    enum Elements: Hashable {
        case floats([Float])
        case doubles([Double])
        case integers([Int64])
    }

    let name: String
    /// The length of each axis; empty for a single number.
    let shape: [Int]
    let elements: Elements

    /// The type of the elements.
    var type: ONNXType {
        switch elements {
        case .floats: .float
        case .doubles: .double
        case .integers: .integer
        }
    }

    /// The number of bytes of the elements.
    var byteCount: Int {
        switch elements {
        case .floats(let floats): floats.count * MemoryLayout<Float>.size
        case .doubles(let doubles): doubles.count * MemoryLayout<Double>.size
        case .integers(let integers): integers.count * MemoryLayout<Int64>.size
        }
    }
}

/// An input or output: a row of any number of values for each observation of a batch.
struct ONNXValue: Sendable, Hashable {
    let name: String
    let type: ONNXType
    /// The length of each axis behind that of the batch.
    let shape: [Int]
}

/// The types of elements that policies need, with their numbers in ONNX (`TensorProto.DataType`).
enum ONNXType: Int64, Sendable {
    case float = 1
    case integer = 7
    case bool = 9
    case double = 11
}
