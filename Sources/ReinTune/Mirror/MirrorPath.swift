import ReinCheckpoints

/// What a path below the folder of an experiment is of, there and in a storage.
enum MirrorPath {
    /// The names that the folder of what a trial is about to take over has in a storage: its own, and another one for the
    /// next while the first is still needed.
    static let stagedNames = [TakenOverCheckpoint.folderName, "\(TakenOverCheckpoint.folderName)-next"]

    /// The names of what a mirror has at its place beside the folder.
    static let ownNames = [MirrorOwner.key, MirrorRecord.key]

    /// The parts of a path.
    static func parts(_ path: String) -> [Substring] { path.split(separator: "/", omittingEmptySubsequences: false) }

    /// The trial's folder and the index of a file in a checkpoint; nil for others.
    static func checkpoint(_ parts: [Substring]) -> (trial: String, index: Int)? {
        guard parts.count > 2, let index = CheckpointName.index(in: String(parts[1])) else { return nil }
        return (String(parts[0]), index)
    }

    /// The trial's folder and the name of the inner one of a file that is taken over; nil for others.
    static func staged(_ parts: [Substring]) -> (trial: String, name: String)? {
        guard parts.count > 2, stagedNames.contains(String(parts[1])) else { return nil }
        return (String(parts[0]), String(parts[1]))
    }

    /// Whether a folder is a checkpoint, or in one.
    static func isInCheckpoint(_ folder: String) -> Bool {
        let parts = parts(folder)
        guard parts.count > 1 else { return false }
        return CheckpointName.index(in: String(parts[1])) != nil
            || (parts.count > 2 && parts[1] == TakenOverCheckpoint.folderName)
    }

    /// The trial's folder whose journal of checkpoints a path is; nil for others.
    static func store(_ parts: [Substring]) -> String? {
        parts.count == 2 && parts[1] == CheckpointRecords.fileName ? String(parts[0]) : nil
    }

    /// The path of a file that is taken over, with another name of its folder.
    static func renamed(_ parts: [Substring], to name: String) -> String {
        ([String(parts[0]), name] + parts.dropFirst(2).map(String.init)).joined(separator: "/")
    }
}
