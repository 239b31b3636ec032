import ReinEnvironments

/// The episodes that ended in one shard of the environments, and the step that ended the last rollout early.
///
/// Unchecked: only the thread that works on the shard touches it during a rollout.
final class EpisodeList: @unchecked Sendable {
    var episodes: [Episode] = []
    var fault: EnvironmentFault?
}

/// What environments outside of this program wait for, and what became of them when a state was restored.
///
/// Unchecked: only the runner's caller touches it, between rollouts.
final class EpisodeBeginning: @unchecked Sendable {
    /// Whether new episodes begin with the next rollout, since that may fail.
    var isAwaited = false
    /// What became of the environments when a state was restored.
    var restoredLanes = RestoredLanes()
}
