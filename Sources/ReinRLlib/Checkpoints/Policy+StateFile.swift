public import ReinCheckpoints
public import ReinPolicies

extension Policy {
    /// Creates the policy in the tree of a policy's file: the one that `state` was taken from, or one that RLlib wrote,
    /// which then acts as it does there.
    ///
    /// - Throws: `StateError` when something is missing, does not fit, or was written by a newer version; and for
    ///   policies of RLlib's that have no equal here, saying what and where.
    public init(restoringFile tree: StateTree) throws(StateError) {
        if RLlibPolicy.isFile(tree) {
            self = try RLlibPolicy(StateReader(tree)).policy
        } else {
            try self.init(restoring: tree)
        }
    }

    /// Creates what acting needs of the policy in the tree of a policy's file; see `forActing`.
    ///
    /// - Throws: `StateError` as `init(restoringFile:)`.
    public init(restoringFileToAct tree: StateTree) throws(StateError) {
        if RLlibPolicy.isFile(tree) {
            self = try RLlibPolicy(StateReader(tree)).policy.forActing
        } else {
            try self.init(restoringToAct: tree)
        }
    }
}
