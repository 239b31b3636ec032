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
        try evaluate(
            episodes: episodes, seed: seed, explores: explores, opponents: opponents, mapping: mapping,
            while: { true }) ?? EvaluationResult()
    }

    /// Evaluates the policies as they are, as a schedule says; `train` does so when `evaluationSchedule` asks for it.
    ///
    /// - Parameters:
    ///   - schedule: how many episodes are played. Whether an evaluation is due is not asked.
    ///   - goesOn: whether there is time; asked in every step.
    /// - Returns: nil when there was no time for all episodes.
    /// - Throws: `StateError` as `evaluate(episodes:)`.
    public func evaluate(
        by schedule: EvaluationSchedule, while goesOn: () -> Bool = { true }
    ) throws -> TrainingEvaluation? {
        try scheduledEvaluation(by: schedule, while: goesOn)
    }

    /// Runs whole episodes for as long as `goesOn` says so, which is asked in every step; nil when it has said no.
    package func evaluate(
        episodes: Int, seed: Int, explores: Bool, opponents: [PolicyID: EvaluationPlayer], mapping: PolicyMapping?,
        while goesOn: () -> Bool
    ) throws -> EvaluationResult? {
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
                Evaluator(environment: specification, seed: seed, explores: explores), mapping, episodes: episodes,
                while: goesOn)
        case .multiAgent(let specification):
            var acting = opponents
            for player in players { acting[player.id] = .policy(player.policy, explores: explores) }
            return try MultiAgentEvaluator(environment: specification, seed: seed).evaluate(
                acting, mapping: mapping, episodes: episodes, while: goesOn)
        }
    }

    private func evaluate(
        _ evaluator: Evaluator, _ mapping: PolicyMapping, episodes: Int, while goesOn: () -> Bool
    ) throws -> EvaluationResult? {
        let resolved = try ResolvedMapping(mapping, agents: agents, policies: policyIDs)
        var result = EvaluationResult()
        for (index, player) in players.enumerated() {
            guard let agent = resolved.agents(of: index).first else { continue }
            guard let played = try evaluator.episodes(episodes, of: player.policy, while: goesOn) else { return nil }
            result.episodes += played.map { episode in
                EvaluatedEpisode(
                    episode: episode, parts: [.init(agent: agents[agent], player: player.id, episode: episode)])
            }
        }
        return result
    }
}
