/// The actions an environment accepts.
public enum ActionSpace: Hashable, Sendable {
    /// One of a number of actions.
    case discrete(Discrete)
    /// One of a number of choices for each of several components.
    case multiDiscrete(MultiDiscrete)
    /// An array of floats within bounds.
    case box(Box)

    /// A choice of one of `count` actions.
    public static func discrete(_ count: Int) -> ActionSpace { .discrete(Discrete(count)) }

    /// A choice of one of `counts[i]` for each component i.
    public static func multiDiscrete(_ counts: [Int]) -> ActionSpace { .multiDiscrete(MultiDiscrete(counts)) }

    /// The number of floats that an action takes in a row of actions: 1 for a discrete action, which is its index, and
    /// 1 for each component of a multi-discrete one.
    public var width: Int {
        switch self {
        case .discrete: 1
        case .multiDiscrete(let multiDiscrete): multiDiscrete.counts.count
        case .box(let box): box.count
        }
    }

    /// Whether actions are chosen from a finite set.
    public var isDiscrete: Bool {
        switch self {
        case .discrete, .multiDiscrete: true
        case .box: false
        }
    }

    /// Returns whether a row of floats is an action: the index of a discrete one, the indices of a multi-discrete one,
    /// or the elements of a box.
    public func contains(_ row: [Float]) -> Bool {
        switch self {
        case .discrete(let discrete):
            return row.count == 1 && Self.isIndex(row[0], below: discrete.count)
        case .multiDiscrete(let multiDiscrete):
            let counts = multiDiscrete.counts
            return row.count == counts.count && counts.indices.allSatisfy { Self.isIndex(row[$0], below: counts[$0]) }
        case .box(let box):
            return box.contains(row)
        }
    }

    private static func isIndex(_ value: Float, below count: Int) -> Bool {
        guard let index = Int(exactly: value) else { return false }
        return index >= 0 && index < count
    }
}

/// Codable conformance: the space itself, which says its type.
extension ActionSpace: Codable {
    private enum CodingKeys: String, CodingKey {
        case type
    }

    /// Reads the space that `encode(to:)` wrote.
    ///
    /// - Throws: `DecodingError` for an unknown type of space, or an impossible one.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(String.self, forKey: .type) {
        case "discrete": self = .discrete(try Discrete(from: decoder))
        case "multiDiscrete": self = .multiDiscrete(try MultiDiscrete(from: decoder))
        case "box": self = .box(try Box(from: decoder))
        case let type:
            throw DecodingError.dataCorruptedError(
                forKey: .type, in: container,
                debugDescription:
                    "unknown type of space \"\(type)\", expected \"discrete\", \"multiDiscrete\" or \"box\"")
        }
    }

    /// Writes the space with its type.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .discrete(let discrete): try discrete.encode(to: encoder)
        case .multiDiscrete(let multiDiscrete): try multiDiscrete.encode(to: encoder)
        case .box(let box): try box.encode(to: encoder)
        }
    }
}
