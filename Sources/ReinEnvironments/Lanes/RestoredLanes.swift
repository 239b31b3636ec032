/// What became of the lanes of a vector whose state was restored.
public struct RestoredLanes: Sendable, Hashable {
    /// The lanes that are not where they were, and have begun new episodes, in ascending order.
    public var begunAnew: [Int]
    /// Why, in words for a person; empty where all are where they were.
    public var reason: String

    /// Describes what became of lanes.
    public init(begunAnew: [Int] = [], reason: String = "") {
        self.begunAnew = begunAnew
        self.reason = reason
    }
}
