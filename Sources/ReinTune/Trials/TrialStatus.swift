/// What a trial does at present.
public enum TrialStatus: String, Sendable, CaseIterable {
    /// It waits to begin.
    case pending = "PENDING"
    /// It trains.
    case running = "RUNNING"
    /// It has begun, was saved, and waits to go on.
    case paused = "PAUSED"
    /// It has come to its end, or was stopped.
    case terminated = "TERMINATED"
    /// It has failed more often than it may.
    case errored = "ERROR"

    /// Whether it will train no more.
    public var isFinished: Bool { self == .terminated || self == .errored }
}
