/// Where a checkpoint is read from: a directory, or memory. Whatever restores takes one of these.
package protocol CheckpointSource: Sendable {
    /// What the checkpoint is called in messages; the path of a directory.
    var path: String { get }
    /// What the checkpoint is of.
    var kind: CheckpointDirectory.Kind { get }
    /// Which policies there are, and which of them have a replay.
    var manifest: CheckpointManifest { get throws(StateError) }

    /// The state of the algorithm, without its policies.
    ///
    /// - Throws: `StateError` for the checkpoint of a policy, and for a file that is damaged, naming it.
    func algorithmState() throws(StateError) -> StateTree

    /// The state of one policy.
    ///
    /// - Parameter id: which one; it may be left out when there is only one.
    /// - Throws: `StateError` with `.unknownPolicy` that lists the ids there are, and for a file that is damaged, naming
    ///   it.
    func policyState(_ id: PolicyID?) throws(StateError) -> StateTree

    /// The replay of one policy.
    ///
    /// - Throws: `StateError` when the manifest promises one that is not there, and for a file that is damaged.
    func replayState(_ id: PolicyID) throws(StateError) -> ReplayState

    /// The files by which other programs run a policy, of which none is opened before its bytes are asked for.
    ///
    /// - Parameter id: which policy of an algorithm; it may be left out when there is only one.
    /// - Throws: `StateError` with `.unknownPolicy` that lists the ids there are, and for a manifest that is damaged.
    func modelFiles(of id: PolicyID?) throws(StateError) -> [ModelFile]

    /// Where a policy's state lies, to be named in a message.
    func location(of id: PolicyID?) -> String
}

/// A checkpoint in a directory, whose files are compared with their checksums or not.
package struct DirectorySource: CheckpointSource {
    /// The directory.
    package let directory: CheckpointDirectory
    private let verifiesChecksums: Bool

    /// Reads from a directory.
    ///
    /// - Parameter verifyingChecksums: whether to compare files with their checksums in the manifest, where there are.
    package init(_ directory: CheckpointDirectory, verifyingChecksums: Bool = true) {
        self.directory = directory
        verifiesChecksums = verifyingChecksums
    }

    /// The path of the directory.
    package var path: String { directory.path }
    /// What the checkpoint is of.
    package var kind: CheckpointDirectory.Kind { directory.kind }
    /// The manifest, read when it is first asked for.
    package var manifest: CheckpointManifest { get throws(StateError) { try directory.manifest } }

    /// Reads the state of the algorithm.
    ///
    /// - Throws: `StateError` that names the file.
    package func algorithmState() throws(StateError) -> StateTree {
        try directory.algorithmState(verifyingChecksum: verifiesChecksums)
    }

    /// Reads the state of a policy, of whose files alone something is opened.
    ///
    /// - Throws: `StateError` that lists the ids there are, or names the file.
    package func policyState(_ id: PolicyID?) throws(StateError) -> StateTree {
        try directory.policyState(id, verifyingChecksum: verifiesChecksums)
    }

    /// Reads the replay of a policy, in a tree that points into its file.
    ///
    /// - Throws: `StateError` that names the file.
    package func replayState(_ id: PolicyID) throws(StateError) -> ReplayState {
        try directory.replayState(id, verifyingChecksum: verifiesChecksums)
    }

    /// The files by which other programs run a policy, which lie in the directory.
    ///
    /// - Throws: `StateError` that lists the ids there are, or names the manifest.
    package func modelFiles(of id: PolicyID?) throws(StateError) -> [ModelFile] {
        try directory.modelFiles(of: id, verifyingChecksum: verifiesChecksums)
    }

    /// The file of a policy alone, the folder of one of an algorithm.
    package func location(of id: PolicyID?) -> String { directory.location(of: id) }
}
