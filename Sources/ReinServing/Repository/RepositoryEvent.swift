#if Serving
/// What happens to the models of a repository, for logs and metrics.
public enum RepositoryEvent: Sendable, Equatable {
    /// A model is new: it came with a checkpoint after the start.
    case added(model: String)
    /// A model is gone: none of the checkpoints has it any more, and it was not in memory.
    case removed(model: String)
    /// A version was read and tried, and answers from now on.
    case loaded(model: String, version: String, byteCount: Int, took: Duration)
    /// Requests without a version are answered by another one from now on; said after `loaded`.
    case swapped(model: String, from: String, to: String)
    /// A version cannot be used. It is tried again when its files change, or when somebody asks for it.
    case loadFailed(model: String, version: String, reason: String)
    /// A version is not used because it takes or gives something else than the one that answers.
    case spaceChangeRefused(model: String, version: String, reason: String)
    /// A version answers no new requests, since there are newer ones.
    case retired(model: String, version: String)
    /// A version was dropped from memory for the sake of others; it is loaded again when it is asked for.
    case dropped(model: String, version: String)
    /// A model was unloaded because somebody asked for that; the last request has ended.
    case unloaded(model: String)
    /// A place with checkpoints could not be looked at; what is known of it stays.
    case lookFailed(path: String, reason: String)
}
#endif
