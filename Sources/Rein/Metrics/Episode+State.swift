import ReinCheckpoints

extension Episode {
    /// Episodes as data.
    static func state(of episodes: [Episode]) -> StateTree {
        [
            "returns": .tensor(StateTensor(episodes.map(\.totalReward), shape: [episodes.count])),
            "lengths": .tensor(StateTensor(episodes.map { Int64($0.length) }, shape: [episodes.count])),
        ]
    }

    /// Reads what `state(of:)` made.
    ///
    /// - Throws: `StateError` when something is missing, or returns and lengths do not go together.
    static func list(from reader: StateReader) throws(StateError) -> [Episode] {
        let count = try reader.tensor("returns").count
        let returns = try reader.doubles("returns", shape: [count])
        let lengths = try reader.counts("lengths", shape: [count])
        return zip(returns, lengths).map { Episode(totalReward: $0, length: Int($1)) }
    }
}
