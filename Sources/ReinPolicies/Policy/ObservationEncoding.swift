/// How the rows that a policy reads are made of the observations of its environment.
public enum ObservationEncoding: Sendable, Hashable, Codable {
    /// The observations are arrays of numbers already.
    case numbers
    /// Each index becomes as many numbers as it has values: 1 at the index, 0 elsewhere. Those of several indices stand
    /// side by side.
    case oneHot(counts: [Int])

    /// The number of values of each index, nil where there are no indices.
    public var counts: [Int]? { if case .oneHot(let counts) = self { counts } else { nil } }

    /// The row for indices, `[sum of counts]`; nil when they are not as many as there are counts, or one is out of range.
    public func row(of indices: [Int]) -> [Float]? {
        guard case .oneHot(let counts) = self, indices.count == counts.count else { return nil }
        var row = [Float](repeating: 0, count: counts.reduce(0, +))
        var base = 0
        for (index, count) in zip(indices, counts) {
            guard (0..<count).contains(index) else { return nil }
            row[base + index] = 1
            base += count
        }
        return row
    }
}

/// Codable conformance: the list of counts, empty for numbers.
extension ObservationEncoding {
    /// Reads the list that `encode(to:)` wrote.
    public init(from decoder: any Decoder) throws {
        let counts = try [Int](from: decoder)
        guard counts.allSatisfy({ (1...1 << 24).contains($0) }), counts.count <= 1 << 16 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "impossible numbers of values"))
        }
        self = counts.isEmpty ? .numbers : .oneHot(counts: counts)
    }

    /// Writes the list of counts.
    public func encode(to encoder: any Encoder) throws { try (counts ?? []).encode(to: encoder) }
}
