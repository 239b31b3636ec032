/// When an operation of a storage gives up: at a time, or when somebody cancels it.
public struct StorageDeadline: Sendable {
    private let instant: ContinuousClock.Instant?
    private let isCancelled: @Sendable () -> Bool

    /// No time limit; the cancellation of the task that is at work counts.
    public static let none = StorageDeadline(after: nil)

    /// A deadline from now on.
    ///
    /// - Parameters:
    ///   - limit: the time that is left, nil for as long as it takes.
    ///   - isCancelled: asked now and then by whoever is at work; by default whether the current task is cancelled.
    public init(after limit: Duration?, isCancelled: @escaping @Sendable () -> Bool = { Task.isCancelled }) {
        instant = limit.map { ContinuousClock.now + $0 }
        self.isCancelled = isCancelled
    }

    /// The time that is left, not less than none; nil without a limit.
    public var remaining: Duration? { instant.map { max(.zero, $0 - ContinuousClock.now) } }

    /// Checks that the work may go on.
    ///
    /// - Parameter place: what is worked on, for the error.
    /// - Throws: `StateError` with `.cancelled` or `.timedOut`.
    @inline(never)  // Once for its many callers, to whom a call is nothing.
    public func check(_ place: String = "") throws(StateError) {
        if isCancelled() { throw StateError(.cancelled, "was cancelled", path: place) }
        if remaining == .zero { throw StateError(.timedOut, "took longer than it may", path: place) }
    }
}
