#if ServingGRPC
import NIOCore

/// Follows the messages of a call by what is before each of them: a byte that says whether it is packed, and four that say how
/// long it is.
struct MessageLengths {
    /// The largest number of bytes of a message.
    let limit: Int
    /// How much of what is before a message has come.
    private var prefix = 0
    private var length: UInt32 = 0
    /// How much of the message has not come.
    private var left = 0

    init(limit: Int) { self.limit = limit }

    /// Takes note of what has come.
    ///
    /// - Returns: false when a message begins that is too long.
    mutating func take(_ bytes: ByteBufferView) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            if left > 0 {
                let count = min(left, rest.count)
                left -= count
                rest = rest.dropFirst(count)
                continue
            }
            if prefix > 0 { length = length << 8 | UInt32(rest[rest.startIndex]) }
            prefix += 1
            rest = rest.dropFirst()
            if prefix == 5 {
                guard length <= limit else { return false }
                left = Int(length)
                prefix = 0
                length = 0
            }
        }
        return true
    }
}
#endif
