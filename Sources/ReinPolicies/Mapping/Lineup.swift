public import ReinCheckpoints
public import ReinSpaces

/// Who plays, and who learns: the policies of an algorithm, which of them acts for which agent, which are improved, and
/// which have settings of their own.
///
///     let lineup = try Lineup(
///         policies: ["main", "rival"], mapping: ["first": "main", "second": "rival"], policiesToTrain: ["main"])
///     let algorithm = try PPO(environment: .ticTacToe, lineup: lineup)
///
/// Only policies that are there are trained or have settings. Whether ids differ enough to be names of folders, and whether
/// the lineup fits an environment, is checked where it meets one: checkpoints of early versions are looser.
public struct Lineup: Sendable, Equatable {
    /// The ids of the policies, at least one, in the order in which they are made and saved.
    public private(set) var policies: [PolicyID]
    /// The agents; nil for those that the environment has, one in an environment of one agent.
    public private(set) var agents: [AgentID]?
    /// Which policy acts for which agent.
    public private(set) var mapping: PolicyMapping
    /// Which policy acts for which agent in `evaluate`; as in training when nil.
    public private(set) var evaluationMapping: PolicyMapping?
    /// The policies that are improved, in the order of `policies`; the others only act.
    public private(set) var policiesToTrain: [PolicyID]
    /// The settings of policies that have their own, as far as they differ from those of the algorithm.
    public private(set) var policyConfigurations: [PolicyID: StateTree]

    /// One policy, `default_policy`, that acts for everybody and is improved.
    public static let one = Lineup(of: .default)

    /// One policy that acts for everybody and is improved.
    ///
    /// - Parameter policy: its id.
    public init(of policy: PolicyID) {
        policies = [policy]
        agents = nil
        mapping = .all(policy)
        evaluationMapping = nil
        policiesToTrain = [policy]
        policyConfigurations = [:]
    }

    /// Creates a lineup.
    ///
    /// - Parameters:
    ///   - policies: the ids of the policies.
    ///   - agents: the agents; nil for those that the environment has.
    ///   - mapping: which policy acts for which agent; the first policy for everyone when nil.
    ///   - evaluationMapping: which policy acts for which agent in `evaluate`; as in training when nil.
    ///   - policiesToTrain: the policies to improve, by ids or patterns; all when nil.
    ///   - policyConfigurations: the settings of policies that have their own, as far as they differ.
    /// - Throws: `StateError` when there is no policy, and for policies to train and settings of policies
    ///   that are not there, with the nearest id.
    public init(
        policies: [PolicyID] = [.default], agents: [AgentID]? = nil, mapping: PolicyMapping? = nil,
        evaluationMapping: PolicyMapping? = nil, policiesToTrain: PolicySelection? = nil,
        policyConfigurations: [PolicyID: StateTree] = [:]
    ) throws(StateError) {
        guard let first = policies.first else {
            throw StateError(.outOfRange, "an algorithm needs at least one policy", path: Key.policies.rawValue)
        }
        var trained = policies
        if let policiesToTrain {
            do {
                let chosen = Set(try policiesToTrain.ids(in: policies))
                trained = policies.filter(chosen.contains)
            } catch {
                throw error.nested(under: Key.policiesToTrain.rawValue)
            }
        }
        for id in policyConfigurations.keys.sorted(byBytesOf: \.string) {
            do {
                _ = try PolicySelection.index(of: id, in: policies)
            } catch {
                throw error.nested(under: Key.policyConfigurations.rawValue)
            }
        }
        self.policies = policies
        self.agents = agents
        self.mapping = mapping ?? .all(first)
        self.evaluationMapping = evaluationMapping
        self.policiesToTrain = trained
        self.policyConfigurations = policyConfigurations
    }
}

extension Lineup {
    /// The lineup with its agents named.
    package func naming(_ agents: [AgentID]) -> Lineup { with { $0.agents = agents } }

