/// A checkpoint on disk: of an algorithm with its policies, or of one policy.
///
///     checkpoint_000010/
///       rllib_checkpoint.json              what it is, versions, policy ids, sizes and checksums, its own included
///       algorithm_state.safetensors        (or .msgpck)
///       replay/<policy id>.safetensors     the experience that a policy's learner draws from, if it is saved
///       policies/<policy id>/
///         rllib_checkpoint.json            the folder of a policy is a policy checkpoint by itself
///         policy_state.safetensors
///         model/                           files by which other programs run the policy, if they are asked for
///
/// Opening a checkpoint reads the beginning of its manifest only; each state is read when asked for. Reading a policy
/// touches that policy's files and the manifests, which must belong together, and never its replay, what lies in `model` or
/// another's files.
///
/// Files of policies that did not change may share their room on the disk with those of another checkpoint, which is not to
/// be noticed otherwise: every checkpoint is complete, wherever it is moved and whichever other is deleted. Where the file
/// system has clones, writing into one of the files leaves the others as they are. Elsewhere they are hard links, which
/// means one file under several names: what happens to it happens to all these checkpoints. For that reason the files of a
/// checkpoint are read-only, and never changed where they lie.
///
/// A checkpoint may come from anywhere: nothing outside of the directory is opened, whatever its files say, symbolic
/// links inside are not followed, and pickles are refused. Files must not be changed while their states are in use.
public struct CheckpointDirectory: Sendable {
    /// What a checkpoint is of.
    public enum Kind: String, Sendable {
        /// An algorithm with its policies.
        case algorithm = "Algorithm"
        /// One policy.
        case policy = "Policy"

        /// The name of the state file.
        @inline(never)
        func stateFile(_ format: CheckpointFormat) -> String { "\(stem).\(format.fileExtension)" }

        /// The name of the state file that RLlib writes by default, a Python pickle.
        var pickle: String { "\(stem).pkl" }

        private var stem: String {
            switch self {
            case .algorithm: "algorithm_state"
            case .policy: "policy_state"
            }
        }
    }

    /// The path by which the checkpoint was opened.
    public let path: String
    /// What the checkpoint is of.
    public let kind: Kind
    /// The kind of state files.
    public let format: CheckpointFormat
    private let cache = ManifestCache()

    /// Opens a checkpoint.
    ///
    /// - Throws: `StateError` when there is none, when it is of a newer version, a pickle, or the remains of a writer
    ///   that was stopped.
    public init(opening path: String) throws(StateError) {
        guard !TemporaryName.matches(lastComponent(of: path)) else {
            throw StateError(.malformed, "the remains of a checkpoint that was never finished; delete it", path: path)
        }
        let directory = try Directory(opening: path)
        self.path = path
        let found = try Self.identify(directory)
        (kind, format) = (found.kind, found.format)
    }

    /// Whether there is a checkpoint at `path`, of any version or format.
    ///
    /// - Throws: `StateError` when the system does not tell.
    public static func exists(at path: String) throws(StateError) -> Bool {
        guard !TemporaryName.matches(lastComponent(of: path)), try LocalFile.isDirectory(path) else { return false }
        return try looksLikeCheckpoint(Directory(opening: path))
    }

    /// The manifest, as it was when it was first asked for.
    public var manifest: CheckpointManifest {
        get throws(StateError) {
            try cache.value { () throws(StateError) in
                try Self.manifest(of: try Directory(opening: path), expecting: (kind, format))
            }
        }
    }

    /// The ids of the policies of an algorithm, in its order; empty for the checkpoint of a policy.
    public var policyIDs: [PolicyID] {
        get throws(StateError) { kind == .algorithm ? try manifest.policyIDs : [] }
    }

    /// Where a policy's state lies, to be named in a message: the file of a policy alone, the folder of one of an
    /// algorithm.
    package func location(of id: PolicyID?) -> String {
        switch (kind, id) {
        case (.policy, _): "\(path)/\(kind.stateFile(format))"
        case (.algorithm, let id?): "\(path)/\(Self.policiesFolder)/\(id)"
        case (.algorithm, nil): path
        }
    }

    /// Whether an algorithm's checkpoint has a folder for the policy, without reading the list of all policies.
    ///
    /// - Throws: `StateError` when the system does not tell.
    public func contains(policy id: PolicyID) throws(StateError) -> Bool {
        guard kind == .algorithm,
            let policies = try Directory(opening: path).existingDirectory(Self.policiesFolder)
        else { return false }
        return try policies.contains(id.string)
    }
}

