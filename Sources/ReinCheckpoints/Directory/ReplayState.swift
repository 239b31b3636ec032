/// What a checkpoint has of the experience that a policy's learner draws from.
///
/// Replay is apart from all other state, since it takes more room than everything else together and only going on with
/// training needs it: it lies in a file of its own, which is not opened when a policy is restored to act.
public enum ReplayState: Sendable, Equatable {
    /// The method keeps no experience, or the checkpoint does not tell of it.
    case none
    /// There is experience, but the settings leave it out of checkpoints.
    case omitted
    /// The experience.
    case included(StateTree)
}
