/// What a rollout keeps for a learner beside observations, actions, rewards and how episodes stand. What nobody reads is
/// neither computed nor kept.
public struct RolloutColumns: OptionSet, Sendable, Hashable {
    /// The bits of the set.
    public let rawValue: Int

    /// Creates a set from its bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The policy heads that actions were drawn from.
    public static let heads = RolloutColumns(rawValue: 1 << 0)
    /// The log-probability or log-density of each action when it was drawn.
    public static let logDensities = RolloutColumns(rawValue: 1 << 1)
    /// The last observations of episodes that ended, as replay needs them, in place of their values.
    public static let finalObservations = RolloutColumns(rawValue: 1 << 2)
}
