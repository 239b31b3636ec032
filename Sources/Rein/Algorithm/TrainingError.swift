public import ReinCheckpoints

/// Training that cannot go on.
public enum TrainingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A policy's parameters have become infinite or not a number; with the learner's advice on its settings.
    case notFinite(PolicyID, advice: String)

    /// What happened and what to do.
    public var description: String {
        switch self {
        case .notFinite(let id, let advice):
            "the parameters of policy \"\(id)\" are no longer finite; go back to a checkpoint before and \(advice)"
        }
    }
}
