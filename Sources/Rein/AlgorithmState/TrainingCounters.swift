public import ReinCheckpoints

/// How much has been done since the start of training.
public struct TrainingCounters: Sendable, Hashable {
    /// The number of iterations.
    public var iterations = 0
    /// The number of steps of all copies of the environment together.
    public var environmentSteps = 0
    /// The number of steps of all agents together.
    public var agentSteps = 0
    /// The number of finished episodes.
    public var episodes = 0

    /// Creates counters that start at 0.
    public init() {}
}

extension TrainingCounters: Checkpointable {
    /// All counters.
    public var state: StateTree {
        [
            "iterations": .int(Int64(iterations)), "environmentSteps": .int(Int64(environmentSteps)),
            "agentSteps": .int(Int64(agentSteps)), "episodes": .int(Int64(episodes)),
        ]
    }

    /// Takes over all counters.
    ///
    /// - Throws: `StateError` when one is missing, negative or beyond counting.
    public mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        var restored = TrainingCounters()
        restored.iterations = try reader.count("iterations")
        restored.environmentSteps = try reader.count("environmentSteps")
        restored.agentSteps = try reader.count("agentSteps")
        restored.episodes = try reader.count("episodes")
        self = restored
    }
}
