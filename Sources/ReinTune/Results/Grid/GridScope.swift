/// Which results count when the trials of an experiment are compared.
public enum GridScope: String, Sendable, CaseIterable {
    /// Those that have a checkpoint, so that what was found can be used.
    case bestWithCheckpoint = "checkpoint"
    /// The last one.
    case last
    /// The mean of all.
    case mean = "avg"
    /// The mean of the last five.
    case meanOfLastFive = "last-5-avg"
    /// The mean of the last ten.
    case meanOfLastTen = "last-10-avg"
    /// The best one, with or without a checkpoint.
    case best = "all"

    /// The scope of results alone; nil for the one that asks for checkpoints.
    public var resultScope: ResultScope? { ResultScope(rawValue: rawValue) }
}
