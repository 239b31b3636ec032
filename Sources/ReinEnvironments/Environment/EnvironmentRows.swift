/// Where the steps of a number of environments read actions and write what follows: rows of one environment each.
public struct EnvironmentRows {
    /// The actions, `[environments, actionWidth]`.
    public let actions: UnsafePointer<Float>
    /// Receives the observations after the step, `[environments, observationWidth]`.
    public let observations: UnsafeMutablePointer<Float>
    /// Receives the rewards, `[environments]`.
    public let rewards: UnsafeMutablePointer<Double>
    /// Receives how each episode stands, `[environments]`.
    public let statuses: UnsafeMutablePointer<Status>
    /// The number of floats of an action.
    public let actionWidth: Int
    /// The number of floats of an observation.
    public let observationWidth: Int

    /// Describes rows by their first elements and widths.
    @inlinable public init(
        actions: UnsafePointer<Float>, observations: UnsafeMutablePointer<Float>,
        rewards: UnsafeMutablePointer<Double>, statuses: UnsafeMutablePointer<Status>, actionWidth: Int,
        observationWidth: Int
    ) {
        self.actions = actions
        self.observations = observations
        self.rewards = rewards
        self.statuses = statuses
        self.actionWidth = actionWidth
        self.observationWidth = observationWidth
    }

    /// The action of an environment.
    @inlinable public func action(_ index: Int) -> UnsafePointer<Float> { actions + index &* actionWidth }

    /// The observation of an environment.
    @inlinable public func observation(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(start: observations + index &* observationWidth, count: observationWidth)
    }
}
