/// What `rllib_checkpoint.json` says: what kind of checkpoint a directory is, and which files belong to it.
///
/// The keys are RLlib's (`type`, `checkpoint_version`, `format`, `state_file`, `policy_ids`), and five of ours:
/// `rein_version`, `replay`, `files`, `added_files` and, last of all, the checksum of the manifest itself (`ManifestSeal`). `state_file` is
/// written and never followed; names of files are fixed.
public struct CheckpointManifest: Sendable, Equatable {
    /// The name of the manifest's file in a checkpoint directory.
    public static let fileName = "rllib_checkpoint.json"

    /// The version of the layout that is written: `"1.1"`. A reader refuses a newer major version.
    public static let currentVersion = "1.1"

    /// The largest number of bytes of a manifest that is read: 128 MB, those of 300,000 policies.
    static let sizeLimit = 1 << 27

    /// Whether it is an algorithm or a single policy.
    public var kind: CheckpointDirectory.Kind
    /// The version of the layout.
    public var version: String
    /// The kind of state files.
    public var format: CheckpointFormat
    /// The version of Rein that wrote the checkpoint, nil if it was another program.
    public var reinVersion: String?
    /// The ids of an algorithm's policies in its order; empty in the manifest of a policy.
    public var policyIDs: [PolicyID]
    /// Whether the replay of each policy is in the checkpoint. Policies whose method has none are not listed.
    public var replays: [PolicyID: Replay] = [:]
    /// The files with their checksums, nil if it was another program that wrote the checkpoint.
    public var files: [FileRecord]? {
        didSet { indexFiles() }
    }
    /// The files that somebody added to those of the checkpoint: metadata, and whatever else; the path of an empty folder
    /// ends with a slash.
    public var added: [FileRecord] = []
    /// Whether a checksum of its own said that the manifest is what was written.
    public internal(set) var hasChecksum = false
    /// Where in `files` each path is.
    private var positions: [String: Int] = [:]

    /// Whether a policy's replay is in a checkpoint; see `ReplayState`.
    public enum Replay: String, Sendable, CaseIterable {
        /// It is, in a file of its own.
        case included
        /// The settings left it out: training goes on with an empty one.
        case omitted
    }

    /// A file that belongs to a checkpoint.
    public struct FileRecord: Sendable, Equatable {
        /// The place of the file below the checkpoint directory, with slashes.
        public var path: String
        /// The number of bytes.
        public var size: Int
        /// SHA-256 of the bytes, 64 hexadecimal digits.
        public var sha256: String
        /// The first 16 digits of SHA-256 of each tensor's bytes by name, to tell which one is damaged. Not in the
        /// manifest of an algorithm for the files of a policy, which have a manifest beside them.
        public var tensors: [(name: String, sha256: String)] = []

        /// Whether both records say the same.
        public static func == (left: FileRecord, right: FileRecord) -> Bool {
            left.path == right.path && left.size == right.size && left.sha256 == right.sha256
                && left.tensors.elementsEqual(right.tensors) { $0 == $1 }
        }
    }

    /// Creates the manifest of a checkpoint that this version of Rein writes.
    init(
        kind: CheckpointDirectory.Kind, format: CheckpointFormat, policyIDs: [PolicyID] = [],
        replays: [PolicyID: Replay] = [:], files: [FileRecord], added: [FileRecord] = []
    ) {
        self.kind = kind
        self.version = Self.currentVersion
        self.format = format
        self.reinVersion = ReinVersion.current
        self.policyIDs = policyIDs
        self.replays = replays
        self.files = files
        self.added = added
        indexFiles()
    }

    /// The record of a file, found in constant time.
    func record(of path: String) -> FileRecord? {
        guard let files, let position = positions[path] else { return nil }
        return files[position]
    }

    /// Notes where each file's record is.
    mutating func indexFiles() {
        positions = [:]
        guard let files else { return }
        positions.reserveCapacity(files.count)
        for (position, file) in files.enumerated() where positions[file.path] == nil {
            positions[file.path] = position
        }
    }

    /// The record of the file that holds the replay of a policy, nil if there is none.
    public func replayRecord(of id: PolicyID) -> FileRecord? {
        guard replays[id] == .included else { return nil }
        return record(of: CheckpointDirectory.replayPath(of: id, format))
    }
}

/// The version of Rein.
public enum ReinVersion {
    /// The version of this build, as written into checkpoints.
    public static let current = "0.1.0"
}
