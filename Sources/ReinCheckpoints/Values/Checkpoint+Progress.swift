/// What the driver of a trainable keeps in a checkpoint.
extension Checkpoint {
    /// The name of the file that has it, in the directory of a checkpoint, and in the folders of a directory that has
    /// checkpoints of its own.
    package static let progressFileName = CheckpointLayout.progressFile

    /// What a driver has kept, numbers that are not finite included; nil when nothing was. It goes with the checkpoint
    /// wherever it is copied or sent to, and is no part of its dictionary or its metadata.
    ///
    /// - Throws: `StateError` that names its file when it is damaged.
    package func progress() throws(StateError) -> StateMap? {
        switch content {
        case .states, .dictionary: savedProgress
        case .files(let tree): try tree.progressFile()?.progress
        case .directory(let path): try ProgressFile.read(in: Directory(opening: path))?.progress
        case .remote(let remote): throw remote.isElsewhere
        }
    }

    /// Keeps something in the place of what was kept before. A checkpoint that lies in a directory is in memory afterwards:
    /// the directory stays as it is.
    ///
    /// - Throws: `StateError` with the place of a tensor, and when the directory cannot be read; nothing has then changed.
    package mutating func setProgress(_ progress: StateMap?) throws(StateError) {
        switch content {
        case .states, .dictionary:
            if let progress { _ = try ProgressFile(progress).bytes() }
            savedProgress = progress
        case .remote(let remote): throw remote.isElsewhere
        case .files, .directory:
            var tree = try files()
            if tree.isOfStates {
                tree = try tree.changed { directory throws(StateError) in
                    try ProgressFile.put(progress, in: Directory(opening: directory))
                }
            } else {
                try tree.setProgress(progress)
            }
            content = .files(tree)
        }
        copy = TemporaryCopy()
    }
}

extension FileTree {
    /// The tree that comes of changing a directory of these files.
    ///
    /// - Parameter change: changes the directory at a path.
    /// - Throws: `StateError` of `change`, or when the directory cannot be made.
    func changed(_ change: (String) throws(StateError) -> Void) throws(StateError) -> FileTree {
        let scratch = TemporaryCopy()
        let place = try scratch.enter { path throws(StateError) in
            try Checkpoint(.files(self)).write(to: path, synchronizing: false)
        }
        defer { scratch.leave() }
        try change(place)
        return try FileTree(reading: place)
    }
}
