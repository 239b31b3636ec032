import ArgumentParser
import Rein

/// The evaluation of policies in an environment of several agents.
struct SharedEvaluation {
    private let directory: CheckpointDirectory
    private let environment: MultiAgentSpecification
    private let mapping: PolicyMapping
    private let players: [PolicyID: EvaluationPlayer]
    private let seed: Int
    private let episodes: Int
    private let explores: Bool
    private let episodesAtOnce: Int

    /// Works out who plays, and reads the policies that do.
    ///
    /// - Throws: `ValidationError` for options that do not fit, `StateError` when a policy cannot be read.
    init(
        directory: CheckpointDirectory, checkpoint: SavedCheckpoint, policy: PolicyID?, opponents: OpponentOptions,
        environment: MultiAgentSpecification, seed: Int, episodes: Int, explores: Bool, episodesAtOnce: Int
    ) throws {
        self.directory = directory
        self.environment = environment
        self.seed = seed
        self.episodes = episodes
        self.explores = explores
        self.episodesAtOnce = episodesAtOnce
        if policy != nil, opponents.mapping != nil {
            throw ValidationError("--policy says who acts for everybody, and --mapping who for whom; give one of them")
        }
        if directory.kind == .policy, let policy {
            throw ValidationError(
                "\(directory.path) is a checkpoint of a single policy; leave --policy \(policy) out")
        }
        if let random = opponents.random,
            try directory.kind == .algorithm ? directory.contains(policy: random) : random == Self.alone
        {
            throw ValidationError("--random \(random): a policy of the checkpoint has this name")
        }
        mapping =
            try opponents.mapping ?? policy.map { .all($0) } ?? Self.savedMapping(of: checkpoint) ?? .all(Self.alone)
        var players: [PolicyID: EvaluationPlayer] = [:]
        if let random = opponents.random { players[random] = .random }
        let playing = try Self.policies(in: mapping, agents: environment.agents)
        for id in playing where players[id] == nil {
            players[id] = .policy(try Self.policy(id, of: directory), explores: explores)
        }
        if let random = opponents.random, !playing.contains(random) {
            throw ValidationError("--random \(random): --mapping gives no agent a player of this name")
        }
        self.players = players
    }

    /// Plays the episodes.
    ///
    /// - Throws: `StateError` when a policy is for other spaces than those of its agents.
    func result() throws -> EvaluationResult {
        try MultiAgentEvaluator(environment: environment, seed: seed, episodesAtOnce: episodesAtOnce).evaluate(
            players, mapping: mapping, episodes: episodes)
    }

    /// What the policy of a policy checkpoint is called in a mapping.
    private static let alone: PolicyID = "policy"

    private static func policy(_ id: PolicyID, of directory: CheckpointDirectory) throws -> Policy {
        switch directory.kind {
        case .policy:
            guard id == alone else {
                throw ValidationError(
                    "--mapping names \"\(id)\"; the policy of a policy checkpoint is called \"\(alone)\"")
            }
            return try Policy(of: directory, id: nil)
        case .algorithm:
            if try !directory.contains(policy: id) {
                let ids = try directory.policyIDs
                try asUsageError(directory.path) { _ = try PolicySelection([id]).ids(in: ids) }
            }
            return try Policy(of: directory, id: id)
        }
    }

    /// The mapping for evaluation, or else that of training; nil for a checkpoint of a policy.
    private static func savedMapping(of checkpoint: SavedCheckpoint) throws -> PolicyMapping? {
        guard checkpoint.kind == .algorithm else { return nil }
        let lineup = try checkpoint.algorithm().lineup
        let mapping = lineup.evaluationMapping ?? lineup.mapping
        if mapping == .leftOut {
            throw ValidationError(
                "\(checkpoint.path): the mapping was chosen by a program and is not in the checkpoint; give --mapping")
        }
        return mapping
    }

    /// The policies that may act for agents.
    private static func policies(in mapping: PolicyMapping, agents: [AgentID]) throws -> [PolicyID] {
        var ids: [PolicyID] = []
        for (index, (agent, choice)) in zip(agents, mapping.choices(for: agents)).enumerated() {
            guard let choice else {
                throw ValidationError("no rule of the mapping gives agent \"\(agent)\" a policy; see --mapping")
            }
            let shares = try asUsageError { try choice.shares(for: agent, at: index) }
            for share in shares where !ids.contains(share.policy) { ids.append(share.policy) }
        }
        return ids
    }

    /// The result as text.
    func text(_ result: EvaluationResult) -> String {
        var table = TextTable(["", "mean", "deviation", "minimum", "maximum", "above 0", "at 0", "below 0"])
        func add(_ name: String, _ episodes: [Episode]) {
            guard let summary = EpisodeSummary(episodes) else { return }
            table.add(
                [name]
                    + [summary.returnMean, summary.returnDeviation, summary.returnMinimum, summary.returnMaximum]
                    .map { Wording.decimal($0, 2) } + Self.signs(episodes).map { "\($0)" })
        }
        add("all agents", result.episodes.map(\.episode))
        for (player, agent) in Self.seats(result) { add("\(player) as \(agent)", result.parts(of: player, as: agent)) }
        let length = result.summary.map { Wording.decimal($0.lengthMean, 2) } ?? "-"
        return "\(environment.id), \(directory.path), \(Wording.count(result.episodes.count, "episode", "episodes")), "
            + "seeds \(seed) to \(seed + result.episodes.count - 1), mean length \(length)\n" + table.text()
    }

    /// The result as data.
    func tree(_ result: EvaluationResult) -> StateTree {
        func statistics(_ episodes: [Episode]) -> StateMap {
            guard let summary = EpisodeSummary(episodes) else { return [:] }
            let signs = Self.signs(episodes)
            var map: StateMap = ["episodes": .int(Int64(summary.count))]
            for (key, value) in summary.statistics.entries { map[key] = value }
            for (key, count) in zip(["aboveZero", "atZero", "belowZero"], signs) { map[key] = .int(Int64(count)) }
            return map
        }
        var map: StateMap = [
            "checkpoint": .string(directory.path),
            "environment": .string(environment.id),
            "mapping": StateEncoder().encode(mapping),
            "seed": .int(Int64(seed)),
            "explore": .bool(explores),
        ]
        for (key, value) in statistics(result.episodes.map(\.episode)).entries { map[key] = value }
        map["players"] = .list(
            Self.seats(result).map { player, agent in
                var entry: StateMap = ["player": .string(player.string), "agent": .string(agent.name)]
                for (key, value) in statistics(result.parts(of: player, as: agent)).entries { entry[key] = value }
                return .map(entry)
            })
        return .map(map)
    }

    /// Who acted for whom, in the order of agents.
    private static func seats(_ result: EvaluationResult) -> [(player: PolicyID, agent: AgentID)] {
        guard let agents = result.episodes.first?.parts.map(\.agent) else { return [] }
        return agents.flatMap { agent in
            result.players.filter { !result.parts(of: $0, as: agent).isEmpty }.map { ($0, agent) }
        }
    }

    /// The numbers of returns above, at and below 0.
    private static func signs(_ episodes: [Episode]) -> [Int] {
        [
            episodes.count { $0.totalReward > 0 }, episodes.count { $0.totalReward == 0 },
            episodes.count { $0.totalReward < 0 },
        ]
    }
}
