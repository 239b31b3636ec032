extension CheckpointDirectory {
    /// Removes the checkpoint at `path`. At one stroke it is none any more; a process that is killed then leaves a
    /// hidden directory, as a writer does. Files that it shares with other checkpoints stay theirs.
    ///
    /// - Throws: `StateError` when there is no checkpoint, or when it cannot be removed.
    package static func remove(at path: String) throws(StateError) {
        try remove(at: path) { directory throws(StateError) in try looksLikeCheckpoint(directory) }
    }

    /// Removes the directory at `path`, if it is what it should be.
    static func remove(
        at path: String, if isCheckpoint: (borrowing Directory) throws(StateError) -> Bool
    ) throws(StateError) {
        let name = lastComponent(of: path)
        let parent = try Directory(opening: parentPath(of: path))
        let directory = try parent.directory(name)
        guard try isCheckpoint(directory) else {
            throw StateError(.notFound, "holds no checkpoint, so it is not removed", path: path)
        }
        let hidden = try Remains.hide(name, in: parent)
        Remains.discard(directory, hidden, in: parent)
    }

    /// Removes what killed writers have left in a directory; a checkpoint that a live one works on stays. Every writer of
    /// a checkpoint does that for the directory it writes in, once in its process.
    ///
    /// - Parameter files: the names of files there that nobody else may be replacing: what was to replace them goes too.
    package static func removeRemains(in path: String, andOf files: [String] = []) {
        guard let parent = try? Directory(opening: path) else { return }
        Remains.remove(in: parent)
        guard !files.isEmpty, let names = try? parent.names() else { return }
        for name in names where files.contains(where: { TemporaryName.matches(name, replacing: $0) }) {
            try? parent.removeFile(name)
        }
    }
}
