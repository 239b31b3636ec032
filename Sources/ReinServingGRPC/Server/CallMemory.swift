#if ServingGRPC
import NIOCore
import ReinServing

/// What the messages of a call take of the memory of all requests, until they have been answered.
struct CallMemory {
    /// What a message takes beside its bytes, about, where it waits to be answered.
    private static let messageSize = 256

    private let memory: BodyMemory
    /// What the first message that is not answered has taken, and each of those that have come since; most calls have one.
    private var first: Int?
    private var others: CircularBuffer<Int>?

    init(_ memory: BodyMemory) { self.memory = memory }

    /// A message begins.
    ///
    /// - Throws: `ServingError` with `.unavailable` when there is no memory for it.
    mutating func begin() throws(ServingError) {
        try memory.take(Self.messageSize)
        if first == nil {
            first = Self.messageSize
        } else {
            others = others ?? CircularBuffer()
            others?.append(Self.messageSize)
        }
    }

    /// Takes memory for the message that has begun last.
    ///
    /// - Throws: `ServingError` with `.unavailable` when there is not so much.
    mutating func take(_ count: Int) throws(ServingError) {
        try memory.take(count)
        if let last = others?.indices.last { others?[last] += count } else { first = (first ?? 0) + count }
    }

    /// Gives back what the first message has taken, which has been answered.
    mutating func release() {
        memory.release(first ?? 0)
        first = others?.popFirst()
    }

    /// Gives everything back.
    mutating func releaseAll() {
        while first != nil { release() }
    }
}
#endif
