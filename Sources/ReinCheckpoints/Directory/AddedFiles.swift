/// The files that a manifest lists as added, to be compared with what lies there.
struct AddedFiles {
    private var files = Table<String, CheckpointManifest.FileRecord>()
    /// The paths of the folders that they lie in, and of the empty ones.
    private var folders = KeyList<String>()

    /// Arranges the records of a manifest.
    ///
    /// - Throws: `StateError` for a path that is below a file.
    init(_ records: [CheckpointManifest.FileRecord]) throws(StateError) {
        for record in records {
            guard insert(record) else {
                throw StateError(.malformed, "the manifest has a file in the place of a folder", path: record.path)
            }
        }
    }

    private mutating func insert(_ record: CheckpointManifest.FileRecord) -> Bool {
        let parts = record.path.parts(between: "/")
        var folder = ""
        for part in parts.dropLast() {
            folder = joinedPath(folder, part)
            guard files[folder] == nil else { return false }
            folders.insert(folder)
        }
        // The path of an empty folder ends with a slash.
        guard parts.last != "" else { return true }
        return !folders.contains(record.path) && files.insert(record, for: record.path)
    }

    /// Whether something was added under a path.
    func contains(_ path: String) -> Bool { files[path] != nil || folders.contains(path) }

    /// Checks that all of it is there, is what was written, and that nothing else is in the folders.
    ///
    /// - Throws: `StateError` that names the first file at fault.
    func verify(in directory: borrowing Directory) throws(StateError) {
        try FileList(files.values).verify(in: directory)
        for path in folders.keys.sortedByBytes {
            let folder = try directory.folder(at: path)
            if let stranger = try folder.names().first(where: { !contains(joinedPath(path, $0)) }) {
                throw StateError(.malformed, "is no file of the checkpoint", path: "\(folder.path)/\(stranger)")
            }
        }
    }
}
