#if ServingGRPC
import NIOCore

/// What is before each message of a call, as it comes: a byte that says whether the message is packed, and four that say how
/// long it is.
struct MessagePrefix {
    /// Its number of bytes.
    static let size = 5

    /// How much of it has come.
    private(set) var count = 0
    private var bits: UInt64 = 0

    /// Takes note of what comes next.
    ///
    /// - Returns: whether it is whole.
    mutating func take(_ bytes: inout ByteBuffer) -> Bool {
        while count < Self.size, let byte = bytes.readInteger(as: UInt8.self) {
            bits = bits << 8 | UInt64(byte)
            count += 1
        }
        return count == Self.size
    }

    /// Whether the message is packed.
    var isPacked: Bool { bits >> 32 == 1 }

    /// The number of bytes of the message.
    var length: Int { Int(bits & 0xffff_ffff) }

    /// Writes it as it came.
    func write(to bytes: inout ByteBuffer) {
        bytes.writeMultipleIntegers(UInt8(bits >> 32), UInt32(bits & 0xffff_ffff))
    }
}
#endif
