#if ServingGRPC
import ReinNumerics
import ReinServing

/// Reads the numbers of `InferTensorContents`, packed or one by one, into aligned memory.
struct ContentsReader {
    private let contents: [UnsafeRawBufferPointer]
    private let datatype: TensorDatatype
    private let shape: [Int]
    /// How many there are to be.
    private var count = 0
    /// How many there have been.
    private var written = 0

    /// The names of the fields, by their numbers from 1.
    private static let names: [StaticString] = [
        "bool_contents", "int_contents", "int64_contents", "uint_contents", "uint64_contents", "fp32_contents",
        "fp64_contents", "bytes_contents",
    ]

    /// - Parameter contents: the message, or several of them that belong together.
    init(_ contents: [UnsafeRawBufferPointer], _ datatype: TensorDatatype, _ shape: [Int]) {
        self.contents = contents
        self.datatype = datatype
        self.shape = shape
    }

    /// The number of the field that has the elements of a datatype; nil when none has.
    private var number: UInt64? {
        switch datatype {
        case .bool: 1
        case .int8, .int16, .int32: 2
        case .int64: 3
        case .uint8, .uint16, .uint32: 4
        case .uint64: 5
        case .fp32: 6
        case .fp64: 7
        case .fp16, .bf16, .bytes: nil
        }
    }

    /// Reads everything.
    ///
    /// - Throws: `ServingError` for too many or too few numbers, those that the datatype does not hold, those of another
    ///   datatype's field, and those that are not finite.
    mutating func read() throws(ServingError) -> AlignedBuffer<UInt8> {
        guard let number, let width = datatype.width else {
            throw fault("\(datatype.rawValue) comes only in raw_input_contents")
        }
        // Each number takes a byte at least: what is allocated is bounded by what has been sent.
        let limit = contents.reduce(0) { $0 + $1.count }
        guard let count = InferenceTensor.elementCount(of: shape, limit: limit) else {
            throw fault("shape \(shape) has more elements than contents")
        }
        self.count = count
        let buffer = AlignedBuffer<UInt8>(count: count * width)
        for message in contents {
            var reader = ProtobufReader(message, "contents")
            while let field = try reader.next() {
                guard (1...8).contains(field.number) else { continue }
                guard field.number == number else {
                    if case .bytes(let bytes) = field.value, bytes.isEmpty, field.number < 8 { continue }
                    throw fault(
                        "contents: expected \(Self.names[Int(number) - 1]) for \(datatype.rawValue), found "
                            + "\(Self.names[Int(field.number) - 1])")
                }
                try read(field, into: UnsafeMutableRawPointer(buffer.pointer))
            }
        }
        guard written == count else {
            throw fault("contents: \(written) elements, but shape \(shape) takes \(count)")
        }
        if let fault = datatype.firstFault(in: UnsafeRawBufferPointer(buffer.elements), count: count) {
            throw self.fault(fault)
        }
        return buffer
    }

    private mutating func read(
        _ field: ProtobufReader.Field, into memory: UnsafeMutableRawPointer
    ) throws(ServingError) {
        switch datatype {
        case .bool: try varints(field, UInt8.self, memory) { $0 == 0 ? 0 : 1 }
        case .int8: try varints(field, Int8.self, memory) { Int8(exactly: Int64(bitPattern: $0)) }
        case .int16: try varints(field, Int16.self, memory) { Int16(exactly: Int64(bitPattern: $0)) }
        case .int32: try varints(field, Int32.self, memory) { Int32(truncatingIfNeeded: $0) }
        case .int64: try varints(field, Int64.self, memory) { Int64(bitPattern: $0) }
        case .uint8: try varints(field, UInt8.self, memory) { UInt8(exactly: $0) }
        case .uint16: try varints(field, UInt16.self, memory) { UInt16(exactly: $0) }
        case .uint32: try varints(field, UInt32.self, memory) { UInt32(truncatingIfNeeded: $0) }
        case .uint64: try varints(field, UInt64.self, memory) { $0 }
        case .fp32: try fixed(field, UInt32.self, memory)
        case .fp64: try fixed(field, UInt64.self, memory)
        case .fp16, .bf16, .bytes: break
        }
    }

    @inline(__always)
    private mutating func varints<Element: FixedWidthInteger & BitwiseCopyable>(
        _ field: ProtobufReader.Field, _ type: Element.Type, _ memory: UnsafeMutableRawPointer,
        _ convert: (UInt64) -> Element?
    ) throws(ServingError) {
        let elements = memory.assumingMemoryBound(to: Element.self)
        guard case .bytes(let packed) = field.value else {
            return try put(try field.varint("contents"), elements, convert)
        }
        var reader = ProtobufReader(packed, "contents")
        while !reader.isAtEnd { try put(try reader.varint(), elements, convert) }
    }

    @inline(__always)
    private mutating func put<Element: FixedWidthInteger & BitwiseCopyable>(
        _ number: UInt64, _ elements: UnsafeMutablePointer<Element>, _ convert: (UInt64) -> Element?
    ) throws(ServingError) {
        guard written < count else { throw surplus }
        guard let element = convert(number) else {
            let found = Element.isSigned ? "\(Int64(bitPattern: number))" : "\(number)"
            throw fault(
                "contents: element \(written): expected a whole number from \(Element.min) to \(Element.max), found \(found)"
            )
        }
        elements[written] = element.littleEndian
        written += 1
    }

    private mutating func fixed<Element: FixedWidthInteger & BitwiseCopyable>(
        _ field: ProtobufReader.Field, _ type: Element.Type, _ memory: UnsafeMutableRawPointer
    ) throws(ServingError) {
        let width = MemoryLayout<Element>.size
        switch field.value {
        case .fixed32(let bits) where width == 4: try put(bits, memory)
        case .fixed64(let bits) where width == 8: try put(bits, memory)
        case .bytes(let packed) where packed.count % width == 0:
            guard packed.count / width <= count - written else { throw surplus }
            guard let source = packed.baseAddress, !packed.isEmpty else { return }
            (memory + written * width).copyMemory(from: source, byteCount: packed.count)
            written += packed.count / width
        default: throw fault("contents: the field \(field.number) is not encoded as its type is")
        }
    }

    private mutating func put<Bits: FixedWidthInteger & BitwiseCopyable>(
        _ bits: Bits, _ memory: UnsafeMutableRawPointer
    ) throws(ServingError) {
        guard written < count else { throw surplus }
        memory.storeBytes(of: bits.littleEndian, toByteOffset: written * MemoryLayout<Bits>.size, as: Bits.self)
        written += 1
    }

    private var surplus: ServingError { fault("contents: more elements than shape \(shape) takes") }

    private func fault(_ message: String) -> ServingError { ServingError(.invalidArgument, message) }
}
#endif
