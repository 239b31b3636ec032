import Rein

/// The evaluation of a policy in an environment of one agent.
struct SoloEvaluation {
    let directory: CheckpointDirectory
    let policy: PolicyID?
    let environment: EnvironmentSpecification
    let seed: Int
    let episodes: Int
    let explores: Bool
    /// The number of episodes that are played side by side.
    let episodesAtOnce: Int

    /// Plays the episodes; nil when there are none.
    ///
    /// - Throws: `StateError` when the policy cannot be read or is for other spaces.
    func summary() throws -> EpisodeSummary? {
        let restored = try Policy(of: directory, id: policy)
        let evaluator = Evaluator(
            environment: environment, seed: seed, explores: explores, episodesAtOnce: episodesAtOnce)
        return try EpisodeSummary(evaluator.episodes(episodes, of: restored))
    }

    /// The result as text.
    func text(_ summary: EpisodeSummary) -> String {
        var table = TextTable(["", "mean", "deviation", "minimum", "maximum"])
        table.add([
            "return", Wording.decimal(summary.returnMean, 2), Wording.decimal(summary.returnDeviation, 2),
            Wording.decimal(summary.returnMinimum, 2), Wording.decimal(summary.returnMaximum, 2),
        ])
        table.add(["length", Wording.decimal(summary.lengthMean, 2)])
        return "\(environment.id), \(policy.map { "policy \($0)" } ?? "the policy") of \(directory.path), "
            + "\(Wording.count(summary.count, "episode", "episodes")), seeds \(seed) to \(seed + summary.count - 1)\n"
            + table.text()
    }

    /// The result as data.
    func tree(_ summary: EpisodeSummary) -> StateTree {
        var map: StateMap = [
            "checkpoint": .string(directory.path),
            "policy": policy.map { .string($0.description) } ?? .null,
            "environment": .string(environment.id),
            "episodes": .int(Int64(summary.count)),
            "seed": .int(Int64(seed)),
            "explore": .bool(explores),
        ]
        for (key, value) in summary.statistics.entries { map[key] = value }
        return .map(map)
    }
}
