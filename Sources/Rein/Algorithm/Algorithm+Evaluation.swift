public import ReinCheckpoints
import ReinEnvironments
public import ReinPolicies

extension Algorithm {
    /// Runs whole episodes with the policies as they are, apart from training: nothing of the algorithm changes.
    ///
    /// In an environment of several agents, episodes are played under the mapping for evaluation. In one of one agent,
    /// every policy that the mapping gives an agent plays episodes of its own, the same ones.
    ///
    /// - Parameters:
    ///   - episodes: the number of episodes.
    ///   - seed: the seed of the first episode; each of the others has the next one.
    ///   - explores: whether policies draw their actions as in training, instead of taking the most likely ones.
    ///   - opponents: players that the mapping may name beside the policies.
    ///   - mapping: which player acts for which agent; `evaluationMapping` or else that of training when nil.
    /// - Throws: `StateError` when an agent has no player, or one with other spaces.
    public func evaluate(
        episodes: Int = 100, seed: Int = 0, explores: Bool = false, opponents: [PolicyID: EvaluationPlayer] = [:],
        mapping: PolicyMapping? = nil
    ) throws -> EvaluationResult {
        let mapping = mapping ?? evaluationMapping ?? self.mapping
        if let taken = opponents.keys.filter({ policyIDs.contains($0) }).min(by: { $0.string < $1.string }) {
            throw StateError(.alreadyExists, "there is a policy \"\(taken)\" already", path: "opponents")
        }
        switch environment {
        case .singleAgent(let specification):
            guard opponents.isEmpty else {
                throw StateError(
                    .outOfRange, "\(environment.id) has one agent, which nobody plays against", path: "opponents")
            }
            return try evaluate(
                Evaluator(environment: specification, seed: seed, explores: explores), mapping, episodes: episodes)
        case .multiAgent(let specification):
            var acting = opponents
            for player in players { acting[player.id] = .policy(player.policy, explores: explores) }
            return try MultiAgentEvaluator(environment: specification, seed: seed).evaluate(
                acting, mapping: mapping, episodes: episodes)
        }
    }

    private func evaluate(
        _ evaluator: Evaluator, _ mapping: PolicyMapping, episodes: Int
    ) throws -> EvaluationResult {
        let resolved = try ResolvedMapping(mapping, agents: agents, policies: policyIDs)
        var result = EvaluationResult()
        for (index, player) in players.enumerated() {
            guard let agent = resolved.agents(of: index).first else { continue }
            result.episodes += try evaluator.episodes(episodes, of: player.policy).map { episode in
                EvaluatedEpisode(
                    episode: episode, parts: [.init(agent: agents[agent], player: player.id, episode: episode)])
            }
        }
        return result
    }
}