extension CheckpointDirectory {
    /// Kind and format of the checkpoint in a directory, by the manifest or, without one, by its files; and the text of
    /// the manifest if all of it was read.
    static func identify(
        _ directory: borrowing Directory
    ) throws(StateError) -> (kind: Kind, format: CheckpointFormat, manifest: StateBytes?) {
        var kinds: [Kind] = [.policy, .algorithm]
        var text: StateBytes?
        if let manifest = try ManifestHead.read(in: directory) {
            text = manifest.text
            if let kind = manifest.head.kind {
                if let format = manifest.head.format { return (kind, format, text) }
                kinds = [kind]
            }
        }
        for kind in kinds {
            for format in CheckpointFormat.allCases where try directory.contains(kind.stateFile(format)) {
                return (kind, format, text)
            }
        }
        for kind in kinds where try directory.contains(kind.pickle) {
            throw ManifestHead.pickleRefusal(kind).nested(under: directory.path)
        }
        throw StateError(
            .notFound, "holds no checkpoint: neither \(CheckpointManifest.fileName) nor a state file",
            path: directory.path)
    }

    /// Whether a directory has the marks of a checkpoint, readable or not.
    ///
    /// - Throws: `StateError` when the system does not tell.
    static func looksLikeCheckpoint(_ directory: borrowing Directory) throws(StateError) -> Bool {
        if try directory.contains(CheckpointManifest.fileName) { return true }
        for kind in [Kind.policy, .algorithm] {
            for format in CheckpointFormat.allCases where try directory.contains(kind.stateFile(format)) { return true }
            if try directory.contains(kind.pickle) { return true }
        }
        return false
    }

    /// The manifest in a directory; one made up from its files if there is none.
    ///
    /// - Parameter text: the text of the manifest if it has been read already.
    static func manifest(
        of directory: borrowing Directory, expecting expected: (kind: Kind, format: CheckpointFormat),
        text: StateBytes? = nil
    ) throws(StateError) -> CheckpointManifest {
        var manifest = CheckpointManifest(kind: expected.kind, format: expected.format, files: [])
        manifest.reinVersion = nil
        manifest.files = nil
        var isThere = text != nil
        if !isThere { isThere = try directory.contains(CheckpointManifest.fileName) }
        if isThere {
            let path = "\(directory.path)/\(CheckpointManifest.fileName)"
            let text = if let text { text } else { try ManifestHead.text(in: directory) }
            let isSealed = try ManifestSeal.check(text, path: path)
            let reader = StateReader(try ManifestHead.whole(text, path: path), path: path)
            var head = try ManifestHead(reader)
            head.kind = head.kind ?? expected.kind
            head.format = head.format ?? expected.format
            guard head.kind == expected.kind else {
                throw reader.error(
                    .malformed, "the manifest is not that of a checkpoint of type \(expected.kind.rawValue)")
            }
            manifest = try CheckpointManifest(reader, head: head)
            manifest.hasChecksum = isSealed
        }
        // RLlib does not go by its list but by the folders.
        if expected.kind == .algorithm, manifest.reinVersion == nil, try directory.contains(policiesFolder) {
            var ids: [PolicyID] = []
            for name in try directory.directory(policiesFolder).names() { ids.append(try PolicyID(name)) }
            let known = KeyList(manifest.policyIDs.map(\.string))
            let present = KeyList(ids.map(\.string))
            manifest.policyIDs =
                manifest.policyIDs.filter { present.contains($0.string) } + ids.filter { !known.contains($0.string) }
        }
        if expected.kind == .algorithm, try !directory.contains(CheckpointManifest.fileName),
            try directory.contains(replayFolder)
        {
            let names = KeyList(try directory.directory(replayFolder).names())
            for id in manifest.policyIDs where names.contains(replayFile(of: id, expected.format)) {
                manifest.replays[id] = .included
            }
        }
        return manifest
    }

    /// The name of the folder of an algorithm's policies.
    static let policiesFolder = "policies"

    /// The name of the folder of the replay of an algorithm's policies.
    static let replayFolder = "replay"

    /// The name of the file of a policy's replay in that folder.
    static func replayFile(of id: PolicyID, _ format: CheckpointFormat) -> String { "\(id).\(format.fileExtension)" }

    /// The path of that file below the checkpoint's directory.
    static func replayPath(of id: PolicyID, _ format: CheckpointFormat) -> String {
        "\(replayFolder)/\(replayFile(of: id, format))"
    }
}
