/// The actions an environment accepts.
public enum ActionSpace: Hashable, Sendable {
    /// One of a number of actions.
    case discrete(Discrete)
    /// An array of floats within bounds.
    case box(Box)

    /// A choice of one of `count` actions.
    public static func discrete(_ count: Int) -> ActionSpace { .discrete(Discrete(count)) }

    /// The number of floats that an action takes in a row of actions: 1 for a discrete action, which is its index.
    public var width: Int {
        switch self {
        case .discrete: 1
        case .box(let box): box.count
        }
    }

    /// Whether actions are chosen from a finite set.
    public var isDiscrete: Bool {
        switch self {
        case .discrete: true
        case .box: false
        }
    }

    /// Returns whether a row of floats is an action: the index of a discrete one, or the elements of a box.
    public func contains(_ row: [Float]) -> Bool {
        switch self {
        case .discrete(let discrete):
            guard row.count == 1, let index = Int(exactly: row[0]) else { return false }
            return index >= 0 && index < discrete.count
        case .box(let box):
            return box.contains(row)
        }
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
        case "box": self = .box(try Box(from: decoder))
        case let type:
            throw DecodingError.dataCorruptedError(
                forKey: .type, in: container,
                debugDescription: "unknown type of space \"\(type)\", expected \"discrete\" or \"box\"")
        }
    }

    /// Writes the space with its type.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .discrete(let discrete): try discrete.encode(to: encoder)
        case .box(let box): try box.encode(to: encoder)
        }
    }
}
