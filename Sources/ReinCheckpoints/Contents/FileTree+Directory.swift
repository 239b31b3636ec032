extension FileTree {
    /// Reads everything in a directory. Nothing that is hidden as the remains of a writer is read.
    ///
    /// - Parameters:
    ///   - path: the directory.
    ///   - names: what is not read of its uppermost folder.
    /// - Throws: `StateError` that names what is no file or folder, has a name that is not UTF-8, or cannot be read; and
    ///   for more files than are read.
    package init(reading path: String, leavingOut names: Set<String> = []) throws(StateError) {
        var count = 0
        self = try FileTree(Directory(opening: path), leavingOut: names, depth: 0, count: &count)
    }

    private init(
        _ directory: borrowing Directory, leavingOut left: Set<String> = [], depth: Int, count: inout Int
    ) throws(StateError) {
        self.init()
        guard depth < Self.maximumDepth else {
            throw StateError(.outOfRange, "lies deeper than \(Self.maximumDepth) folders", path: directory.path)
        }
        for name in try directory.names() where !TemporaryName.matches(name) && !left.contains(name) {
            count += 1
            guard count <= Self.maximumCount else {
                throw StateError(.outOfRange, "more than \(Self.maximumCount) files", path: directory.path)
            }
            guard FileName.isPossible(name), !name.unicodeScalars.contains("\u{FFFD}") else {
                throw StateError(
                    .malformed, "is no name that a file of a checkpoint may have", path: directory.path(of: name))
            }
            if try FileStatus(of: name, in: directory)?.kind == .directory {
                self[name] = .folder(try FileTree(directory.directory(name), depth: depth + 1, count: &count))
            } else {
                self[name] = .file(try directory.read(name, limit: .max))
            }
        }
    }

    /// Writes everything into a directory where nothing of these names is.
    ///
    /// - Parameters:
    ///   - directory: where to.
    ///   - prefix: what stands before the names in records.
    ///   - isWritten: called after each file and each empty folder with its path, its size and the checksum of its bytes;
    ///     the path of a folder ends with a slash.
    /// - Throws: `StateError` that names the file.
    func write(
        into directory: borrowing Directory, below prefix: String = "",
        _ isWritten: (_ path: String, _ size: Int, _ sha256: String) throws(StateError) -> Void
    ) throws(StateError) {
        for name in names {
            switch self[name] {
            case .file(let bytes)?:
                let file = try directory.create(name)
                try bytes.withUnsafeBytes { memory throws(StateError) in try file.write(memory) }
                let written = try file.finish()
                try isWritten(prefix + name, written.size, written.sha256)
            case .folder(let folder)?:
                try folder.write(into: directory.makeDirectory(name), below: prefix + name + "/", isWritten)
                if folder.isEmpty {
                    try isWritten(prefix + name + "/", 0, Checksum.hexadecimal([]))
                }
            case nil: break
            }
        }
    }
}
