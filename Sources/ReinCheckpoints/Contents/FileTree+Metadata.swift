extension FileTree {
    /// What was noted about the checkpoint; empty when nothing was.
    ///
    /// - Throws: `StateError` when the file is no JSON object.
    func metadata() throws(StateError) -> StateMap {
        let name = CheckpointLayout.metadataFile
        switch self[name] {
        case .file(let bytes)?: return try CheckpointMetadata.read(bytes.array, path: name)
        case .folder?: throw StateError(.malformed, "is a directory, not a file", path: name)
        case nil: return [:]
        }
    }

    /// Notes something about the checkpoint; nothing takes no file.
    ///
    /// - Throws: `StateError` with the place of what JSON cannot hold.
    @inline(never)  // Once for its many callers, to whom a call is nothing.
    mutating func setMetadata(_ metadata: StateMap) throws(StateError) {
        let text = try CheckpointMetadata.text(metadata)
        self[CheckpointLayout.metadataFile] = metadata.isEmpty ? nil : .file(StateBytes(Array(text.utf8)))
    }
}
