public import ReinCheckpoints

/// What one step of a trainable came to.
///
///     StepResult(["loss": 0.25], done: loss < 0.01, timestepsThisIteration: 4_000)
///
/// The driver adds to the metrics what it measures itself; see `TrainableDriver.train()`.
public struct StepResult: Sendable, Equatable {
    /// What the trainable measured, by names of its own; maps inside one another are named with slashes.
    public var metrics: StateMap
    /// Whether the trainable has come to its end.
    public var done: Bool
    /// Whether a checkpoint is to be made now, whatever the settings say.
    public var shouldCheckpoint: Bool
    /// The steps that an environment took, or whatever else is counted by steps; nil when nothing is.
    public var timestepsThisIteration: Int?
    /// The episodes that ended; nil when there are none to count.
    public var episodesThisIteration: Int?

    /// Makes the result of a step.
    public init(
        _ metrics: StateMap = [:], done: Bool = false, shouldCheckpoint: Bool = false,
        timestepsThisIteration: Int? = nil, episodesThisIteration: Int? = nil
    ) {
        self.metrics = metrics
        self.done = done
        self.shouldCheckpoint = shouldCheckpoint
        self.timestepsThisIteration = timestepsThisIteration
        self.episodesThisIteration = episodesThisIteration
    }
}
