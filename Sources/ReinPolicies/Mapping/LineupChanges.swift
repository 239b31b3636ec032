public import ReinCheckpoints
public import ReinSpaces

/// What is to be different in a lineup: which of its policies to take, and who does what among them. What is nil stays as
/// it is.
///
///     // Two of many policies, to be played against each other and trained on.
///     let pair = LineupChanges(policies: ["pol[01]"], mapping: ["agent_0": "pol0", "*": "pol1"])
///     let algorithm = try PPO(restoring: "checkpoint", lineup: pair)
public struct LineupChanges: Sendable, Equatable {
    /// The policies to take, by ids or patterns.
    public var policies: PolicySelection?
    /// The agents.
    public var agents: [AgentID]?
    /// Which policy acts for which agent.
    public var mapping: PolicyMapping?
    /// Which policy acts for which agent in `evaluate`.
    public var evaluationMapping: PolicyMapping?
    /// The policies to improve, of those taken, by ids or patterns; when nil, those that were improved before.
    public var policiesToTrain: PolicySelection?
    /// Settings of policies that are to be others than now, laid over those that each has of its own.
    public var policyConfigurations: [PolicyID: StateTree]

    /// Says what is to be different.
    public init(
        policies: PolicySelection? = nil, agents: [AgentID]? = nil, mapping: PolicyMapping? = nil,
        evaluationMapping: PolicyMapping? = nil, policiesToTrain: PolicySelection? = nil,
        policyConfigurations: [PolicyID: StateTree] = [:]
    ) {
        self.policies = policies
        self.agents = agents
        self.mapping = mapping
        self.evaluationMapping = evaluationMapping
        self.policiesToTrain = policiesToTrain
        self.policyConfigurations = policyConfigurations
    }

    /// These changes with others laid over them.
    package func overlaid(by others: LineupChanges) -> LineupChanges {
        LineupChanges(
            policies: others.policies ?? policies, agents: others.agents ?? agents, mapping: others.mapping ?? mapping,
            evaluationMapping: others.evaluationMapping ?? evaluationMapping,
            policiesToTrain: others.policiesToTrain ?? policiesToTrain,
            policyConfigurations: policyConfigurations.merging(others.policyConfigurations) { $0.overlaid(by: $1) })
    }

    /// Nothing is to be different.
    public static let none = LineupChanges()

    /// Whether nothing is to be different.
    public var isEmpty: Bool { self == .none }
}

extension Lineup {
    /// The lineup with changes.
    ///
    /// - Throws: `StateError` for ids and patterns that match no policy, with the nearest id and those there are.
    public func applying(_ changes: LineupChanges) throws(StateError) -> Lineup {
        let taken = try changes.policies?.ids(in: policies) ?? policies
        let known = Set(taken)
        var configurations = policyConfigurations.filter { known.contains($0.key) }
        configurations.merge(changes.policyConfigurations) { $0.overlaid(by: $1) }
        return try Lineup(
            policies: taken, agents: changes.agents ?? agents, mapping: changes.mapping ?? mapping,
            evaluationMapping: changes.evaluationMapping ?? evaluationMapping,
            policiesToTrain: changes.policiesToTrain ?? PolicySelection(policiesToTrain.filter(known.contains)),
            policyConfigurations: configurations)
    }

    /// A new lineup of what is said about it.
    ///
    /// - Throws: `StateError` for names that cannot be ids, and as the other initialiser.
    public init(_ said: LineupChanges) throws(StateError) {
        var policies: [PolicyID] = []
        for pattern in said.policies?.patterns ?? ["default_policy"] { policies.append(try PolicyID(pattern.text)) }
        try self.init(
            policies: policies, agents: said.agents, mapping: said.mapping, evaluationMapping: said.evaluationMapping,
            policiesToTrain: said.policiesToTrain, policyConfigurations: said.policyConfigurations)
    }
}

extension LineupChanges {
    /// Everything that a lineup says.
    public init(_ lineup: Lineup) {
        self.init(
            policies: PolicySelection(lineup.policies), agents: lineup.agents, mapping: lineup.mapping,
            evaluationMapping: lineup.evaluationMapping, policiesToTrain: PolicySelection(lineup.policiesToTrain),
            policyConfigurations: lineup.policyConfigurations)
    }
}

extension LineupChanges: Codable {
    /// Reads changes; keys that are missing or null say nothing.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Lineup.Key.self)
        policies = try container.decodeIfPresent([PolicyID].self, forKey: .policies).map { PolicySelection($0) }
        agents = try container.decodeIfPresent([AgentID].self, forKey: .agents)
        mapping = try container.decodeIfPresent(PolicyMapping.self, forKey: .mapping)
        evaluationMapping = try container.decodeIfPresent(PolicyMapping.self, forKey: .evaluationMapping)
        policiesToTrain = try container.decodeIfPresent([GlobPattern].self, forKey: .policiesToTrain)
            .map { PolicySelection(patterns: $0) }
        policyConfigurations = try Lineup.configurations(
            container.decodeIfPresent(StateTree.self, forKey: .policyConfigurations))
    }

    /// Writes all keys; null where nothing is said.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Lineup.Key.self)
        try container.encode(policies?.patterns, forKey: .policies)
        try container.encode(agents, forKey: .agents)
        try container.encode(mapping?.savable, forKey: .mapping)
        try container.encode(evaluationMapping?.savable, forKey: .evaluationMapping)
        try container.encode(policiesToTrain?.patterns, forKey: .policiesToTrain)
        try container.encode(Lineup.tree(of: policyConfigurations), forKey: .policyConfigurations)
    }
}
