extension Checkpoint {
    /// Checks that the files are those that were written, as far as the checkpoint tells: each file that its manifest
    /// lists, as `CheckpointDirectory.verify` does, or each that was listed when a trainable saved it, beside which there
    /// may be others. Where nothing is listed, as in a directory of any files or a dictionary in memory, there is nothing to
    /// compare, and no error.
    ///
    /// - Throws: `StateError` that names the first file that is missing, damaged or cannot be read.
    public func verify() throws(StateError) {
        switch content {
        case .states, .dictionary: return
        case .directory(let path): try Self.verify(directory: path)
        case .remote(let remote): throw remote.isElsewhere
        case .files: try inDirectory { path throws(StateError) in try Self.verify(directory: path) }
        }
    }

    private static func verify(directory path: String) throws(StateError) {
        let directory = try Directory(opening: path)
        if let files = try ProgressFile.read(in: directory)?.files { return try files.verify(in: directory) }
        if try CheckpointDirectory.exists(at: path) { try CheckpointDirectory(opening: path).verify() }
    }
}
