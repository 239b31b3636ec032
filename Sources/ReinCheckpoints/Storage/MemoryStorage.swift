import Synchronization

/// A storage in the memory of this process, for tests and trials: `memory://name/folder`.
///
/// All that are opened with one name have the same objects, which stay until `removeAll(_:)` or the end of the process.
public struct MemoryStorage: Storage {
    /// Where the keys begin.
    public let uri: StorageURI
    private let store: Store

    // By their bytes, since strings are equal that differ in how accents are written.
    private final class Store: Sendable {
        let objects = Mutex(Table<[UInt8], [UInt8]>())
    }

    private static let stores = Mutex(Table<String, Store>())

    /// Opens the storage at an address.
    ///
    /// - Throws: `StateError` for an address without a name or with parameters.
    public init(_ uri: StorageURI) throws(StateError) {
        guard !uri.authority.isEmpty else {
            throw StateError(.malformed, "has no name behind memory://, as in memory://trial/run", path: uri.place)
        }
        try uri.expectParameters([])
        self.uri = uri
        store = Self.stores.withLock { stores in
            if let store = stores[uri.authority] { return store }
            let store = Store()
            stores.set(store, for: uri.authority)
            return store
        }
    }

    /// Forgets all objects under a name. Storages that are open keep theirs, apart from those that are opened later.
    public static func removeAll(_ name: String) { stores.withLock { _ = $0.removeValue(for: name) } }

    /// Lists what lies in a folder; see `Storage.list(_:by:)`.
    public func list(_ folder: String, by deadline: StorageDeadline) throws(StateError) -> [StorageEntry] {
        try StorageKey.check(folder: folder, in: uri.place)
        try deadline.check(uri.place)
        let below = joinedPath(uri.path, folder)
        let start = below.isEmpty ? [] : Array(below.utf8) + [UInt8(ascii: "/")]
        let root = uri.path.isEmpty ? 0 : uri.path.utf8.count + 1
        let entries = store.objects.withLock { objects in
            var entries: [StorageEntry] = []
            for (name, bytes) in objects where name.starts(with: start) {
                entries.append(StorageEntry(key: String(decoding: name[root...], as: UTF8.self), size: bytes.count))
            }
            return entries
        }
        return try StorageEntry.sorted(entries, path: uri.place)
    }

    /// Reads a part of an object; see `Storage.read(_:range:by:)`.
    public func read(
        _ key: String, range: Range<Int>, by deadline: StorageDeadline
    ) throws(StateError) -> [UInt8] {
        let name = try name(key, deadline)
        guard let bytes = store.objects.withLock({ $0[name] }) else {
            throw StateError(.notFound, "there is no such object", path: uri.path(of: key))
        }
        return Array(bytes[range.clamped(to: 0..<bytes.count)])
    }

    /// Writes an object; see `Storage.write(_:to:by:)`.
    public func write(
        _ contents: StorageContents, to key: String, by deadline: StorageDeadline
    ) throws(StateError) {
        let name = try name(key, deadline)
        let place = uri.path(of: key)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(contents.size)
        try contents.forEachPiece { piece throws(StateError) in
            bytes.append(contentsOf: piece)
            try deadline.check(place)
        }
        try contents.requireWritten(size: bytes.count, sha256: Checksum.hexadecimal(bytes), path: place)
        store.objects.withLock { $0.set(bytes, for: name) }
    }

    /// Deletes an object; see `Storage.delete(_:by:)`.
    public func delete(_ key: String, by deadline: StorageDeadline) throws(StateError) {
        let name = try name(key, deadline)
        store.objects.withLock { _ = $0.removeValue(for: name) }
    }

    /// Whether there is an object; see `Storage.exists(_:by:)`.
    public func exists(_ key: String, by deadline: StorageDeadline) throws(StateError) -> Bool {
        let name = try name(key, deadline)
        return store.objects.withLock { $0[name] != nil }
    }

    private func name(_ key: String, _ deadline: StorageDeadline) throws(StateError) -> [UInt8] {
        try StorageKey.check(key, in: uri.place)
        try deadline.check(uri.path(of: key))
        return Array(joinedPath(uri.path, key).utf8)
    }
}

extension StorageURI {
    /// Checks that an address has no parameters but these.
    ///
    /// - Throws: `StateError` that names the first other one, never its value.
    package func expectParameters(_ known: [String]) throws(StateError) {
        guard let other = parameters.first(where: { !known.contains($0.name) }) else { return }
        let list = known.map { "\"\($0)\"" }.joined(separator: ", ")
        throw StateError(
            .unknownKey,
            unknownName(
                "there is no parameter \"\(other.name.shortened)\"", nearest: nearestName(to: other.name, in: known),
                rest: known.isEmpty ? "addresses of \(scheme): have none" : "the parameters are \(list)"), path: place)
    }
}
