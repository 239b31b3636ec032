/// Where an episode stands after a step.
public enum Status: UInt8, Codable, Sendable, BitwiseCopyable {
    /// The episode goes on.
    case running
    /// The task itself ended: no value lies beyond this state.
    case terminated
    /// Only the time limit ended the episode: the state still has value, so learners bootstrap from it.
    case truncated
}

/// What a step returns, besides the observation it wrote.
public struct Step: Hashable, Sendable {
    /// The reward of the step.
    public var reward: Double
    /// Where the episode stands now.
    public var status: Status

    /// Creates the outcome of a step.
    @inlinable public init(reward: Double, status: Status = .running) {
        self.reward = reward
        self.status = status
    }
}
