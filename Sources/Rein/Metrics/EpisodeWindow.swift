public import ReinCheckpoints

/// The most recent episodes, over which returns are averaged.
public struct EpisodeWindow: Sendable, Hashable {
    /// The number of episodes that the window holds at most.
    public let capacity: Int
    /// The episodes, oldest first.
    public private(set) var episodes: [Episode] = []
    /// The number of episodes ever added.
    public private(set) var total = 0

    /// Creates an empty window over the last `capacity` episodes.
    public init(capacity: Int = 100) {
        precondition(capacity > 0, "a window holds at least one episode")
        self.capacity = capacity
    }

    /// Adds finished episodes, the oldest first.
    public mutating func append(contentsOf finished: some Sequence<Episode>) {
        for episode in finished {
            episodes.append(episode)
            total += 1
        }
        if episodes.count > capacity { episodes.removeFirst(episodes.count - capacity) }
    }

    /// The statistics of the episodes in the window, or nil when there are none.
    public var summary: EpisodeSummary? { EpisodeSummary(episodes) }
}

extension EpisodeWindow: Checkpointable {
    /// The episodes and the total.
    public var state: StateTree {
        [
            "total": .int(Int64(total)),
            "returns": .list(episodes.map { .double($0.totalReward) }),
            "lengths": .list(episodes.map { .int(Int64($0.length)) }),
        ]
    }

    /// Takes over the episodes of a window.
    ///
    /// - Throws: `StateError` when something is missing, or returns and lengths do not go together.
    public mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        let returns = try reader.child("returns").list()
        let lengths = try reader.child("lengths").list()
        guard returns.count == lengths.count, returns.count <= capacity else {
            throw try reader.child("lengths").error(
                .wrongShape, "\(returns.count) returns and \(lengths.count) lengths for at most \(capacity) episodes")
        }
        var restored = EpisodeWindow(capacity: capacity)
        for (value, length) in zip(returns, lengths) {
            restored.episodes.append(Episode(totalReward: try value.double(), length: try length.count()))
        }
        restored.total = try reader.count("total")
        self = restored
    }
}
