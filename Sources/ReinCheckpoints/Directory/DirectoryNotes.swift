/// The metadata of a checkpoint in a directory.
enum DirectoryNotes {
    /// Replaces the metadata at one stroke. A manifest that lists the checkpoint's files lists this one, too: a new
    /// directory with all other files changes places with the old one.
    ///
    /// - Parameter text: what to write; nothing is left when nil.
    /// - Throws: `StateError` when it cannot be written; the old directory is then as it was.
    static func replace(_ text: String?, in path: String) throws(StateError) {
        let name = CheckpointLayout.metadataFile
        if try CheckpointDirectory.exists(at: path) {
            var manifest = try CheckpointDirectory(opening: path).manifest
            if manifest.files != nil {
                manifest.added.removeAll { $0.path == name }
                let writer = try CheckpointWriter(to: path, format: manifest.format, replacingExisting: true)
                return try writer.run(synchronizing: true) { writer throws(StateError) in
                    try writer.rewrite(path, name, text.map { Array($0.utf8) }, manifest)
                }
            }
        }
        removeRemains(in: path)
        if let text { return try LocalFile.replace("\(path)/\(name)", with: text) }
        let directory = try Directory(opening: path)
        try directory.removeFile(name)
        try directory.synchronize()
    }

    /// Removes what a process that was killed was about to note about the checkpoint in a directory.
    static func removeRemains(in path: String) {
        CheckpointDirectory.removeRemains(
            in: path, andOf: [CheckpointLayout.metadataFile, CheckpointLayout.progressFile])
    }
}
