/// A choice of one of `count` actions.
///
/// Inside Rein an action is its index, `0..<count`: that is what a policy answers, what a row of actions or a mask is in
/// the order of, and what `Environment.step` receives. `start` is the number of the first action in the words
/// of the outside world (Gymnasium's `Discrete(n, start)`). It is added where actions leave a program, as in the answers
/// of `rein predict`, and nowhere else.
public struct Discrete: Hashable, Sendable {
    /// The number of actions.
    public let count: Int
    /// The outside world's number of the first action.
    public let start: Int

    /// Creates a space of `count` actions.
    ///
    /// - Parameters:
    ///   - count: positive and at most 2²⁴, so that a float holds every index.
    ///   - start: the outside world's number of the first action; that of the last one must be an integer, too.
    public init(_ count: Int, start: Int = 0) {
        if let problem = Self.problem(count: count, start: start) { preconditionFailure(problem) }
        self.count = count
        self.start = start
    }

    /// The outside world's number of the action at an index.
    public func number(ofIndex index: Int) -> Int {
        precondition(index >= 0 && index < count, "there are \(count) actions, not one at index \(index)")
        return start + index
    }

    /// The index of the action that the outside world knows by a number, or nil when there is none.
    public func index(ofNumber number: Int) -> Int? {
        let (index, isFar) = number.subtractingReportingOverflow(start)
        return !isFar && index >= 0 && index < count ? index : nil
    }

    /// What makes a space impossible, if anything does.
    private static func problem(count: Int, start: Int) -> String? {
        guard count > 0, count <= 1 << 24 else {
            return "a discrete space needs between 1 and 2²⁴ actions, not \(count)"
        }
        let isFar = start.addingReportingOverflow(count - 1).overflow
        return isFar ? "the last of \(count) actions from \(start) on has no number" : nil
    }
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
        if let problem = Self.problem(count: count, start: start) {
            throw DecodingError.dataCorruptedError(forKey: .count, in: container, debugDescription: problem)
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
