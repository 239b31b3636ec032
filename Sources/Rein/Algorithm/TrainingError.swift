public import ReinCheckpoints

/// Training that cannot go on.
public enum TrainingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A policy's parameters have become infinite or not a number.
    case notFinite(PolicyID)

    /// What happened and what to do.
    public var description: String {
        switch self {
        case .notFinite(let id):
            "the parameters of policy \"\(id)\" are no longer finite; go back to the last checkpoint and lower the "
                + "learning rate or the gradient norm"
        }
    }
}
