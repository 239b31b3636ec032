package import ReinCheckpoints

/// A policy to put into a merged checkpoint.
package struct MergedPolicy: Sendable {
    /// Its id there.
    package let id: PolicyID
    /// The checkpoint that it comes from.
    package let checkpoint: SavedCheckpoint
    /// Its id in that checkpoint, nil in the checkpoint of a policy.
    package let savedID: PolicyID?

    /// Takes a policy from a checkpoint.
    package init(id: PolicyID, checkpoint: SavedCheckpoint, savedID: PolicyID?) {
        self.id = id
        self.checkpoint = checkpoint
        self.savedID = savedID
    }

    /// Where it comes from, in words.
    package var origin: String { savedID.map { "\"\($0)\" of \(checkpoint.path)" } ?? checkpoint.path }
}

/// Why policies cannot be put into one checkpoint.
package struct MergeError: Error, CustomStringConvertible {
    /// The reason.
    package let description: String
}