    /// The lineup with another mapping for evaluation, or that of training when nil.
    package func evaluating(by mapping: PolicyMapping?) -> Lineup { with { $0.evaluationMapping = mapping } }

    /// The lineup with other settings of policies.
    package func configuring(_ configurations: [PolicyID: StateTree]) -> Lineup {
        with { $0.policyConfigurations = configurations }
    }

    /// The lineup with a policy behind the others.
    ///
    /// - Parameter mapping: which policy acts for which agent; as before when nil.
    package func adding(_ id: PolicyID, isTrained: Bool, mapping: PolicyMapping?) -> Lineup {
        with {
            $0.policies.append(id)
            if isTrained { $0.policiesToTrain.append(id) }
            if let mapping { $0.mapping = mapping }
        }
    }

    /// The lineup without a policy.
    ///
    /// - Parameter mapping: which policy acts for which agent; as before when nil.
    package func removing(_ id: PolicyID, mapping: PolicyMapping?) -> Lineup {
        with {
            $0.policies.removeAll { $0 == id }
            $0.policiesToTrain.removeAll { $0 == id }
            $0.policyConfigurations[id] = nil
            if let mapping { $0.mapping = mapping }
        }
    }

    private func with(_ change: (inout Lineup) -> Void) -> Lineup {
        var changed = self
        change(&changed)
        return changed
    }

    /// The keys of a lineup's parts, in checkpoints and wherever else one is written down.
    package enum Key: String, CodingKey, CaseIterable {
        case policies, agents, mapping, evaluationMapping, policiesToTrain, policyConfigurations

        /// Whether an error is about a part that is chosen with an eye to the policies there are.
        package static func isChoice(_ path: String) -> Bool {
            [mapping, evaluationMapping, policiesToTrain].contains { $0.rawValue == path }
        }
    }
}

extension Lineup: Codable {
    /// Reads a lineup.
    ///
    /// - Throws: `StateError` for parts that do not agree, beside what the decoder throws.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let policies = try container.decode([PolicyID].self, forKey: .policies)
        try self.init(
            policies: policies,
            agents: container.decodeIfPresent([AgentID].self, forKey: .agents),
            mapping: container.decode(PolicyMapping.self, forKey: .mapping),
            evaluationMapping: container.decodeIfPresent(PolicyMapping.self, forKey: .evaluationMapping),
            policiesToTrain: PolicySelection(container.decode([PolicyID].self, forKey: .policiesToTrain)),
            policyConfigurations: Self.configurations(
                container.decodeIfPresent(StateTree.self, forKey: .policyConfigurations)))
    }

    /// Writes the lineup. A mapping with a choice of the program's is left out, which is said in its place.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(policies, forKey: .policies)
        try container.encode(agents, forKey: .agents)
        try container.encode(mapping.savable, forKey: .mapping)
        // Checkpoints have no key for what there is not, rather than a null.
        if let evaluationMapping { try container.encode(evaluationMapping.savable, forKey: .evaluationMapping) }
        try container.encode(policiesToTrain, forKey: .policiesToTrain)
        if !policyConfigurations.isEmpty {
            try container.encode(Self.tree(of: policyConfigurations), forKey: .policyConfigurations)
        }
    }

    /// The settings of policies in a tree, by their ids.
    ///
    /// - Throws: `StateError` for a tree that is no map, and names that cannot be ids.
    static func configurations(_ tree: StateTree?) throws(StateError) -> [PolicyID: StateTree] {
        guard let tree, !tree.isNull else { return [:] }
        var configurations: [PolicyID: StateTree] = [:]
        for (key, settings) in try StateReader(tree, path: Key.policyConfigurations.rawValue).map() {
            _ = try settings.map()
            configurations[try PolicyID(key)] = settings.tree
        }
        return configurations
    }

    /// The settings of policies as a tree, in the order of their ids.
    static func tree(of configurations: [PolicyID: StateTree]) -> StateTree {
        .map(StateMap(uniqueEntries: configurations.sorted(byBytesOf: \.key.string).map { ($0.key.string, $0.value) }))
    }
}
