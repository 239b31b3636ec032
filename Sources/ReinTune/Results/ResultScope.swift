/// Which of a trial's results count when trials are compared by a metric. Results without the metric are left out.
public enum ResultScope: String, Sendable, CaseIterable {
    /// The last one.
    case last
    /// The mean of all.
    case mean = "avg"
    /// The mean of the last five.
    case meanOfLastFive = "last-5-avg"
    /// The mean of the last ten.
    case meanOfLastTen = "last-10-avg"
    /// The best one.
    case best = "all"
}
