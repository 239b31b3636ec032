public import ReinCheckpoints

/// A trainable that writes files of its own.
public protocol DirectoryTrainable: Trainable {
    /// Writes everything that is needed to go on into a directory.
    ///
    /// - Parameter directory: the path of an empty one, which is renamed afterwards: no file should hold its path.
    /// - Throws: what cannot be written.
    func saveCheckpoint(to directory: String) async throws

    /// Takes over what `saveCheckpoint(to:)` wrote.
    ///
    /// - Parameter directory: the path of a directory with the same files, which stay as they are.
    /// - Throws: what is missing or does not fit.
    mutating func loadCheckpoint(from directory: String) async throws
}

extension DirectoryTrainable {
    /// The files as a checkpoint in memory.
    ///
    /// - Throws: what `saveCheckpoint` throws, and `StateError` for what is no file or folder.
    public func checkpoint() async throws -> Checkpoint {
        let folder = try LocalFile.makeTemporaryDirectory("rein-trainable")
        defer { LocalFile.removeTemporaryDirectory(folder) }
        try await saveCheckpoint(to: folder)
        return try Checkpoint(bytes: Checkpoint(directory: folder).bytes())
    }

    /// Loads the files of a checkpoint: where they lie, or from a temporary copy.
    ///
    /// - Throws: what `loadCheckpoint` throws, and `StateError` when the copy cannot be made.
    public mutating func load(_ checkpoint: Checkpoint) async throws {
        if let path = checkpoint.path { return try await loadCheckpoint(from: path) }
        let folder = try LocalFile.makeTemporaryDirectory("rein-trainable")
        defer { LocalFile.removeTemporaryDirectory(folder) }
        try checkpoint.write(to: "\(folder)/checkpoint", synchronizing: false)
        try await loadCheckpoint(from: "\(folder)/checkpoint")
    }
}
