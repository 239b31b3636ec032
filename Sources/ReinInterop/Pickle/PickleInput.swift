import ReinCheckpoints

/// The bytes of a pickle and the place in them. No length is believed that reaches beyond the end.
struct PickleInput {
    private let bytes: [UInt8]
    private var position = 0
    private var opcodePosition = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    /// An error at the opcode that is being carried out.
    func error(_ code: StateError.Code, _ message: String) -> StateError {
        StateError(code, "pickle, byte \(opcodePosition): \(message)")
    }

    /// The next opcode; errors name its place from now on.
    mutating func beginOpcode() throws(StateError) -> UInt8 {
        opcodePosition = position
        return try byte()
    }

    mutating func byte() throws(StateError) -> UInt8 {
        guard position < bytes.count else { throw error(.malformed, "the pickle ends too early") }
        defer { position += 1 }
        return bytes[position]
    }

    /// A little-endian number of up to 8 bytes.
    mutating func unsigned(_ width: Int) throws(StateError) -> UInt64 {
        var number: UInt64 = 0
        for byte in try take(width).reversed() { number = number << 8 | UInt64(byte) }
        return number
    }

    /// A length in so many bytes, which the rest of the input must have.
    mutating func length(of width: Int) throws(StateError) -> Int {
        let length = try unsigned(width)
        guard length <= UInt64(bytes.count - position) else {
            throw error(.malformed, "\(length) bytes are announced, \(bytes.count - position) are left")
        }
        return Int(length)
    }

    /// The text up to the end of the line.
    mutating func line() throws(StateError) -> String {
        guard let end = bytes[position...].prefix(256).firstIndex(of: 0x0a) else {
            throw error(.malformed, "a name without an end")
        }
        defer { position = end + 1 }
        return try text(bytes[position..<end])
    }

    /// The value that an opcode carries with it.
    mutating func literal(_ opcode: PickleOpcode) throws(StateError) -> PickleValue {
        switch opcode {
        case .byteInteger: .int(Int64(try byte()))
        case .shortInteger: .int(Int64(try unsigned(2)))
        case .integer: .int(Int64(Int32(truncatingIfNeeded: try unsigned(4))))
        case .long: integer(try take(try length(of: 1)))
        case .veryLong: integer(try take(try length(of: 4)))
        case .double: .double(Double(bitPattern: try unsigned(8).byteSwapped))
        case .shortText: .string(try text(try take(try length(of: 1))))
        case .text: .string(try text(try take(try length(of: 4))))
        case .longText: .string(try text(try take(try length(of: 8))))
        case .shortBytes: .bytes(Array(try take(try length(of: 1))))
        case .bytes: .bytes(Array(try take(try length(of: 4))))
        case .longBytes, .byteArray: .bytes(Array(try take(try length(of: 8))))
        default: throw error(.malformed, "no value of its own")
        }
    }

    private mutating func take(_ count: Int) throws(StateError) -> ArraySlice<UInt8> {
        guard count <= bytes.count - position else { throw error(.malformed, "the pickle ends too early") }
        defer { position += count }
        return bytes[position..<position + count]
    }

    private func text(_ bytes: ArraySlice<UInt8>) throws(StateError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw error(.malformed, "text that is not UTF-8")
        }
        return text
    }

    /// A little-endian integer in two's complement.
    private func integer(_ bytes: ArraySlice<UInt8>) -> PickleValue {
        guard bytes.count <= 8 else { return .wideInteger(Array(bytes)) }
        var number: Int64 = (bytes.last ?? 0) & 0x80 == 0 ? 0 : -1
        for byte in bytes.reversed() { number = number << 8 | Int64(byte) }
        return .int(number)
    }
}
