import ReinNumerics

extension EvaluatedEpisode.Part: CustomStringConvertible {
    /// `player_1 (main) 1.0`.
    public var description: String { "\(agent.name) (\(player)) \(NumberText.decimal(episode.totalReward))" }
}

extension EvaluatedEpisode: CustomStringConvertible {
    /// `return 0.0, 9 steps: player_1 (main) 1.0, player_2 (old) -1.0`.
    public var description: String { "\(episode): \(parts.map(\.description).joined(separator: ", "))" }
}

extension EvaluationResult: CustomStringConvertible {
    /// `return 0.0 (0.0 to 0.0), length 7.4, 100 episodes; main 0.9 (94 won, 2 drawn, 4 lost)`, or `no episodes`.
    public var description: String {
        guard let summary else { return "no episodes" }
        let players = players.map { player in
            let mean = EpisodeSummary(parts(of: player))?.returnMean ?? 0
            let outcomes = outcomes(of: player)
            return "; \(player) \(NumberText.decimal(mean)) (\(outcomes.won) won, \(outcomes.drawn) drawn, "
                + "\(outcomes.lost) lost)"
        }
        return "\(summary)" + players.joined()
    }
}
