public import ReinCheckpoints
import ReinNumerics
public import ReinPolicies

/// Restoring policies that only act, such as those of a server.
extension Policy {
    /// Reads from a checkpoint what acting needs of a policy; see `forActing`. Nothing of the file is kept alive.
    ///
    ///     let policy = try Policy(restoringToAct: "runs/game", id: "red")
    ///
    /// - Parameters:
    ///   - path: the checkpoint's directory, of a policy or an algorithm.
    ///   - id: which policy of an algorithm checkpoint; may be left out when there is only one.
    ///   - verifyingChecksum: whether to compare the file with the checksum in its manifest first.
    /// - Throws: `StateError` as `init(restoring:id:verifyingChecksum:)`.
    public init(
        restoringToAct path: String, id: PolicyID? = nil, verifyingChecksum: Bool = true
    ) throws(StateError) {
        try Arithmetic.checkEnvironment()
        try self.init(
            toActOf: CheckpointDirectory(opening: path), id: id, verifyingChecksum: verifyingChecksum)
    }

    /// Reads from a checkpoint of any kind what acting needs of a policy; see `forActing`.
    ///
    /// - Parameters:
    ///   - checkpoint: the checkpoint.
    ///   - id: which policy of an algorithm; may be left out when there is only one.
    /// - Throws: `StateError` as `init(restoring:id:)`.
    public init(restoringToAct checkpoint: Checkpoint, id: PolicyID? = nil) throws(StateError) {
        try Arithmetic.checkEnvironment()
        let source = try checkpoint.source()
        let state = try source.policyState(id)
        do throws(StateError) {
            try self.init(restoringFileToAct: state)
        } catch {
            throw error.nested(under: source.location(of: id))
        }
    }

    /// Reads from a checkpoint that has been opened before what acting needs of a policy. Of many policies of one
    /// checkpoint each is read so, with one look at its manifest.
    package init(
        toActOf directory: CheckpointDirectory, id: PolicyID?, verifyingChecksum: Bool = true
    ) throws(StateError) {
        let state = try directory.policyState(id, verifyingChecksum: verifyingChecksum)
        do throws(StateError) {
            try self.init(restoringFileToAct: state)
        } catch {
            throw error.nested(under: directory.location(of: id))
        }
    }
}
