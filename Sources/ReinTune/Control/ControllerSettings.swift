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
    /// The largest number of trials; nil for as many as the searcher has settings for.
    public let maximumTrials: Int?
    /// What becomes of trials that fail.
    public let failures: FailurePolicy

    /// Makes settings.
    ///
    /// - Throws: `StateError` for numbers below 1; the number of trials may be 0.
    public init(
        experiment: String, concurrency: Int, lookahead: Int = 1, maximumTrials: Int? = nil,
        failures: FailurePolicy = .standard
    ) throws(StateError) {
        for (name, value) in [("concurrency", concurrency), ("lookahead", lookahead)] where value < 1 {
            throw StateError(.outOfRange, "\(value) is out of range (allowed: 1 and more)", path: name)
        }
        if let maximumTrials, maximumTrials < 0 {
            throw StateError(
                .outOfRange, "\(maximumTrials) is out of range (allowed: 0 and more)", path: "maximumTrials")
        }
        self.experiment = experiment
        self.maximumTrials = maximumTrials
        self.concurrency = concurrency
        self.lookahead = lookahead
        self.failures = failures
    }
}
