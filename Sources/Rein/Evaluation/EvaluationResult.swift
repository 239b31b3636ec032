public import ReinCheckpoints
public import ReinEnvironments

/// An episode of an evaluation, all agents together and each for itself.
public struct EvaluatedEpisode: Sendable, Hashable {
    /// What one agent did.
    public struct Part: Sendable, Hashable {
        /// The agent.
        public let agent: AgentID
        /// The policy or other player that acted for it.
        public let player: PolicyID
        /// The agent's return and the number of its actions.
        public internal(set) var episode: Episode
    }

    /// The sum of all agents' returns, and the number of steps.
    public internal(set) var episode: Episode
    /// The agents in the order of the environment.
    public internal(set) var parts: [Part]
}

/// What an evaluation found.
public struct EvaluationResult: Sendable, Hashable {
    /// The episodes in the order of their seeds.
    public var episodes: [EvaluatedEpisode]

    /// Creates a result.
    public init(episodes: [EvaluatedEpisode] = []) { self.episodes = episodes }

    /// Statistics of the episodes, all agents together; nil when there are none.
    public var summary: EpisodeSummary? { EpisodeSummary(episodes.map(\.episode)) }

    /// The players that took part, in the order in which they first appear.
    public var players: [PolicyID] {
        var seen: Set<PolicyID> = []
        return episodes.flatMap(\.parts).map(\.player).filter { seen.insert($0).inserted }
    }

    /// The agents' episodes of one player, or of one agent, or of one player as one agent.
    public func parts(of player: PolicyID? = nil, as agent: AgentID? = nil) -> [Episode] {
        episodes.flatMap(\.parts).filter {
            (player == nil || $0.player == player) && (agent == nil || $0.agent == agent)
        }.map(\.episode)
    }

    /// How often a player won, drew and lost, in games where the sign of an agent's return says so.
    public func outcomes(of player: PolicyID, as agent: AgentID? = nil) -> (won: Int, drawn: Int, lost: Int) {
        var outcomes = (won: 0, drawn: 0, lost: 0)
        for part in parts(of: player, as: agent) {
            if part.totalReward > 0 {
                outcomes.won += 1
            } else if part.totalReward < 0 {
                outcomes.lost += 1
            } else {
                outcomes.drawn += 1
            }
        }
        return outcomes
    }
}
