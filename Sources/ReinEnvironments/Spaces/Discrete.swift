/// A choice of one of `count` actions.
///
/// Inside Rein an action is its index, `0..<count`: that is what a policy draws, what a row of actions holds (as a
/// float) and what ``Environment/step(_:into:)`` receives. `start` is the number of the first action in the words of
/// the outside world (Gymnasium's `Discrete(n, start)`), used where actions are read from or shown to people.
public struct Discrete: Hashable, Sendable {
    /// The number of actions.
    public let count: Int
    /// The outside world's number of the first action.
    public let start: Int

    /// Creates a space of `count` actions; `count` must be positive and below 2²⁴, so that a float holds every index.
    public init(_ count: Int, start: Int = 0) {
        precondition(Self.isValid(count), "a discrete space needs between 1 and 2²⁴ actions, not \(count)")
        self.count = count
        self.start = start
    }

    static func isValid(_ count: Int) -> Bool { count > 0 && count <= 1 << 24 }
}

/// Codable conformance: `{"type": "discrete", "count": 2, "start": 0}`.
extension Discrete: Codable {
    enum CodingKeys: String, CodingKey {
        case type, count, start
    }

    /// Reads the space that `encode(to:)` wrote.
    ///
    /// - Throws: `DecodingError` for a space of another type or an impossible count.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.expect(type: "discrete", forKey: .type)
        count = try container.decode(Int.self, forKey: .count)
        start = try container.decode(Int.self, forKey: .start)
        guard Self.isValid(count) else {
            throw DecodingError.dataCorruptedError(
                forKey: .count, in: container, debugDescription: "impossible number of actions: \(count)")
        }
    }

    /// Writes the space with its type.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode("discrete", forKey: .type)
        try container.encode(count, forKey: .count)
        try container.encode(start, forKey: .start)
    }
}

extension KeyedDecodingContainer {
    /// Throws unless the string at `key` is `type`.
    func expect(type: String, forKey key: Key) throws {
        let found = try decode(String.self, forKey: key)
        guard found == type else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: self, debugDescription: "expected a space of type \"\(type)\", found \"\(found)\"")
        }
    }
}
