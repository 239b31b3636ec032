#if ServingGRPC
import ReinCheckpoints
import ReinNumerics
import ReinServing

/// What an `InferInputTensor` says. Its parameters are passed over: all that they could say is how it came.
struct InputParts {
    /// Its name.
    let name: String
    private let datatype: String
    private let shape: [Int]
    /// Its elements, if they have come with it, in one part or several.
    private let contents: [UnsafeRawBufferPointer]

    /// Reads an input.
    ///
    /// - Parameter index: its place among the inputs.
    init(_ bytes: UnsafeRawBufferPointer, at index: Int, limits: WireLimits) throws(ServingError) {
        var (name, datatype, shape) = ("", "", [Int]())
        var contents: [UnsafeRawBufferPointer] = []
        var reader = ProtobufReader(bytes, "inputs")
        while let field = try reader.next() {
            switch field.number {
            case 1: name = try field.text("name of an input", limit: limits.nameLength)
            case 2: datatype = try field.text("datatype", limit: limits.nameLength)
            case 3:
                if case .bytes(let packed) = field.value {
                    var lengths = ProtobufReader(packed, "shape")
                    while !lengths.isAtEnd {
                        try Self.append(try lengths.varint(), to: &shape, at: index, limits)
                    }
                } else {
                    try Self.append(try field.varint("shape"), to: &shape, at: index, limits)
                }
            case 5: contents.append(try field.bytes("contents"))
            default: continue
            }
        }
        guard !name.isEmpty else {
            throw ServingError(.invalidArgument, "inputs/\(index): expected a name, found none")
        }
        (self.name, self.datatype, self.shape, self.contents) = (name, datatype, shape, contents)
    }

    private static func append(
        _ bits: UInt64, to shape: inout [Int], at index: Int, _ limits: WireLimits
    ) throws(ServingError) {
        let length = Int(Int64(bitPattern: bits))
        guard length >= 0 else {
            throw ServingError(
                .invalidArgument,
                "inputs/\(index): shape: expected whole numbers from 0, found \(length) at place \(shape.count)")
        }
        guard shape.count < limits.rank else {
            throw ServingError(.invalidArgument, "inputs/\(index): a shape of more than \(limits.rank) lengths")
        }
        shape.append(length)
    }

    private var label: String { "input \"\(name.shortened)\"" }

    /// Copies the elements into aligned memory.
    ///
    /// - Parameter raw: the input's entry of `raw_input_contents`; nil when the request has none.
    func tensor(raw: UnsafeRawBufferPointer?) throws(ServingError) -> InferenceTensor {
        let datatype = try TensorDatatype(named: datatype, of: label)
        _ = try datatype.requireWidth(of: label)
        let bytes: AlignedBuffer<UInt8>
        if let raw {
            guard contents.allSatisfy(\.isEmpty) else {
                throw ServingError(
                    .invalidArgument,
                    "\(label): both contents and raw_input_contents; expected one of them for all inputs")
            }
            bytes = try InferenceTensor.copy(
                raw, datatype, shape, size: "raw_input_contents of \(raw.count) bytes", of: label)
        } else {
            guard shape.contains(0) || !contents.allSatisfy(\.isEmpty) else {
                throw ServingError(
                    .invalidArgument, "\(label): neither contents nor raw_input_contents; expected one of them")
            }
            var reader = ContentsReader(contents, datatype, shape)
            do throws(ServingError) {
                bytes = try reader.read()
            } catch { throw ServingError(error.kind, "\(label): \(error.message)") }
        }
        return InferenceTensor(name: name, datatype: datatype, shape: shape, bytes: bytes)
    }
}
#endif
