public import ReinCheckpoints
public import ReinSpaces

/// Which policy acts for which agent, as rules that can be saved. The first rule that matches an agent wins.
///
///     let mapping: PolicyMapping = ["agent_[01]": "pol0", "*": "pol1"]
public struct PolicyMapping: Sendable, Hashable {
    /// One rule: agents whose name matches the pattern are played by the policy that is chosen.
    public struct Rule: Sendable, Hashable, Codable {
        /// The names of agents, exact or with `*`, `?` and `[...]` as in a shell.
        public var agents: GlobPattern
        /// The policy that acts for them, or how it is chosen.
        public var policy: PolicyChoice

        /// Creates a rule that chooses a policy.
        public init(agents: GlobPattern, choice: PolicyChoice) {
            self.agents = agents
            policy = choice
        }

        /// Creates a rule for one policy.
        public init(agents: GlobPattern, policy: PolicyID) { self.init(agents: agents, choice: .policy(policy)) }
    }

    /// The rules in the order in which they are tried.
    public var rules: [Rule]

    /// Creates a mapping from rules.
    public init(rules: [Rule]) { self.rules = rules }

    /// The mapping that gives every agent the same policy.
    public static func all(_ policy: PolicyID) -> PolicyMapping {
        PolicyMapping(rules: [Rule(agents: "*", policy: policy)])
    }

    /// The mapping that gives every agent the policy of its own name.
    public static let oneForEachAgent = PolicyMapping(rules: [Rule(agents: "*", choice: .ownName)])

    /// How the policy of an agent is chosen, or nil when no rule matches it.
    public func choice(for agent: AgentID) -> PolicyChoice? {
        rules.first { $0.agents.matches(agent.name) }?.policy
    }

    /// How the policies of many agents are chosen, nil where no rule matches. Exact names are looked up, so thousands
    /// of agents with a rule each take no longer than they must.
    public func choices(for agents: [AgentID]) -> [PolicyChoice?] {
        let exact = Dictionary(
            rules.indices.lazy.filter { rules[$0].agents.isLiteral }.map { (rules[$0].agents.text, $0) },
            uniquingKeysWith: { first, _ in first })
        let patterns = rules.indices.filter { !rules[$0].agents.isLiteral }
        return agents.map { agent in
            let named = exact[agent.name] ?? rules.count
            let matched = patterns.first { $0 > named || rules[$0].agents.matches(agent.name) } ?? rules.count
            let rule = min(named, matched)
            return rule < rules.count ? rules[rule].policy : nil
        }
    }

    /// Whether the mapping is data through and through. A choice of the program's is not.
    public var isSavable: Bool {
        rules.allSatisfy { rule in
            if case .custom = rule.policy { false } else { true }
        }
    }

    /// What stands in the place of a mapping that could not be saved. It is saved in turn, and gives nobody a policy:
    /// whoever restores the checkpoint has to give a mapping.
    public static let leftOut = PolicyMapping(rules: [Rule(agents: "*", choice: .leftOut)])

    /// The mapping, or `leftOut` where it has a choice of the program's.
    package var savable: PolicyMapping { isSavable ? self : .leftOut }

    /// The policies that rules name, in their order, each once.
    public var policies: [PolicyID] {
        var seen: Set<PolicyID> = []
        return rules.flatMap(\.policy.policies).filter { seen.insert($0).inserted }
    }
}

extension PolicyMapping: ExpressibleByDictionaryLiteral {
    /// Creates a mapping from patterns and policies, tried in the order in which they are written.
    public init(dictionaryLiteral elements: (GlobPattern, PolicyChoice)...) {
        rules = elements.map { Rule(agents: $0.0, choice: $0.1) }
    }
}

extension PolicyMapping {
    /// Reads the form used on the command line: `agent_[01]=pol0,*=pol1`, with choices as `PolicyChoice` reads them.
    ///
    /// - Throws: `StateError` when a part is not `pattern=policy`, or a policy id is not allowed.
    public init(parsing text: String) throws(StateError) {
        rules = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let separator = part.lastIndex(of: "="), separator > part.startIndex else {
                throw StateError(
                    .malformed, "\"\(part)\" is not of the form pattern=policy, as in agent_[01]=pol0,*=pol1",
                    path: "mapping")
            }
            let pattern = GlobPattern(String(part[..<separator]))
            let choice = try PolicyChoice(parsing: part[part.index(after: separator)...])
            rules.append(Rule(agents: pattern, choice: choice))
        }
    }
}

extension PolicyMapping: Codable {
    private enum CodingKeys: String, CodingKey { case rules }

    /// The text of `leftOut`.
    private static let leftOutText = "left out"

    /// Reads rules, or that they were left out.
    public init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self), text == Self.leftOutText {
            self = .leftOut
            return
        }
        rules = try decoder.container(keyedBy: CodingKeys.self).decode([Rule].self, forKey: .rules)
    }

    /// Writes the rules, or that they were left out; throws `EncodingError` for a choice of the program's.
    public func encode(to encoder: any Encoder) throws {
        if self == .leftOut {
            var container = encoder.singleValueContainer()
            return try container.encode(Self.leftOutText)
        }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(rules, forKey: .rules)
    }
}
