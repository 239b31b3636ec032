public import ReinCheckpoints
public import ReinEnvironments
import ReinNumerics
public import ReinPolicies

/// Runs whole episodes of an environment of several agents with players that do not change: the counterpart of
/// `Evaluator`.
///
///     let evaluator = MultiAgentEvaluator(environment: MultiAgentSpecification(TicTacToe.self))
///     let result = try evaluator.evaluate(
///         ["main": .policy(policy), "luck": .random], mapping: ["player_1": "main", "*": "luck"], episodes: 100)
///     print(result.outcomes(of: "main"))
public struct MultiAgentEvaluator: Sendable {
    /// The environment.
    public let environment: MultiAgentSpecification
    /// The seed: episode i starts as `reset(seed: seed + i)` does, in Gymnasium's sense.
    public let seed: Int

    /// The number of episodes that run side by side, without effect on results.
    public let episodesAtOnce: Int

    /// An episode that does not end by itself is given up after as many steps.
    static let longestEpisode = 1_000_000

    /// Creates an evaluator.
    ///
    /// - Parameters:
    ///   - environment: the environment.
    ///   - seed: the seed of the first episode.
    ///   - episodesAtOnce: the number of episodes that run side by side, at least 1.
    public init(environment: MultiAgentSpecification, seed: Int = 0, episodesAtOnce: Int = 16) {
        precondition(episodesAtOnce > 0, "no episodes at once")
        self.episodesAtOnce = episodesAtOnce
        self.environment = environment
        self.seed = seed
    }

    /// Runs episodes and returns them in the order of their seeds.
    ///
    /// - Parameters:
    ///   - players: who may act.
    ///   - mapping: which player acts for which agent. What is drawn for an episode depends on its seed alone; a choice
    ///     of the program's is told the episode's number in the evaluation.
    ///   - episodes: the number of episodes.
    /// - Throws: `StateError` when an agent has no player or one whose spaces are others, when a scripted player does
    ///   what is not valid, when a reward or an observation is not finite, a mask leaves no valid action or nobody acts,
    ///   and when an episode does not end within a million steps.
    public func evaluate(
        _ players: [PolicyID: EvaluationPlayer], mapping: PolicyMapping, episodes: Int
    ) throws(StateError) -> EvaluationResult {
        try evaluate(players, mapping: mapping, episodes: episodes, while: { true }) ?? EvaluationResult()
    }

    /// Runs episodes for as long as `goesOn` says so, which is asked in every step; nil when it has said no.
    func evaluate(
        _ players: [PolicyID: EvaluationPlayer], mapping: PolicyMapping, episodes: Int, while goesOn: () -> Bool
    ) throws(StateError) -> EvaluationResult? {
        try TrainingEnvironment.multiAgent(environment).requireSound()
        let ids = players.keys.sorted(byBytesOf: \.string)
        let resolved = try ResolvedMapping(mapping, agents: environment.agents, policies: ids)
        var actors: [EvaluationActor] = []
        for (index, id) in ids.enumerated() {
            guard let player = players[id] else { continue }
            let agents = resolved.agents(of: index)
            if case .policy(let policy, _) = player {
                try TrainingEnvironment.multiAgent(environment).require(policy, id: id, actsFor: agents)
                if policy.isRecurrent {
                    throw StateError(
                        .outOfRange, "has a memory, which is for environments of one agent", path: "policies/\(id)")
                }
            }
            actors.append(EvaluationActor(id: id, player: player, rows: episodesAtOnce * agents.count))
        }
        var result = EvaluationResult()
        for first in stride(from: 0, to: episodes, by: episodesAtOnce) {
            let range = first..<min(first + episodesAtOnce, episodes)
            let wave = MultiAgentEvaluationWave(range, of: self, actors, resolved)
            guard try wave.run(while: goesOn) else { return nil }
            result.episodes += wave.results
        }
        return result
    }
}
