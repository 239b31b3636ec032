extension Checkpoint {
    /// What was noted about the checkpoint, a JSON object; empty when nothing was. It goes with the checkpoint wherever it
    /// is copied or sent to, and is no part of its dictionary.
    ///
    /// - Throws: `StateError` when its file is no JSON object.
    public func metadata() throws(StateError) -> StateMap {
        switch content {
        case .states, .dictionary: return notes
        case .files(let tree): return try tree.metadata()
        case .directory(let path):
            let name = CheckpointLayout.metadataFile
            guard let file = try Directory(opening: path).existingFile(name) else { return [:] }
            return try CheckpointMetadata.read(
                file.bytes(limit: CheckpointMetadata.sizeLimit).array, path: "\(path)/\(name)")
        case .remote(let remote): throw remote.isElsewhere
        }
    }

    /// Notes something about the checkpoint in the place of what was noted before. In a directory it is written down at
    /// one stroke, also in the manifest of an algorithm or a policy.
    ///
    /// - Throws: `StateError` with the place of what JSON cannot hold, and when it cannot be written; nothing has then
    ///   changed.
    public mutating func setMetadata(_ metadata: StateMap) throws(StateError) {
        let text = try CheckpointMetadata.text(metadata)
        switch content {
        case .remote(let remote): throw remote.isElsewhere
        case .states, .dictionary: notes = metadata
        case .directory(let path): try DirectoryNotes.replace(metadata.isEmpty ? nil : text, in: path)
        case .files(var tree):
            if tree.isOfStates {
                tree = try tree.changed { directory throws(StateError) in
                    try DirectoryNotes.replace(metadata.isEmpty ? nil : text, in: directory)
                }
            } else {
                try tree.setMetadata(metadata)
            }
            content = .files(tree)
        }
        copy = TemporaryCopy()
    }

    /// Notes something about the checkpoint beside what was noted before: an entry with a key that is there is replaced
    /// whole.
    ///
    /// - Throws: as `setMetadata`.
    public mutating func updateMetadata(_ changes: StateMap) throws(StateError) {
        var metadata = try metadata()
        for (key, value) in changes { metadata[key] = value }
        try setMetadata(metadata)
    }
}
