public import ReinCheckpoints

/// An evaluation in the course of training.
public struct TrainingEvaluation: Sendable, Hashable {
    /// The seed of the first episode; each of the others has the next one.
    public let seed: Int
    /// The episodes.
    public let result: EvaluationResult
    /// Statistics of the episodes, all agents together.
    public let summary: EpisodeSummary
    /// How long it took, in seconds; no other timer has it in it.
    public let seconds: Double
    private let tellsAgents: Bool

    /// Notes an evaluation; nil when it has no episodes.
    ///
    /// - Parameters:
    ///   - result: the episodes.
    ///   - seed: the seed of the first one.
    ///   - seconds: how long they took.
    ///   - tellsAgents: whether `tree` has what each agent came to.
    init?(_ result: EvaluationResult, seed: Int, seconds: Double, tellsAgents: Bool) {
        guard let summary = result.summary else { return nil }
        (self.result, self.summary, self.seed, self.seconds) = (result, summary, seed, seconds)
        self.tellsAgents = tellsAgents
    }

    /// The evaluation as data, for logs: `rein evaluate --json` has the same names. Where several policies play or agents
    /// share an environment, also what each came to.
    public var tree: StateTree {
        var map: StateMap = ["episodes": .int(Int64(summary.count)), "seed": .int(Int64(seed))]
        for (key, value) in summary.statistics.entries { map[key] = value }
        let players = result.players
        if players.count > 1 || tellsAgents {
            map["policies"] = statistics(players) { ($0.description, result.parts(of: $0)) }
        }
        if tellsAgents {
            map["agents"] = statistics(result.episodes.first?.parts.map(\.agent) ?? []) {
                ($0.name, result.parts(as: $0))
            }
        }
        map["seconds"] = .double(seconds)
        return .map(map)
    }

    private func statistics<Key>(_ keys: [Key], of episodes: (Key) -> (String, [Episode])) -> StateTree {
        var map = StateMap()
        for key in keys {
            let (name, episodes) = episodes(key)
            map[name] = EpisodeSummary(episodes).map { .map($0.statistics) }
        }
        return .map(map)
    }
}
