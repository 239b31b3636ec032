public import ReinCheckpoints
import ReinNumerics
public import ReinPolicies

extension Policy {
    /// Reads a policy from a policy checkpoint, or from an algorithm checkpoint and an id. Only the policy's own
    /// files are opened, and the algorithm's manifest, which must list that policy.
    ///
    /// - Parameters:
    ///   - path: the checkpoint's directory.
    ///   - id: which policy of an algorithm checkpoint; may be left out when there is only one.
    ///   - verifyingChecksum: whether to compare the file with the checksum in its manifest first.
    /// - Throws: `StateError` that lists the ids there are when `id` is not one of them, or says what and where when a
    ///   file is damaged; and when `REIN_KERNELS` names no kernels that there are.
    public init(
        restoring path: String, id: PolicyID? = nil, verifyingChecksum: Bool = true
    ) throws(StateError) {
        try Arithmetic.checkEnvironment()
        try self.init(
            of: CheckpointDirectory(opening: path), id: id, verifyingChecksum: verifyingChecksum)
    }

    /// Reads a policy from a checkpoint of any kind: of an algorithm or a policy, written by Rein or by RLlib.
    ///
    ///     let policy = try Policy(restoring: Checkpoint(bytes: download))
    ///
    /// - Parameters:
    ///   - checkpoint: the checkpoint.
    ///   - id: which policy of an algorithm; may be left out when there is only one.
    /// - Throws: `StateError` as `init(restoring:id:verifyingChecksum:)`.
    public init(restoring checkpoint: Checkpoint, id: PolicyID? = nil) throws(StateError) {
        try Arithmetic.checkEnvironment()
        let source = try checkpoint.source()
        let state = try source.policyState(id)
        do throws(StateError) {
            try self.init(restoringFile: state)
        } catch {
            throw error.nested(under: source.location(of: id))
        }
    }

    /// Reads a policy from a checkpoint that has been opened before; see `init(restoring:id:verifyingChecksum:)`. Of many
    /// policies of one checkpoint each is read so, with one look at its manifest.
    package init(
        of directory: CheckpointDirectory, id: PolicyID?, verifyingChecksum: Bool = true
    ) throws(StateError) {
        let state = try directory.policyState(id, verifyingChecksum: verifyingChecksum)
        do throws(StateError) {
            try self.init(restoringFile: state)
        } catch {
            throw error.nested(under: directory.location(of: id))
        }
    }

    /// Takes over a policy from a checkpoint; see `init(restoring:id:verifyingChecksum:)`.
    ///
    /// - Throws: `StateError` as the initialiser; the policy is then unchanged.
    public mutating func restore(
        from path: String, id: PolicyID? = nil, verifyingChecksum: Bool = true
    ) throws(StateError) {
        self = try Policy(restoring: path, id: id, verifyingChecksum: verifyingChecksum)
    }

    /// Writes a policy checkpoint: a directory with a manifest and one state file, complete or not there at all.
    ///
    /// A MessagePack file holds what RLlib 2.10 reads, too, wherever RLlib has such a policy; with a learner's state, its
    /// training goes on there. Its SAC needs critics: of a policy that has no learner's state RLlib reads nothing then.
    ///
    /// - Parameters:
    ///   - path: the directory to make.
    ///   - format: the kind of file.
    ///   - replacingExisting: whether an existing checkpoint at `path` may be replaced.
    /// - Throws: `StateError` when the directory exists or cannot be written.
    public func save(
        to path: String, format: CheckpointFormat = .native, replacingExisting: Bool = false
    ) throws(StateError) {
        let state = state
        var file = StateFile(state)
        if format == .msgpack, let shared = try? rllibFileAlone(holding: state) { file = shared }
        try CheckpointDirectory.writePolicy(
            to: path, format: format, policy: file, replacingExisting: replacingExisting)
    }
}
