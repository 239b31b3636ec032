#if Serving
import NIOCore

/// The body of a request as it comes, within what one may have, and what those of all requests may have together.
struct CollectedBody {
    /// What has come.
    private(set) var bytes = ByteBuffer()

    private let limit: Int
    private let memory: BodyMemory
    /// The number of bytes that the head says; 0 when it does not.
    private var expected = 0
    /// The memory that was taken for it.
    private var reserved = 0

    /// - Parameters:
    ///   - limit: the largest number of bytes.
    ///   - memory: what it takes a part of.
    init(limit: Int, memory: BodyMemory) {
        self.limit = limit
        self.memory = memory
    }

    /// Takes memory for a number of bytes that the head says.
    mutating func expect(_ size: Int) throws(ServingError) {
        try reserve(size)
        expected = size
    }

    /// Adds what has come.
    mutating func append(_ piece: ByteBuffer) throws(ServingError) {
        let size = bytes.readableBytes + piece.readableBytes
        guard size <= limit else {
            throw ServingError(.tooLarge, "the body has more than the \(limit) bytes that are read")
        }
        if size > reserved { try reserve(size - reserved) }
        guard bytes.readableBytes > 0 else {
            // Most bodies come in one piece, which is not copied.
            bytes = piece
            return
        }
        bytes.reserveCapacity(minimumWritableBytes: max(expected, size) - bytes.readableBytes)
        bytes.writeImmutableBuffer(piece)
    }

    private mutating func reserve(_ size: Int) throws(ServingError) {
        try memory.take(size)
        reserved += size
    }

    /// Gives its memory back.
    mutating func release() {
        memory.release(reserved)
        reserved = 0
    }
}
#endif
