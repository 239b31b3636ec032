#if Serving
import Synchronization

/// The memory that the bodies of requests take together, however they come: as they were sent, and unpacked.
package final class BodyMemory: Sendable {
    /// The largest number of bytes at a time.
    private let limit: Int
    private let taken = Atomic<Int>(0)

    /// - Parameter limit: the largest number of bytes at a time.
    package init(limit: Int) { self.limit = limit }

    /// Takes memory.
    ///
    /// - Throws: `ServingError` with `.unavailable` when there is not so much; then none is taken.
    package func take(_ count: Int) throws(ServingError) {
        guard taken.add(count, ordering: .relaxed).newValue <= limit else {
            taken.subtract(count, ordering: .relaxed)
            throw ServingError(
                .unavailable, "the bodies of requests take the \(limit >> 20) megabytes that they may have")
        }
    }

    /// Gives memory back.
    package func release(_ count: Int) {
        if count > 0 { taken.subtract(count, ordering: .relaxed) }
    }

    /// The number of bytes that are taken.
    package var count: Int { taken.load(ordering: .relaxed) }
}

/// What one request has taken of the memory, on whichever threads it is worked on.
final class BodyShare: Sendable {
    private let memory: BodyMemory
    private let taken = Atomic<Int>(0)

    init(_ memory: BodyMemory) { self.memory = memory }

    /// Takes memory for the request.
    ///
    /// - Throws: `ServingError` with `.unavailable` when there is not so much.
    func take(_ count: Int) throws(ServingError) {
        try memory.take(count)
        taken.add(count, ordering: .relaxed)
    }

    deinit { memory.release(taken.load(ordering: .relaxed)) }
}
#endif
