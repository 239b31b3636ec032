/// The files that a manifest lists as added, folder by folder, to be compared with what lies there.
struct AddedFiles {
    private var files = Table<String, CheckpointManifest.FileRecord>()
    private var folders = Table<String, AddedFiles>()

    /// Arranges the records of a manifest.
    ///
    /// - Throws: `StateError` for a path that is below a file.
    init(_ records: [CheckpointManifest.FileRecord]) throws(StateError) {
        for record in records {
            guard insert(record, record.path.parts(between: "/")[...]) else {
                throw StateError(.malformed, "the manifest has a file in the place of a folder", path: record.path)
            }
        }
    }

    private init() {}

    private mutating func insert(_ record: CheckpointManifest.FileRecord, _ parts: ArraySlice<String>) -> Bool {
        guard let name = parts.first, !name.isEmpty else { return true }
        if parts.count == 1 {
            return folders[name] == nil && files.insert(record, for: name)
        }
        // Out of the table, so that it is changed where it lies.
        var folder = folders.removeValue(for: name) ?? AddedFiles()
        let isNew = files[name] == nil && folder.insert(record, parts.dropFirst())
        folders[name] = folder
        return isNew
    }

    /// Whether something of this name was added.
    func contains(_ name: String) -> Bool { files[name] != nil || folders[name] != nil }

    /// Checks that all of it is there, is what was written, and that nothing else is in the folders.
    ///
    /// - Throws: `StateError` that names the first file at fault.
    func verify(in directory: borrowing Directory) throws(StateError) {
        for name in files.keys.sortedByBytes {
            guard let record = files[name] else { continue }
            let file = try directory.file(name)
            guard file.size == record.size else {
                throw StateError(
                    .checksumMismatch, "the file has \(file.size) bytes, \(record.size) were written", path: file.path)
            }
            let checksum = RunningChecksum()
            _ = try file.bytes(limit: record.size) { checksum.update($0) }
            guard checksum.hexadecimal() == record.sha256 else {
                throw StateError(
                    .checksumMismatch, "the file is not the one that was written: its checksum differs", path: file.path
                )
            }
        }
        for name in folders.keys.sortedByBytes {
            let folder = try directory.directory(name)
            let known = folders[name] ?? AddedFiles()
            if let stranger = try folder.names().first(where: { !known.contains($0) }) {
                throw StateError(.malformed, "is no file of the checkpoint", path: "\(folder.path)/\(stranger)")
            }
            try known.verify(in: folder)
        }
    }
}
