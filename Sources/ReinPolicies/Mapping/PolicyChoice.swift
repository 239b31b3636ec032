public import ReinCheckpoints
public import ReinSpaces

/// Which policy a rule gives an agent.
public enum PolicyChoice: Sendable, Hashable {
    /// Always this one.
    case policy(PolicyID)
    /// The policy of the agent's own name: one for each agent.
    case ownName
    /// The policies in turn: the agent at index i of its environment's agents has number i modulo how many there are.
    case cycle([PolicyID])
    /// One drawn anew for every episode, with probabilities in proportion to the weights.
    case weighted([Share])
    /// One that the program chooses for every episode. It cannot be saved.
    case custom(CustomPolicyChoice)
    /// One that a program chose when the mapping was saved, which is lost: see `PolicyMapping.leftOut`.
    case leftOut

    /// A policy and how often it is drawn.
    public struct Share: Sendable, Hashable, Codable {
        /// The policy.
        public var policy: PolicyID
        /// Its weight, at least 0 and finite; only proportions count.
        public var weight: Double

        /// Creates a share.
        public init(_ policy: PolicyID, weight: Double) {
            self.policy = policy
            self.weight = weight
        }
    }

    /// The policies that an agent may be given, with their weights.
    ///
    /// - Parameters:
    ///   - agent: the agent.
    ///   - index: the agent's place among the agents of its environment.
    /// - Throws: `StateError` when the agent's name cannot be a policy id, or there is nothing to choose from.
    public func shares(for agent: AgentID, at index: Int) throws(StateError) -> [Share] {
        switch self {
        case .policy(let policy): return [Share(policy, weight: 1)]
        case .ownName: return [Share(try PolicyID(agent.name), weight: 1)]
        case .cycle(let policies):
            guard !policies.isEmpty else {
                throw StateError(.outOfRange, "a cycle of no policies", path: "mapping")
            }
            return [Share(policies[index % policies.count], weight: 1)]
        case .weighted(let shares):
            guard shares.allSatisfy({ $0.weight >= 0 && $0.weight.isFinite }), shares.contains(where: { $0.weight > 0 })
            else {
                throw StateError(
                    .outOfRange, "weights of policies must not be negative, and at least one must be above 0",
                    path: "mapping")
            }
            return shares.filter { $0.weight > 0 }
        case .custom(let choice): return choice.policies.map { Share($0, weight: 1) }
        case .leftOut:
            throw StateError(
                .missingKey, "the mapping was chosen by a program and is not in the checkpoint: give one",
                path: "mapping")
        }
    }

    /// The choice with other names for the policies that it names.
    public func renaming(_ name: @escaping @Sendable (PolicyID) -> PolicyID) -> PolicyChoice {
        switch self {
        case .policy(let policy): .policy(name(policy))
        case .ownName: .ownName
        case .cycle(let policies): .cycle(policies.map(name))
        case .weighted(let shares): .weighted(shares.map { Share(name($0.policy), weight: $0.weight) })
        case .custom(let choice):
            .custom(CustomPolicyChoice(among: choice.policies.map(name)) { name(choice.choose(&$0)) })
        case .leftOut: .leftOut
        }
    }

    /// The policies that the choice names, in their order.
    public var policies: [PolicyID] {
        switch self {
        case .policy(let policy): [policy]
        case .ownName, .leftOut: []
        case .cycle(let policies): policies
        case .weighted(let shares): shares.map(\.policy)
        case .custom(let choice): choice.policies
        }
    }
}

extension PolicyChoice: CustomStringConvertible {
    /// The form used on the command line: `pol0`, `<agent>`, `pol0|pol1`, `pol0:3|pol1:1`; words for a choice of a
    /// program's.
    public var description: String {
        switch self {
        case .policy(let policy): policy.string
        case .ownName: Self.ownNameText
        case .cycle(let policies): policies.map(\.string).joined(separator: "|") + (policies.count == 1 ? "|" : "")
        case .weighted(let shares): shares.map { "\($0.policy):\($0.weight)" }.joined(separator: "|")
        case .custom(let choice): "one of \(choice.policies.map(\.string).joined(separator: ", ")), by the program"
        case .leftOut: "chosen by the program that saved it, and left out"
        }
    }

    private static let ownNameText = "<agent>"

    /// Reads the form used on the command line.
    ///
    /// - Throws: `StateError` when a part is not a policy id, an empty one included, or some of several have a weight and
    ///   others have not.
    public init(parsing text: Substring) throws(StateError) {
        if text == Self.ownNameText {
            self = .ownName
            return
        }
        guard text.contains(where: { $0 == "|" || $0 == ":" }) else {
            self = .policy(try PolicyID(String(text)))
            return
        }
        var shares: [Share] = []
        var policies: [PolicyID] = []
        var parts = text.split(separator: "|", omittingEmptySubsequences: false)
        // A policy alone with a bar behind it is a cycle of one.
        if parts.count == 2, parts[1].isEmpty { parts.removeLast() }
        for part in parts {
            guard let separator = part.lastIndex(of: ":") else {
                policies.append(try PolicyID(String(part)))
                continue
            }
            let number = part[part.index(after: separator)...]
            guard let weight = Double(number), weight >= 0, weight.isFinite else {
                throw StateError(.malformed, "\"\(number)\" is not a weight, as in pol0:3|pol1:1", path: "mapping")
            }
            shares.append(Share(try PolicyID(String(part[..<separator])), weight: weight))
        }
        guard shares.isEmpty || policies.isEmpty else {
            throw StateError(
                .malformed, "in \"\(text)\" either all policies have a weight, or none has", path: "mapping")
        }
        self = shares.isEmpty ? .cycle(policies) : .weighted(shares)
    }
}

extension PolicyChoice: Codable {
    /// Reads the text, or a policy id.
    public init(from decoder: any Decoder) throws {
        self = try Self(parsing: try decoder.singleValueContainer().decode(String.self)[...])
    }

    /// Writes the text; throws `EncodingError` for a choice of the program's.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .policy, .ownName, .cycle, .weighted: break
        case .custom, .leftOut:
            throw EncodingError.invalidValue(
                self, .init(codingPath: encoder.codingPath, debugDescription: "a program's choice cannot be written"))
        }
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension PolicyChoice: ExpressibleByStringLiteral {
    /// Creates a choice of one policy from a literal that must obey the rules of ids.
    public init(stringLiteral value: String) { self = .policy(PolicyID(stringLiteral: value)) }
}
