#if ServingGRPC
/// Reads of the bytes of a connection to which streams of HTTP/2 they belong, as they come.
struct FramePieces {
    private static let preface = 24
    private static let headSize = 9

    /// How many bytes are left of the frame, and at first of what a connection begins with.
    private var left = preface
    /// The stream of the frame, 0 for the connection.
    private var stream = 0
    /// How many bytes of the next frame's head have come, and what they say so far.
    private var headCount = 0
    private var length = 0

    /// Reads what has come.
    ///
    /// - Parameter handle: is told the stream and the number of bytes of each part of a frame that HTTP/2 hands on by itself, which it
    ///   does with as much of a frame as has come.
    mutating func read<Failure: Error>(
        _ bytes: UnsafeRawBufferPointer, handle: (_ stream: Int, _ count: Int) throws(Failure) -> Void
    ) throws(Failure) {
        var position = 0
        while position < bytes.count {
            if left > 0 {
                let count = min(left, bytes.count - position)
                left -= count
                position += count
                try handle(stream, count)
            } else {
                take(bytes[position])
                position += 1
                guard headCount == Self.headSize else { continue }
                headCount = 0
                left = length
                if left == 0 { try handle(stream, 0) }
            }
        }
    }

    /// Takes the next byte of a head.
    private mutating func take(_ byte: UInt8) {
        switch headCount {
        case 0: (length, stream) = (Int(byte), 0)
        case 1, 2: length = length << 8 | Int(byte)
        // The first bit says nothing.
        case 5: stream = Int(byte & 0x7F)
        case 6...: stream = stream << 8 | Int(byte)
        default: break
        }
        headCount += 1
    }
}
#endif
