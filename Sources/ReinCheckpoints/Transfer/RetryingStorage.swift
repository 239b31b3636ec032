#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Another storage, whose operations are tried again when they fail in a way that may pass: with `.unavailable`, and
/// nothing else.
public struct RetryingStorage: Storage {
    private let storage: any Storage
    private let policy: RetryPolicy
    private let pause: @Sendable (Duration, StorageDeadline) throws(StateError) -> Void

    /// Where the keys begin.
    public var uri: StorageURI { storage.uri }

    /// Makes one of a storage.
    public init(_ storage: any Storage, policy: RetryPolicy = RetryPolicy()) {
        self.init(storage, policy: policy, pause: Self.sleep)
    }

    /// Makes one of a storage that waits in another way.
    init(
        _ storage: any Storage, policy: RetryPolicy,
        pause: @escaping @Sendable (Duration, StorageDeadline) throws(StateError) -> Void
    ) {
        self.storage = storage
        self.policy = policy
        self.pause = pause
    }

    /// Lists what lies in a folder; see `Storage.list(_:by:)`.
    public func list(_ folder: String, by deadline: StorageDeadline) throws(StateError) -> [StorageEntry] {
        try retrying(deadline) { () throws(StateError) in try storage.list(folder, by: deadline) }
    }

    /// Reads a part of an object; see `Storage.read(_:range:by:)`.
    public func read(_ key: String, range: Range<Int>, by deadline: StorageDeadline) throws(StateError) -> [UInt8] {
        try retrying(deadline) { () throws(StateError) in try storage.read(key, range: range, by: deadline) }
    }

    /// Writes an object; see `Storage.write(_:to:by:)`.
    public func write(
        _ contents: StorageContents, to key: String, by deadline: StorageDeadline
    ) throws(StateError) {
        try retrying(deadline) { () throws(StateError) in try storage.write(contents, to: key, by: deadline) }
    }

    /// Deletes an object; see `Storage.delete(_:by:)`.
    public func delete(_ key: String, by deadline: StorageDeadline) throws(StateError) {
        try retrying(deadline) { () throws(StateError) in try storage.delete(key, by: deadline) }
    }

    /// Whether there is an object; see `Storage.exists(_:by:)`.
    public func exists(_ key: String, by deadline: StorageDeadline) throws(StateError) -> Bool {
        try retrying(deadline) { () throws(StateError) in try storage.exists(key, by: deadline) }
    }

    private func retrying<Result>(
        _ deadline: StorageDeadline, _ body: () throws(StateError) -> Result
    ) throws(StateError) -> Result {
        var attempt = 1
        while true {
            do throws(StateError) {
                return try body()
            } catch {
                try wait(after: error, attempt, deadline)
                attempt += 1
            }
        }
    }

    /// Waits until the next attempt.
    ///
    /// - Throws: the error when there is to be none.
    @inline(never)
    private func wait(after error: StateError, _ attempt: Int, _ deadline: StorageDeadline) throws(StateError) {
        guard error.code == .unavailable else { throw error }
        guard attempt < policy.attempts else {
            throw StateError(error.code, "\(error.message) (tried \(attempt) times)", path: error.path)
        }
        try pause(policy.pause(after: attempt, jitter: .random(in: 0...1)), deadline)
    }

    /// Sleeps a little at a time, for the deadline to be seen.
    private static func sleep(_ duration: Duration, _ deadline: StorageDeadline) throws(StateError) {
        let end = ContinuousClock.now + duration
        while ContinuousClock.now < end {
            try deadline.check()
            usleep(20_000)
        }
        try deadline.check()
    }
}
