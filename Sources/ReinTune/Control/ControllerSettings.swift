public import ReinCheckpoints

/// How many trials there are, how many run at once, and what becomes of those that fail.
public struct ControllerSettings: Sendable, Hashable {
    /// What the ids of all trials begin with.
    public let experiment: String
    /// The largest number of trials that run at once.
    public let concurrency: Int
    /// The largest number of trials that are made before they can begin. Schedulers that compare trials need to know them;
    /// searchers that learn from results should not be asked too early.
    public let lookahead: Int
    /// What becomes of trials that fail.
    public let failures: FailurePolicy

    /// Makes settings.
    ///
    /// - Throws: `StateError` for numbers below 1.
    public init(
        experiment: String, concurrency: Int, lookahead: Int = 1, failures: FailurePolicy = .standard
    ) throws(StateError) {
        for (name, value) in [("concurrency", concurrency), ("lookahead", lookahead)] where value < 1 {
            throw StateError(.outOfRange, "\(value) is out of range (allowed: 1 and more)", path: name)
        }
        self.experiment = experiment
        self.concurrency = concurrency
        self.lookahead = lookahead
        self.failures = failures
    }
}
