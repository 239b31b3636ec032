#if Serving
import NIOCore

/// The body of a request as it comes, within what one may have, and what those of all requests may have together.
struct CollectedBody {
    /// The least that is made room for when a body comes in several pieces, in bytes.
    private static let smallest = 1 << 12

    /// What has come.
    private(set) var bytes = ByteBuffer()

    private let limit: Int
    private let memory: BodyMemory
    /// The number of bytes that the head says, a claim: room is made for what comes, which is not to be more than half of it.
    private let expected: Int
    /// The memory that was taken for it.
    private var reserved = 0

    /// - Parameters:
    ///   - expected: the number of bytes that the head says; nil when it does not.
    ///   - limit: the largest number of bytes.
    ///   - memory: what it takes a part of.
    init(expecting expected: Int?, limit: Int, memory: BodyMemory) {
        self.expected = expected ?? .max
        self.limit = limit
        self.memory = memory
    }

    /// Adds what has come.
    ///
    /// - Throws: `ServingError` with `.tooLarge` beyond the limit, and with `.unavailable` when there is no memory for it.
    mutating func append(_ piece: ByteBuffer) throws(ServingError) {
        let size = bytes.readableBytes + piece.readableBytes
        guard size <= limit else {
            throw ServingError(.tooLarge, "the body has more than the \(limit) bytes that are read")
        }
        guard bytes.readableBytes > 0 else {
            try reserve(size)
            // Most bodies come in one piece, which is not copied.
            bytes = piece
            return
        }
        if size > reserved || bytes.writableBytes < piece.readableBytes {
            let room = max(size, min(expected, limit, max(2 * size, Self.smallest)))
            try reserve(room)
            bytes.reserveCapacity(room)
        }
        bytes.writeImmutableBuffer(piece)
    }

    private mutating func reserve(_ size: Int) throws(ServingError) {
        guard size > reserved else { return }
        try memory.take(size - reserved)
        reserved = size
    }

    /// Gives its memory back.
    mutating func release() {
        memory.release(reserved)
        reserved = 0
    }
}
#endif
