/// A finished episode.
public struct Episode: Sendable, Hashable {
    /// The sum of the environment's rewards, without discount or scaling.
    public var totalReward: Double
    /// The number of steps.
    public var length: Int

    /// Creates a record of an episode.
    public init(totalReward: Double, length: Int) {
        self.totalReward = totalReward
        self.length = length
    }
}
