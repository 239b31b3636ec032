extension FileTree {
    /// Reads everything in a directory. Nothing that is hidden as the remains of a writer is read.
    ///
    /// - Parameters:
    ///   - path: the directory.
    ///   - names: what is not read of its uppermost folder.
    /// - Throws: `StateError` that names what is no file or folder, has a name that is not UTF-8, or cannot be read; and
    ///   for more files than are read.
    package init(reading path: String, leavingOut names: [String] = []) throws(StateError) {
        self.init()
        let directory = try Directory(opening: path)
        let tree = try DirectoryTree(of: directory, limit: Self.maximumCount)
        func isLeftOut(_ path: String) -> Bool {
            let first = path.parts(between: "/", omittingEmpty: true).first
            // What was to replace the notes when its writer was killed.
            return first.map { names.contains($0) || CheckpointLayout.isUnfinished($0) } ?? false
        }
        do {
            for file in tree.files where !isLeftOut(file.path) {
                try insert(directory.file(at: file.path).bytes(limit: .max), at: file.path)
            }
            for folder in tree.emptyFolders where !isLeftOut(folder) { try insert(nil, at: folder) }
        } catch {
            throw error.path.hasPrefix(path) ? error : error.nested(under: path)
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
