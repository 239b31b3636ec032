/// A storage in a folder of this machine: `file:///data/run`. The folder is made when something is written to it.
///
/// Symbolic links inside are not followed, so that nothing that is read or written lies elsewhere. An object is written
/// under a hidden name beside its own, synchronised, and renamed. What is hidden that way is not listed.
public struct FileStorage: Storage {
    /// Where the keys begin.
    public let uri: StorageURI
    private let root: String

    /// Opens the storage at an address.
    ///
    /// - Throws: `StateError` for an address with a machine's name or parameters.
    public init(_ uri: StorageURI) throws(StateError) {
        guard uri.authority.isEmpty || uri.authority == "localhost" else {
            throw StateError(
                .malformed, "names another machine; a path of this one has three slashes, as in file:///data/run",
                path: uri.place)
        }
        try uri.expectParameters([])
        self.uri = uri
        root = "/\(uri.path)"
    }

    /// The storage in a folder.
    public init(directory path: String) throws(StateError) { try self.init(StorageURI(file: path)) }

    /// Lists what lies in a folder; see `Storage.list(_:by:)`.
    public func list(_ folder: String, by deadline: StorageDeadline) throws(StateError) -> [StorageEntry] {
        try StorageKey.check(folder: folder, in: root)
        try deadline.check(uri.path(of: folder))
        guard let directory = try directory(StorageKey.parts(of: folder)) else { return [] }
        let tree = try DirectoryTree(
            of: directory, named: folder, limit: StorageEntry.limit
        ) { key, path throws(StateError) in
            try deadline.check(path)
            try StorageKey.check(key, in: root)
        }
        let entries = tree.files.map { StorageEntry(key: $0.path, size: $0.size) }
        return try StorageEntry.sorted(entries, path: root)
    }

    /// Reads a part of an object; see `Storage.read(_:range:by:)`.
    public func read(
        _ key: String, range: Range<Int>, by deadline: StorageDeadline
    ) throws(StateError) -> [UInt8] {
        let (folder, name) = try parts(of: key, deadline)
        let place = uri.path(of: key)
        guard let directory = try directory(folder), try isObject(name, in: directory),
            let file = try directory.existingFile(name)
        else { throw StateError(.notFound, "there is no such object", path: place) }
        let range = range.clamped(to: 0..<file.size)
        var failure: StateError?
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { memory, count in
            do throws(StateError) {
                count = try file.read(into: UnsafeMutableRawBufferPointer(memory), at: range.lowerBound)
            } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Writes an object; see `Storage.write(_:to:by:)`.
    public func write(
        _ contents: StorageContents, to key: String, by deadline: StorageDeadline
    ) throws(StateError) {
        let (folder, name) = try parts(of: key, deadline)
        let place = uri.path(of: key)
        if let hidden = (folder + [name]).first(where: { TemporaryName.matches($0) }) {
            throw StateError(.outOfRange, "\"\(hidden.shortened)\" is a name of what is not finished", path: place)
        }
        // Somebody who deletes may remove a folder that has just been made.
        for isLast in [false, false, true] {
            do throws(StateError) {
                let directory = try newDirectory(folder)
                return try directory.replace(name) { sink throws(StateError) in
                    try contents.forEachPiece { piece throws(StateError) in
                        try deadline.check(place)
                        try sink.write(piece)
                    }
                } accept: { size, sha256 throws(StateError) in
                    try contents.requireWritten(size: size, sha256: sha256, path: place)
                }
            } catch {
                guard error.code == .notFound, !isLast else { throw error }
            }
        }
    }

    /// Deletes an object; see `Storage.delete(_:by:)`.
    public func delete(_ key: String, by deadline: StorageDeadline) throws(StateError) {
        let (folder, name) = try parts(of: key, deadline)
        guard let directory = try directory(folder), try isObject(name, in: directory) else { return }
        try directory.removeFile(name)
        // Folders are nothing of their own: the empty ones go, as far as that can be done.
        for count in folder.indices.reversed() {
            guard let parent = try? self.directory(Array(folder[..<count])),
                (try? parent.removeDirectory(folder[count])) != nil
            else { return }
        }
    }

    /// Whether there is an object; see `Storage.exists(_:by:)`.
    public func exists(_ key: String, by deadline: StorageDeadline) throws(StateError) -> Bool {
        let (folder, name) = try parts(of: key, deadline)
        guard let directory = try directory(folder) else { return false }
        return try isObject(name, in: directory)
    }

    private func parts(
        of key: String, _ deadline: StorageDeadline
    ) throws(StateError) -> (folder: [String], name: String) {
        try StorageKey.check(key, in: root)
        try deadline.check(uri.path(of: key))
        var parts = StorageKey.parts(of: key)
        let name = parts.removeLast()
        return (parts, name)
    }

    /// Opens a folder, nil when there is none.
    private func directory(_ folder: [String]) throws(StateError) -> Directory? {
        guard try LocalFile.exists(root) else { return nil }
        var directory = try Directory(opening: root)
        for name in folder {
            guard let kind = try FileStatus(of: name, in: directory)?.kind, kind != .regularFile else { return nil }
            guard let next = try directory.existingDirectory(name) else { return nil }
            directory = next
        }
        return directory
    }

    /// Opens a folder, which is made when it is not there.
    private func newDirectory(_ folder: [String]) throws(StateError) -> Directory {
        try LocalFile.makeDirectories(root)
        var directory = try Directory(opening: root)
        for name in folder { directory = try directory.newOrExistingDirectory(name) }
        return directory
    }

    /// Whether there is a file of a name.
    ///
    /// - Throws: `StateError` for what is neither a file nor a directory.
    private func isObject(_ name: String, in directory: borrowing Directory) throws(StateError) -> Bool {
        switch try FileStatus(of: name, in: directory)?.kind {
        case nil, .directory: return false
        case .regularFile: return true
        case let kind?: throw kind.refusal(directory.path(of: name))
        }
    }
}
