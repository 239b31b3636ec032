import ReinCheckpoints
import ReinEnvironments
import ReinNumerics
import ReinPolicies

/// The first episode of each of a few environments of several agents side by side, with players that do not change.
final class MultiAgentEvaluationWave {
    /// The episodes so far.
    private(set) var results: [EvaluatedEpisode]

    private let episodes: Range<Int>
    private let evaluator: MultiAgentEvaluator
    private let actors: [EvaluationActor]
    private let vector: MultiAgentVector
    /// For each episode the index of each agent's actor.
    private let assigned: [[Int]]
    private var streams: [RandomStream]
    /// The rows of the episodes that go on.
    private var running: [Int]

    private var agentCount: Int { vector.agents.count }

    /// Makes the environments.
    ///
    /// - Parameters:
    ///   - episodes: which of the evaluation's episodes.
    ///   - evaluator: the evaluation.
    ///   - actors: the players.
    ///   - mapping: which of them acts for which agent.
    init(
        _ episodes: Range<Int>, of evaluator: MultiAgentEvaluator, _ actors: [EvaluationActor],
        _ mapping: ResolvedMapping
    ) {
        self.episodes = episodes
        self.evaluator = evaluator
        self.actors = actors
        let (environment, seed) = (evaluator.environment, evaluator.seed)
        let agentCount = environment.agents.count
        vector = environment.makeVector(
            seeds: episodes.map { UInt64(bitPattern: Int64(seed &+ $0)) }, pieces: LaneDivision.singly(episodes.count))
        func stream(_ name: String, _ episode: Int, _ index: Int) -> RandomStream {
            RandomStream(seed: UInt64(bitPattern: Int64(seed &+ episode)), name: "evaluation/\(name)", index: index)
        }
        assigned = episodes.map { episode in
            var random = stream("casting", episode, 0)
            return (0..<agentCount).map {
                mapping.policy(for: $0, environment: 0, episode: episode, using: &random)
            }
        }
        streams = episodes.flatMap { episode in (0..<agentCount).map { stream("agent", episode, $0) } }
        results = assigned.map { players in
            EvaluatedEpisode(
                episode: Episode(totalReward: 0, length: 0),
                parts: zip(environment.agents, players).map {
                    .init(agent: $0, player: actors[$1].id, episode: Episode(totalReward: 0, length: 0))
                })
        }
        running = Array(0..<episodes.count)
    }

    /// Plays the episodes, for as long as `goesOn` says so, which is asked in every step.
    ///
    /// - Returns: whether all have ended.
    /// - Throws: `StateError` as `MultiAgentEvaluator.evaluate(_:mapping:episodes:)`.
    func run(while goesOn: () -> Bool) throws(StateError) -> Bool {
        try StateError.wrapping { () throws(EnvironmentFault) in try vector.reset(0..<episodes.count) }
        while !running.isEmpty {
            guard goesOn() else { return false }
            try act()
            try StateError.wrapping { () throws(EnvironmentFault) in
                for row in running { try vector.beginStep(row..<row + 1) }
                for row in running { try vector.finishStep(row..<row + 1) }
            }
            for row in running { try settle(row) }
            running.removeAll { vector.episodeStatuses.pointer[$0] != .running }
        }
        return true
    }

    private func act() throws(StateError) {
        for actor in actors { actor.places.removeAll(keepingCapacity: true) }
        for row in running {
            for agent in 0..<agentCount where vector.acts.pointer[row * agentCount + agent] {
                actors[assigned[row][agent]].places.append(AgentPlace(environment: Int32(row), agent: Int32(agent)))
                results[row].parts[agent].episode.length += 1
            }
        }
        for actor in actors {
            try actor.act(in: vector, streams: &streams) { place, quantity, value in
                fault(quantity, agent: Int(place.agent), row: Int(place.environment), value: value)
            }
        }
    }

    /// Takes in what a step brought to an episode.
    private func settle(_ row: Int) throws(StateError) {
        results[row].episode.length += 1
        if vector.isDeserted(row) { throw fault(.actors, agent: nil, row: row) }
        for agent in 0..<agentCount {
            let reward = vector.rewards.pointer[row * agentCount + agent]
            guard Float(reward).isFinite else { throw fault(.reward, agent: agent, row: row, value: reward) }
            results[row].parts[agent].episode.totalReward += reward
            results[row].episode.totalReward += reward
        }
        if results[row].episode.length >= MultiAgentEvaluator.longestEpisode {
            throw .endlessEpisode(of: evaluator.environment.id, steps: MultiAgentEvaluator.longestEpisode)
        }
    }

    /// The error for a number that is none, a mask, or nobody who acts.
    private func fault(
        _ quantity: EnvironmentFault.Quantity, agent: Int?, row: Int, value: Double = 0
    ) -> StateError {
        StateError(
            EnvironmentFault(
                environment: evaluator.environment.id, episode: .seed(evaluator.seed &+ episodes.lowerBound &+ row),
                agent: agent.map { vector.agents[$0] }, step: results[row].episode.length, quantity: quantity,
                value: value))
    }
}
