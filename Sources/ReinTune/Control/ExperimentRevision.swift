/// What is to be different when an experiment goes on. Without a change it goes on as if it had not been interrupted.
public struct ExperimentRevision: Sendable, Hashable {
    /// What becomes of trials that have not come to their end.
    public enum Unfinished: Sendable, Hashable {
        /// They go on.
        case resume
        /// They end.
        case terminate
    }

    /// What becomes of trials that have failed.
    public enum Errored: Sendable, Hashable {
        /// They stay as they are.
        case keep
        /// They go on from their newest checkpoint, and may fail as often as at their beginning.
        case resume
        /// New trials with their settings begin in new folders.
        case restart
    }

    /// What becomes of trials that have not come to their end.
    public var unfinished: Unfinished
    /// What becomes of trials that have failed.
    public var errored: Errored
    /// Whether trials that a stop rule has ended go on, until the rules that there are now end them. A searcher that learns
    /// keeps what it has learnt from their first end.
    public var continuesStopped: Bool

    /// Says what is to be different.
    public init(unfinished: Unfinished = .resume, errored: Errored = .keep, continuesStopped: Bool = false) {
        self.unfinished = unfinished
        self.errored = errored
        self.continuesStopped = continuesStopped
    }
}
