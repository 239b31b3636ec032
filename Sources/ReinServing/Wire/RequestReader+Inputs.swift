#if Serving
import ReinCheckpoints
import ReinNumerics

/// What has been read of one input, whose members may come in any order.
private struct InputMembers {
    /// Its place among the inputs.
    let index: Int
    var name: String?
    var datatype: TensorDatatype?
    var shape: [Int]?
    /// Its elements, once they have been read from `data`.
    var elements: AlignedBuffer<UInt8>?
    /// Where `data` begins, if it came before what it is to be read as.
    var dataStart: Int?
    var binarySize: ParameterValue?

    /// How a message calls the input.
    var label: String { RequestReader.label("input", name, index) }

    /// An error of this input.
    @inline(never)
    func error(_ message: String) -> ServingError {
        ServingError(.invalidArgument, "\(label): \(message)")
    }
}

extension RequestReader {
    /// Moves on past an input, and past its binary data.
    mutating func readInput(at index: Int) throws(ServingError) -> InferenceTensor {
        var input = InputMembers(index: index)
        var seen = MemberSet()
        try json.openObject("an input, an object")
        var isFirst = true
        while let member = try json.member(isFirst: &isFirst) {
            if try json.says("name", member) {
                try seen.insert("name", 0, at: member, in: json)
                input.name = try readText("a text as name", limit: limits.nameLength)
            } else if try json.says("datatype", member) {
                try seen.insert("datatype", 1, at: member, in: json)
                input.datatype = try readDatatype(of: input)
            } else if try json.says("shape", member) {
                try seen.insert("shape", 2, at: member, in: json)
                input.shape = try readShape(of: input)
            } else if try json.says("parameters", member) {
                try seen.insert("parameters", 3, at: member, in: json)
                input.binarySize = try readParameters(reserved: "binary_data_size", of: input.label).reserved
            } else if try json.says("data", member) {
                try seen.insert("data", 4, at: member, in: json)
                if let datatype = input.datatype, let shape = input.shape, datatype.isReadableAsText {
                    input.elements = try readData(of: input, datatype, shape, &json, end: json.bytes.count)
                } else {
                    input.dataStart = json.position
                    try json.skipValue()
                }
            } else {
                try json.skipValue()
            }
        }
        return try tensor(of: input, objectEnd: json.position)
    }

    private mutating func tensor(of input: InputMembers, objectEnd: Int) throws(ServingError) -> InferenceTensor {
        guard let name = input.name else { throw input.error("expected a name, found none") }
        guard let datatype = input.datatype else { throw input.error("expected a datatype, found none") }
        guard let shape = input.shape else { throw input.error("expected a shape, found none") }
        _ = try datatype.requireWidth(of: input.label)
        let bytes: AlignedBuffer<UInt8>
        if let size = input.binarySize {
            guard input.elements == nil, input.dataStart == nil else {
                throw input.error("both data and binary_data_size; expected one of them")
            }
            bytes = try takeBinary(size, of: input, datatype, shape)
        } else if let elements = input.elements {
            bytes = elements
        } else if let start = input.dataStart {
            guard datatype.hasText else { throw input.error("\(datatype.rawValue) comes only as binary data") }
            var json = json
            json.position = start
            bytes = try readData(of: input, datatype, shape, &json, end: objectEnd)
        } else {
            throw input.error("neither data nor binary_data_size; expected one of them")
        }
        return InferenceTensor(name: name, datatype: datatype, shape: shape, bytes: bytes)
    }

    private mutating func readDatatype(of input: InputMembers) throws(ServingError) -> TensorDatatype {
        guard json.byte == UInt8(ascii: "\"") else { throw json.unexpected("a text as datatype") }
        let text = try json.text()
        // The usual ones without making a text of them.
        if try json.says("FP32", text) { return .fp32 }
        if try json.says("INT64", text) { return .int64 }
        if try json.says("BOOL", text) { return .bool }
        return try TensorDatatype(named: try json.string(text), of: input.label)
    }

    private mutating func readShape(of input: InputMembers) throws(ServingError) -> [Int] {
        var shape: [Int] = []
        try json.openList("a list of lengths")
        var isFirst = true
        while try json.element(isFirst: &isFirst) {
            let start = json.position
            guard json.isAtNumber, let length = Int(try json.number()), length >= 0 else {
                throw input.error(
                    "shape: expected whole numbers from 0, found \(json.found(at: start)) at place \(shape.count)")
            }
            guard shape.count < limits.rank else { throw input.error("a shape of more than \(limits.rank) lengths") }
            shape.append(length)
        }
        return shape
    }

    /// Reads `data` into memory of its own.
    ///
    /// - Parameters:
    ///   - json: stands where `data` begins, and behind it afterwards.
    ///   - end: where `data` ends at the latest.
    private func readData(
        of input: InputMembers, _ datatype: TensorDatatype, _ shape: [Int], _ json: inout JSONScanner, end: Int
    ) throws(ServingError) -> AlignedBuffer<UInt8> {
        guard json.byte == UInt8(ascii: "[") else {
            throw input.error("data: expected a list of elements, found \(json.found(at: json.position))")
        }
        // Each element takes a digit and a comma: what is allocated is bounded by what has been sent.
        let limit = (end - json.position) / 2
        guard let width = datatype.width, let count = InferenceTensor.elementCount(of: shape, limit: limit) else {
            throw input.error("shape \(shape) has more elements than data")
        }
        let buffer = AlignedBuffer<UInt8>(count: count * width)
        var reader = TensorDataReader(json: json, shape: shape, count: count)
        do {
            try reader.read(datatype, into: UnsafeMutableRawPointer(buffer.pointer))
        } catch {
            throw error.servingError(in: reader.json) { input.error("data: \($0)") }
        }
        json = reader.json
        return buffer
    }

    /// Copies the next bytes after the JSON, and moves on past them.
    private mutating func takeBinary(
        _ size: ParameterValue, of input: InputMembers, _ datatype: TensorDatatype, _ shape: [Int]
    ) throws(ServingError) -> AlignedBuffer<UInt8> {
        guard case .int(let size) = size, let size = Int(exactly: size), size >= 0 else {
            throw input.error("binary_data_size: expected a whole number from 0, found \(size.text)")
        }
        guard hasBinary else {
            throw input.error(
                "binary_data_size, but no header Inference-Header-Content-Length says where the JSON ends")
        }
        guard size <= binary.count else {
            throw input.error("binary_data_size \(size), but \(binary.count) bytes are left of the body")
        }
        let buffer = try InferenceTensor.copy(
            UnsafeRawBufferPointer(rebasing: binary[..<size]), datatype, shape, size: "binary_data_size \(size)",
            of: input.label)
        binary = UnsafeRawBufferPointer(rebasing: binary[size...])
        return buffer
    }
}

extension TensorDatatype {
    /// Whether `data` of it can be read as soon as it comes.
    fileprivate var isReadableAsText: Bool { hasText && self != .bytes }
}
#endif
