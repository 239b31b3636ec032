#if ServingGRPC
import ReinServing

/// Reads a message of Protocol Buffers field by field, in the memory in which it has come. Nothing is copied, and no more is
/// taken in than what the caller asks for.
struct ProtobufReader {
    /// What a field holds, as it is written.
    enum Value {
        case varint(UInt64)
        case fixed64(UInt64)
        case fixed32(UInt32)
        /// Text, bytes, a message or packed numbers.
        case bytes(UnsafeRawBufferPointer)
    }

    /// A field: its number, and what it holds.
    struct Field {
        let number: UInt64
        let value: Value
    }

    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    /// How an error calls the message.
    private let name: StaticString

    /// Stands before the first byte of a message.
    init(_ bytes: UnsafeRawBufferPointer, _ name: StaticString) {
        self.bytes = bytes
        self.name = name
    }

    /// Whether everything has been read.
    var isAtEnd: Bool { position == bytes.count }

    /// Moves on past a field.
    ///
    /// - Returns: nil at the end.
    mutating func next() throws(ServingError) -> Field? {
        guard !isAtEnd else { return nil }
        let start = position
        let key = try varint()
        let number = key >> 3
        guard number > 0 else { throw damaged(at: start) }
        switch key & 7 {
        case 0: return Field(number: number, value: .varint(try varint()))
        case 1: return Field(number: number, value: .fixed64(try fixed(UInt64.self)))
        case 5: return Field(number: number, value: .fixed32(try fixed(UInt32.self)))
        case 2:
            let length = try varint()
            guard length <= UInt64(bytes.count - position) else { throw damaged(at: start) }
            let end = position + Int(length)
            defer { position = end }
            return Field(number: number, value: .bytes(UnsafeRawBufferPointer(rebasing: bytes[position..<end])))
        // Groups, which nobody has written for long.
        default: throw damaged(at: start)
        }
    }

    /// Moves on past a number of up to ten bytes, seven bits in each.
    mutating func varint() throws(ServingError) -> UInt64 {
        let start = position
        var (result, shift): (UInt64, UInt64) = (0, 0)
        while position < bytes.count, shift < 64 {
            let byte = bytes[position]
            position += 1
            guard shift < 63 || byte < 2 else { break }
            result |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return result }
            shift += 7
        }
        throw damaged(at: start)
    }

    /// Moves on past a number of fixed length, little-endian.
    mutating func fixed<Number: FixedWidthInteger & BitwiseCopyable>(
        _ type: Number.Type
    ) throws(ServingError) -> Number {
        guard bytes.count - position >= MemoryLayout<Number>.size else { throw damaged(at: position) }
        defer { position += MemoryLayout<Number>.size }
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Number.self))
    }

    @inline(never)
    private func damaged(at place: Int) -> ServingError {
        ServingError(.invalidArgument, "\(name): expected a message of Protocol Buffers, found damage at byte \(place)")
    }
}

extension ProtobufReader.Field {
    /// The bytes of the field.
    ///
    /// - Parameter name: how an error calls the field.
    func bytes(_ name: StaticString) throws(ServingError) -> UnsafeRawBufferPointer {
        guard case .bytes(let bytes) = value else { throw wrongType(name) }
        return bytes
    }

    /// A number of the field.
    func varint(_ name: StaticString) throws(ServingError) -> UInt64 {
        guard case .varint(let number) = value else { throw wrongType(name) }
        return number
    }

    /// The text of the field, of limited length.
    func text(_ name: StaticString, limit: Int) throws(ServingError) -> String {
        let bytes = try bytes(name)
        guard bytes.count <= limit else {
            throw ServingError(
                .invalidArgument, "\(name): expected a text of no more than \(limit) bytes, found \(bytes.count)")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ServingError(.invalidArgument, "\(name): expected text in UTF-8, found other bytes")
        }
        return text
    }

    @inline(never)
    private func wrongType(_ name: StaticString) -> ServingError {
        ServingError(.invalidArgument, "\(name): the field \(number) is not encoded as its type is")
    }
}
#endif
