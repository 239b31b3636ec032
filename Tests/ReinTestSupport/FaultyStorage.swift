public import ReinCheckpoints
import Synchronization

/// Another storage, which notes what it is asked for, and does something else when somebody wants it to.
public final class FaultyStorage: Storage {
    /// An operation of a storage with its key.
    public enum Operation: Sendable, Equatable {
        /// The operation of the name.
        case list(String), read(String), write(String), delete(String), exists(String)

        /// Whether it changes something.
        public var isChange: Bool {
            switch self {
            case .write, .delete: true
            case .list, .read, .exists: false
            }
        }
    }

    private let storage: any Storage
    private let intercept: @Sendable (Operation, Int) throws(StateError) -> Void
    private let noted = Mutex<[Operation]>([])

    /// Makes one of a storage.
    ///
    /// - Parameters:
    ///   - storage: does what is asked for.
    ///   - intercept: called before that with the operation and its number, from 1 on; may throw.
    public init(
        _ storage: any Storage,
        _ intercept: @escaping @Sendable (Operation, Int) throws(StateError) -> Void = { _, _ in }
    ) {
        self.storage = storage
        self.intercept = intercept
    }

    /// What it was asked for, in order.
    public var operations: [Operation] { noted.withLock { $0 } }

    /// Where the keys begin.
    public var uri: StorageURI { storage.uri }

    private func note(_ operation: Operation) throws(StateError) {
        let number = noted.withLock { noted in
            noted.append(operation)
            return noted.count
        }
        try intercept(operation, number)
    }

    /// Lists what lies in a folder.
    public func list(_ folder: String, by deadline: StorageDeadline) throws(StateError) -> [StorageEntry] {
        try note(.list(folder))
        return try storage.list(folder, by: deadline)
    }

    /// Reads a part of an object.
    public func read(_ key: String, range: Range<Int>, by deadline: StorageDeadline) throws(StateError) -> [UInt8] {
        try note(.read(key))
        return try storage.read(key, range: range, by: deadline)
    }

    /// Writes an object.
    public func write(
        _ contents: StorageContents, to key: String, by deadline: StorageDeadline
    ) throws(StateError) {
        try note(.write(key))
        try storage.write(contents, to: key, by: deadline)
    }

    /// Deletes an object.
    public func delete(_ key: String, by deadline: StorageDeadline) throws(StateError) {
        try note(.delete(key))
        try storage.delete(key, by: deadline)
    }

    /// Whether there is an object.
    public func exists(_ key: String, by deadline: StorageDeadline) throws(StateError) -> Bool {
        try note(.exists(key))
        return try storage.exists(key, by: deadline)
    }
}
