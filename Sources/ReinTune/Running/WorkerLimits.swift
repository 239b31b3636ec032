public import ReinCheckpoints

/// How long a trial may take for what it does. One that takes longer has failed: its process is ended; a thread cannot be,
/// so that it is left to itself, with the memory that it has.
public struct WorkerLimits: Sendable, Hashable {
    /// For making the trainable, restoring it included; nil for as long as it takes.
    public var start: Duration?
    /// For one step.
    public var step: Duration?
    /// For one checkpoint.
    public var save: Duration?
    /// For the end of a trial, in which a trainable gives back what it has.
    public var end: Duration?

    /// Makes limits.
    ///
    /// - Throws: `StateError` for a limit that is not above 0.
    public init(
        start: Duration? = nil, step: Duration? = nil, save: Duration? = nil, end: Duration? = .seconds(30)
    ) throws(StateError) {
        for (name, limit) in [("start", start), ("step", step), ("save", save), ("end", end)] {
            guard let limit, limit <= .zero else { continue }
            throw StateError(.outOfRange, "\(limit) is out of range (allowed: above 0 seconds)", path: name)
        }
        (self.start, self.step, self.save, self.end) = (start, step, save, end)
    }

    private init() { end = .seconds(30) }

    /// None but for the end of a trial, which has 30 seconds.
    public static let standard = WorkerLimits()
}

extension Worker {
    /// Does something, and gives the worker up when it takes too long.
    ///
    /// - Parameters:
    ///   - limit: how long it may take; nil for any time.
    ///   - what: what it is, for messages.
    /// - Throws: what `body` throws, and `StateError` with `.timedOut`.
    func within<Value: Sendable>(
        _ limit: Duration?, _ what: String, _ body: () async throws -> Value
    ) async throws -> Value {
        guard let limit else { return try await body() }
        let timer = Task {
            try await Task.sleep(for: limit)
            kill()
        }
        do {
            defer { timer.cancel() }
            return try await body()
        } catch {
            // Only a timer that was not cancelled before its time has ended without an error.
            guard case .success = await timer.result else { throw error }
            throw StateError(.timedOut, "\(what) took longer than \(limit)")
        }
    }
}
