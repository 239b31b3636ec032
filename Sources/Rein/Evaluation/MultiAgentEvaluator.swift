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
    private static let longestEpisode = 1_000_000

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
            guard let wave = try wave(range, actors, resolved, while: goesOn) else { return nil }
            result.episodes += wave
        }
        return result
    }

    /// The first episode of each of a few environments side by side.
    private func wave(
        _ range: Range<Int>, _ actors: [EvaluationActor], _ mapping: ResolvedMapping, while goesOn: () -> Bool
    ) throws(StateError) -> [EvaluatedEpisode]? {
        let agentCount = environment.agents.count
        let vector = environment.makeVector(
            seeds: range.map { UInt64(bitPattern: Int64(seed &+ $0)) }, pieces: LaneDivision.singly(range.count))
        let assigned = range.map { episode in
            var random = stream("casting", episode, 0)
            return (0..<agentCount).map {
                mapping.policy(for: $0, environment: 0, episode: episode, using: &random)
            }
        }
        var streams = range.flatMap { episode in (0..<agentCount).map { stream("agent", episode, $0) } }
        var results = assigned.map { players in
            EvaluatedEpisode(
                episode: Episode(totalReward: 0, length: 0),
                parts: zip(environment.agents, players).map {
                    .init(agent: $0, player: actors[$1].id, episode: Episode(totalReward: 0, length: 0))
                })
        }
        try StateError.wrapping { () throws(EnvironmentFault) in try vector.reset(0..<range.count) }
        var running = Array(0..<range.count)
        while !running.isEmpty {
            guard goesOn() else { return nil }
            for actor in actors { actor.places.removeAll(keepingCapacity: true) }
            for row in running {
                for agent in 0..<agentCount where vector.acts.pointer[row * agentCount + agent] {
                    actors[assigned[row][agent]].places.append(AgentPlace(environment: Int32(row), agent: Int32(agent)))
                    results[row].parts[agent].episode.length += 1
                }
            }
            for actor in actors {
                try actor.act(in: vector, streams: &streams) { place, quantity, value in
                    fault(
                        quantity, place.agent, of: range.lowerBound + Int(place.environment),
                        step: results[Int(place.environment)].episode.length, value: value)
                }
            }
            try StateError.wrapping { () throws(EnvironmentFault) in
                for row in running { try vector.beginStep(row..<row + 1) }
                for row in running { try vector.finishStep(row..<row + 1) }
            }
            for row in running {
                results[row].episode.length += 1
                if vector.isDeserted(row) {
                    throw StateError(
                        EnvironmentFault(
                            environment: environment.id, episode: .seed(seed &+ range.lowerBound + row),
                            step: results[row].episode.length, quantity: .actors))
                }
                for agent in 0..<agentCount {
                    let reward = vector.rewards.pointer[row * agentCount + agent]
                    guard Float(reward).isFinite else {
                        throw fault(
                            .reward, Int32(agent), of: range.lowerBound + row, step: results[row].episode.length,
                            value: reward)
                    }
                    results[row].parts[agent].episode.totalReward += reward
                    results[row].episode.totalReward += reward
                }
                if results[row].episode.length >= Self.longestEpisode {
                    throw StateError(
                        .outOfRange, "an episode of \(environment.id) did not end within \(Self.longestEpisode) steps",
                        path: "evaluation")
                }
            }
            running.removeAll { vector.episodeStatuses.pointer[$0] != .running }
        }
        return results
    }

    /// The error for a number that is none, or a mask.
    private func fault(
        _ quantity: EnvironmentFault.Quantity, _ agent: Int32, of index: Int, step: Int, value: Double
    ) -> StateError {
        StateError(
            EnvironmentFault(
                environment: environment.id, episode: .seed(seed &+ index), agent: environment.agents[Int(agent)],
                step: step, quantity: quantity, value: value))
    }

    private func stream(_ name: String, _ episode: Int, _ index: Int) -> RandomStream {
        RandomStream(seed: UInt64(bitPattern: Int64(seed &+ episode)), name: "evaluation/\(name)", index: index)
    }
}
