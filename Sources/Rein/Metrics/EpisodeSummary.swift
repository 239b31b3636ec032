package import ReinCheckpoints

/// Statistics of a number of episodes.
public struct EpisodeSummary: Sendable, Hashable {
    /// The number of episodes.
    public var count: Int
    /// The mean return.
    public var returnMean: Double
    /// The smallest return.
    public var returnMinimum: Double
    /// The largest return.
    public var returnMaximum: Double
    /// The standard deviation of returns, dividing by the number of episodes.
    public var returnDeviation: Double
    /// The mean number of steps.
    public var lengthMean: Double

    /// Computes the statistics, or nil when there are no episodes.
    public init?(_ episodes: [Episode]) {
        guard let first = episodes.first else { return nil }
        count = episodes.count
        var sum = 0.0
        var length = 0
        returnMinimum = first.totalReward
        returnMaximum = first.totalReward
        for episode in episodes {
            sum += episode.totalReward
            length += episode.length
            returnMinimum = min(returnMinimum, episode.totalReward)
            returnMaximum = max(returnMaximum, episode.totalReward)
        }
        let mean = sum / Double(count)
        returnMean = mean
        lengthMean = Double(length) / Double(count)
        let squares = episodes.reduce(0.0) { $0 + ($1.totalReward - mean) * ($1.totalReward - mean) }
        returnDeviation = (squares / Double(count)).squareRoot()
    }

    /// The statistics by name, as logs and reports have them; without the number of episodes.
    package var statistics: StateMap {
        [
            "returnMean": .double(returnMean), "returnDeviation": .double(returnDeviation),
            "returnMinimum": .double(returnMinimum), "returnMaximum": .double(returnMaximum),
            "lengthMean": .double(lengthMean),
        ]
    }
}
