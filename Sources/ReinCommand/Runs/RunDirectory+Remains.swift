import Rein

/// What processes leave in a run's directory that were killed.
extension RunDirectory {
    /// Whether the directory is there and nothing is in it but what a killed process leaves before it begins.
    ///
    /// - Throws: `StateError` when the system does not tell.
    var holdsNothing: Bool {
        get throws(StateError) {
            guard try LocalFile.isDirectory(path) else { return false }
            return try LocalFile.names(in: path).allSatisfy { name in
                name == DirectoryLock.fileName
                    || Self.replacedNames.contains { TemporaryName.matches(name, replacing: $0) }
            }
        }
    }

    /// Removes files and checkpoints that were never finished. The directory must be claimed; a checkpoint that a live
    /// process writes there all the same stays.
    func removeRemains() { CheckpointDirectory.removeRemains(in: path, andOf: Self.replacedNames) }
}
