public import ReinNumerics

/// What a learner wants collected next.
public struct RolloutPlan: Sendable {
    /// The number of steps of each environment, at least 1.
    public var steps: Int
    /// How actions are drawn.
    public var exploration: Exploration

    /// Creates a plan.
    public init(steps: Int, exploration: Exploration = .policy) {
        self.steps = steps
        self.exploration = exploration
    }
}

/// What was collected for a learner.
public struct Rollout: Sendable {
    /// The columns with what happened.
    public let batch: RolloutBatch
    /// The number of steps that each environment took, at most those of the plan.
    public let steps: Int
    /// The steps of all environments before, since the start of training.
    public let stepsBefore: Int
    /// The steps of all environments after, since the start of training.
    public let stepsAfter: Int
    /// The statistics of the raw observations that each shard of the lanes saw, where the policy normalises them;
    /// otherwise empty. `LearningContext.merged` puts them together.
    public let observationMoments: [RunningMoments]
    /// The statistics of the discounted returns of each shard of the lanes, where the policy's rewards are scaled;
    /// otherwise empty.
    public let returnMoments: [RunningMoments]
}
