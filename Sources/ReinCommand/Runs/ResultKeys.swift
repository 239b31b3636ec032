import Rein

/// The keys of the rows of a run's results, as the columns of `progress.csv` are named: with slashes between the keys of
/// maps inside one another.
enum ResultKeys {
    /// The time since the run was begun or resumed, which is no result of the algorithm.
    static let elapsed = "elapsedSeconds"

    /// All keys that the results of an algorithm will have, but for those of agents in evaluations.
    ///
    /// - Parameter isEvaluated: whether it is evaluated while it trains.
    static func all(of algorithm: AnyAlgorithm, evaluated isEvaluated: Bool) -> [String] {
        var tree = algorithm.blankResult.tree
        tree.append(elapsed, .null)
        let keys = leaves(of: tree, below: "")
        guard isEvaluated else { return keys }
        let policies = algorithm.lineup.policies.flatMap { id in statistics.map { "policies/\(id)/\($0)" } }
        return keys + (["episodes", "seed"] + statistics + policies + ["seconds"]).map { "evaluation/\($0)" }
    }

    /// Whether a key is one of what an agent came to in evaluations, whatever its name.
    static func isOfAgent(_ key: String) -> Bool {
        key.hasPrefix("evaluation/agents/") && statistics.contains { key.hasSuffix("/\($0)") }
    }

    /// What is told of episodes.
    private static let statistics = EpisodeSummary([Episode(totalReward: 0, length: 0)])?.statistics.keys ?? []

    private static func leaves(of tree: StateTree, below name: String) -> [String] {
        guard case .map(let map) = tree else { return [name] }
        return map.entries.flatMap { leaves(of: $0.value, below: name.isEmpty ? $0.key : "\(name)/\($0.key)") }
    }
}
