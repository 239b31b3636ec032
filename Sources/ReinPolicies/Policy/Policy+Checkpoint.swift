public import ReinCheckpoints
import ReinNumerics

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

    /// Reads a policy from a checkpoint that has been opened before; see `init(restoring:id:verifyingChecksum:)`. Of many
    /// policies of one checkpoint each is read so, with one look at its manifest.
    package init(
        of directory: CheckpointDirectory, id: PolicyID?, verifyingChecksum: Bool = true
    ) throws(StateError) {
        let state = try directory.policyState(id, verifyingChecksum: verifyingChecksum)
        do throws(StateError) {
            try self.init(restoring: state)
        } catch {
            throw error.nested(under: directory.place(of: id))
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
}
