public import ReinCheckpoints
public import ReinEnvironments

/// Training that cannot go on.
public enum TrainingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A policy's parameters have become infinite or not a number; with the learner's advice on its settings.
    case notFinite(PolicyID, advice: String)
    /// A reward, an observation or an action is no finite 32-bit float, a mask leaves no valid action, or nobody acts in an
    /// episode that goes on; or an environment outside of this program failed. Nothing was learnt from the rollout it was in.
    case environment(EnvironmentFault)

    /// What happened and what to do.
    public var description: String {
        switch self {
        case .notFinite(let id, let advice):
            "the parameters of policy \"\(id)\" are no longer finite; go back to a checkpoint before and \(advice)"
        case .environment(let fault) where fault.isFailure: "\(fault)\nnothing was learnt from the rollout it was in"
        case .environment(let fault): "\(fault); nothing was learnt from it"
        }
    }
}
