/// Which scores are the better ones.
public enum ScoreOrder: String, Sendable, CaseIterable {
    /// The higher ones, as of a return.
    case max
    /// The lower ones, as of a loss.
    case min
}
