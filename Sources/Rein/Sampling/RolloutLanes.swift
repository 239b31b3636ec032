/// Where the experience of a policy comes from: environments, or agents in environments.
public struct RolloutLanes: Sendable, Hashable, ExpressibleByIntegerLiteral {
    /// The number of lanes, at least 1.
    public var count: Int
    /// Whether all of them act in every step, as copies of an environment of one agent do.
    public var actTogether: Bool

    /// Describes lanes.
    public init(_ count: Int, actTogether: Bool = true) {
        self.count = count
        self.actTogether = actTogether
    }

    /// Lanes that act together.
    public init(integerLiteral value: Int) { self.init(value) }
}
