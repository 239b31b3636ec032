/// A choice of one of `counts[i]` for each component i of an action, as Gymnasium's `MultiDiscrete`.
///
/// An action is the index of the choice of each component, `0..<counts[i]`: that is what a policy draws, what a row of
/// actions holds (as floats), and what `Environment.step` receives.
public struct MultiDiscrete: Hashable, Sendable {
    /// The number of choices of each component.
    public let counts: [Int]

    /// Creates a space of one of `counts[i]` for each component i.
    ///
    /// There must be components, each with at least one choice, and at most 2²⁴ choices in all, so that a float holds
    /// every index.
    public init(_ counts: [Int]) {
        if let fault = Self.fault(counts) { preconditionFailure(fault) }
        self.counts = counts
    }

    /// The number of choices of all components together.
    public var choiceCount: Int { counts.reduce(0, +) }

    /// What makes counts impossible, if anything does.
    private static func fault(_ counts: [Int]) -> String? {
        if counts.isEmpty { return "a multi-discrete space needs components" }
        var rest = 1 << 24
        for (component, count) in counts.enumerated() {
            guard count >= 1, count <= rest else {
                return "impossible number of choices of component \(component): \(count)"
            }
            rest -= count
        }
        return nil
    }
}

/// Codable conformance: `{"type": "multiDiscrete", "counts": [3, 2]}`.
extension MultiDiscrete: Codable {
    enum CodingKeys: String, CodingKey {
        case type, counts
    }

    /// Reads the space that `encode(to:)` wrote.
    ///
    /// - Throws: `DecodingError` for a space of another type or impossible counts.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.expect(type: "multiDiscrete", forKey: .type)
        counts = try container.decode([Int].self, forKey: .counts)
        if let fault = Self.fault(counts) {
            throw DecodingError.dataCorruptedError(forKey: .counts, in: container, debugDescription: fault)
        }
    }

    /// Writes the space with its type.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode("multiDiscrete", forKey: .type)
        try container.encode(counts, forKey: .counts)
    }
}
