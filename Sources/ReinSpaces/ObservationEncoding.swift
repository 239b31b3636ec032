public import ReinCheckpoints

/// How the rows that a policy reads are made of the observations of its environment.
public enum ObservationEncoding: Sendable, Hashable {
    /// The observations are arrays of numbers already.
    case numbers
    /// Each index becomes as many numbers as it has values: 1 at the index, 0 elsewhere. Those of several indices stand
    /// side by side.
    case oneHot(counts: [Int])
    /// The observations have parts, each of which becomes numbers in its own way. Those of all parts stand side by side.
    case parts(ObservationLayout)

    /// The encoding of observations with these parts, the plainest that there is: of a single nameless part of numbers, or
    /// of indices that count from 0, it is that of such observations.
    ///
    /// - Throws: `StateError` as `ObservationLayout.init(_:)` does.
    public init(parts: [ObservationPart]) throws(StateError) {
        self.init(try ObservationLayout(parts))
    }

    /// The encoding of observations of this layout, the plainest that there is, see `init(parts:)`.
    public init(_ layout: ObservationLayout) {
        self = .parts(layout)
        guard layout.parts[0].path.isEmpty else { return }
        switch layout.parts[0].kind {
        case .numbers: self = .numbers
        case .oneHot(let counts, let starts) where starts.allSatisfy { $0 == 0 }: self = .oneHot(counts: counts)
        case .oneHot, .binary: break
        }
    }

    /// The parts of an observation in their order, a nameless one for indices; none for numbers, whose shape is that of the
    /// space.
    public var parts: [ObservationPart] {
        switch self {
        case .numbers: []
        case .oneHot(let counts): [ObservationPart([], .oneHot(counts: counts, starts: counts.map { _ in 0 }))]
        case .parts(let layout): layout.parts
        }
    }

    /// The number of values of each index where the observations are indices and nothing else; nil where they are not.
    public var counts: [Int]? { indices?.counts }

    /// The number of numbers of a row; nil where it is that of the observation space.
    public var width: Int? {
        switch self {
        case .numbers: nil
        case .oneHot(let counts): counts.reduce(0, +)
        case .parts(let layout): layout.width
        }
    }

    /// The indices where the observations are nothing else.
    var indices: (counts: [Int], starts: [Int])? {
        let parts = parts
        guard parts.count == 1, parts[0].path.isEmpty, case .oneHot(let counts, let starts) = parts[0].kind else {
            return nil
        }
        return (counts, starts)
    }

    /// The row for the outside world's numbers of indices, `[sum of counts]`; nil when the observations are no indices, and
    /// when these are not as many as there are counts, or one is out of range.
    public func row(of indices: [Int]) -> [Float]? {
        guard let (counts, starts) = self.indices, indices.count == counts.count else { return nil }
        var row = [Float](repeating: 0, count: counts.reduce(0, +))
        var base = 0
        for (number, (count, start)) in zip(indices, zip(counts, starts)) {
            guard let index = Discrete(count, start: start).index(ofNumber: number) else { return nil }
            row[base + index] = 1
            base += count
        }
        return row
    }

    /// Why rows of this encoding are no observations of a space; nil when they are.
    package func problem(in space: Box) -> String? {
        guard let width, width != space.count else { return nil }
        let what = if case .parts = self { "parts of \(width) numbers" } else { "indices of \(width) values" }
        return "\(what), observations of \(space.count) numbers"
    }
}

/// Codable conformance: the list of counts, empty for numbers; for parts the layout.
extension ObservationEncoding: Codable {
    /// Reads what `encode(to:)` wrote.
    ///
    /// - Throws: `DecodingError` for impossible counts and for parts that no layout has.
    public init(from decoder: any Decoder) throws {
        if (try? decoder.container(keyedBy: ObservationLayout.CodingKeys.self)) != nil {
            self.init(try ObservationLayout(from: decoder))
            return
        }
        let counts = try [Int](from: decoder)
        guard counts.allSatisfy({ (1...1 << 24).contains($0) }), counts.count <= 1 << 16 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "impossible numbers of values"))
        }
        self = counts.isEmpty ? .numbers : .oneHot(counts: counts)
    }

    /// Writes the list of counts, or the layout.
    public func encode(to encoder: any Encoder) throws {
        if case .parts(let layout) = self { return try layout.encode(to: encoder) }
        var counts: [Int] = []
        if case .oneHot(let known) = self { counts = known }
        try counts.encode(to: encoder)
    }
}
