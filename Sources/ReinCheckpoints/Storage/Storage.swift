/// Where objects lie by names: a folder, a bucket, memory.
///
///     let storage = try StorageSchemes.storage(at: "file:///data/checkpoints")
///     try storage.write(.init([1, 2, 3]), to: "notes/first")
///     let beginning = try storage.read("notes/first", range: 0..<2)
///
/// Five operations are all that another place has to offer. Keys are relative names with slashes between their parts, as
/// `StorageKey` has them; a folder is what keys have in common and nothing of its own. Operations are synchronous, may be
/// called from several threads, and honour the cancellation of the task that they are called in.
///
/// They throw a `StateError`: `.notFound` for what is not there, `.accessDenied` for what one may not, `.unavailable`
/// for what may go well when it is tried again (`RetryingStorage` does), `.timedOut` and `.cancelled` for what the
/// deadline ended.
public protocol Storage: Sendable {
    /// Where the keys begin.
    var uri: StorageURI { get }

    /// All objects whose keys begin with a folder's name and a slash, in the order of their keys' bytes.
    ///
    /// - Parameters:
    ///   - folder: the folder, empty for everything.
    ///   - deadline: when to give up.
    /// - Returns: the objects with their whole keys; nothing for a folder that is not there.
    /// - Throws: `StateError`, also when there are more than `StorageEntry.limit`, and for what is no object, such as a
    ///   symbolic link.
    func list(_ folder: String, by deadline: StorageDeadline) throws(StateError) -> [StorageEntry]

    /// The bytes of an object in a range.
    ///
    /// - Parameters:
    ///   - key: the object.
    ///   - range: which bytes. It may reach beyond the end of the object: there are fewer bytes then, or none.
    ///   - deadline: when to give up.
    /// - Throws: `StateError` with `.notFound` when there is no such object.
    func read(_ key: String, range: Range<Int>, by deadline: StorageDeadline) throws(StateError) -> [UInt8]

    /// Writes an object, whole or not at all, in the place of another if there is one.
    ///
    /// - Parameters:
    ///   - contents: its bytes.
    ///   - key: the object.
    ///   - deadline: when to give up.
    /// - Throws: `StateError` when that fails, and with `.checksumMismatch` when the bytes are not those that the
    ///   contents were made of.
    func write(_ contents: StorageContents, to key: String, by deadline: StorageDeadline) throws(StateError)

    /// Deletes an object. One that is not there is no error.
    ///
    /// - Parameters:
    ///   - key: the object.
    ///   - deadline: when to give up.
    func delete(_ key: String, by deadline: StorageDeadline) throws(StateError)

    /// Whether there is an object.
    ///
    /// - Parameters:
    ///   - key: the object.
    ///   - deadline: when to give up.
    func exists(_ key: String, by deadline: StorageDeadline) throws(StateError) -> Bool
}

/// An object that a storage lists.
public struct StorageEntry: Sendable, Hashable {
    /// The whole key.
    public let key: String
    /// The number of bytes, as the storage claims.
    public let size: Int

    /// The largest number of objects that are listed: 1,048,576.
    public static let limit = 1 << 20

    /// Makes an entry.
    public init(key: String, size: Int) {
        self.key = key
        self.size = size
    }

    /// Sorts entries by the bytes of their keys.
    ///
    /// - Throws: `StateError` when there are more than `limit`.
    package static func sorted(_ entries: [StorageEntry], path: String) throws(StateError) -> [StorageEntry] {
        guard entries.count <= limit else { throw tooMany(path) }
        return entries.sorted(byBytesOf: \.key)
    }

    /// The error for a folder of more objects than are listed.
    package static func tooMany(_ path: String) -> StateError {
        StateError(.outOfRange, "holds more than the \(limit) objects that are listed", path: path)
    }
}

extension Storage {
    /// All objects in a folder, without a time limit; see `list(_:by:)`.
    public func list(_ folder: String = "") throws(StateError) -> [StorageEntry] { try list(folder, by: .none) }

    /// The bytes of an object in a range, without a time limit; see `read(_:range:by:)`.
    public func read(_ key: String, range: Range<Int>) throws(StateError) -> [UInt8] {
        try read(key, range: range, by: .none)
    }

    /// Writes an object, without a time limit; see `write(_:to:by:)`.
    public func write(_ contents: StorageContents, to key: String) throws(StateError) {
        try write(contents, to: key, by: .none)
    }

    /// Deletes an object, without a time limit; see `delete(_:by:)`.
    public func delete(_ key: String) throws(StateError) { try delete(key, by: .none) }

    /// Whether there is an object, without a time limit; see `exists(_:by:)`.
    public func exists(_ key: String) throws(StateError) -> Bool { try exists(key, by: .none) }

    /// All bytes of an object.
    ///
    /// - Parameters:
    ///   - key: the object.
    ///   - limit: the largest number of bytes that it may have.
    ///   - deadline: when to give up.
    /// - Throws: `StateError` as `read(_:range:by:)`, and with `.outOfRange` when it is larger.
    public func read(
        _ key: String, limit: Int, by deadline: StorageDeadline = .none
    ) throws(StateError) -> [UInt8] {
        let bytes = try read(key, range: 0..<(limit == .max ? limit : limit + 1), by: deadline)
        guard bytes.count <= limit else {
            throw StateError(.outOfRange, "has more than the \(limit) bytes that are read", path: uri.path(of: key))
        }
        return bytes
    }
}
