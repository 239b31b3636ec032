extension Checkpoint {
    /// Removes the directory of a checkpoint. At one stroke it is none any more; a process that is killed then leaves a
    /// hidden directory, as a writer does.
    ///
    /// - Throws: `StateError` with `.notFound` when there is none, or when it is not known to be one: it has neither a
    ///   manifest nor what `write(to:)` or a trainable's driver adds.
    package static func remove(directory path: String) throws(StateError) {
        try CheckpointDirectory.remove(at: path) { directory throws(StateError) in
            if try CheckpointDirectory.looksLikeCheckpoint(directory) { return true }
            for file in CheckpointLayout.ownFiles where try directory.contains(file) { return true }
            return false
        }
    }
}
