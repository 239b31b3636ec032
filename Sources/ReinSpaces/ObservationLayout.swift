public import ReinCheckpoints

/// The parts of an observation side by side, in the order in which a row has them: what Gymnasium's `Dict` and `Tuple`
/// become.
///
///     let layout = try ObservationLayout([
///         ObservationPart(["position"], .numbers(shape: [2])),
///         ObservationPart(["goal", "color"], .oneHot(counts: [5], starts: [1])),
///     ])
///     layout.width     // 7
///     layout.offsets   // [0, 2]
///
/// An observation of this layout is `{"position": [0.5, 1], "goal": {"color": 3}}` in JSON.
public struct ObservationLayout: Sendable, Hashable {
    /// The parts, at least one.
    public let parts: [ObservationPart]
    /// Where each part begins in a row.
    public let offsets: [Int]
    /// The number of numbers of a row.
    public let width: Int

    /// Puts parts side by side.
    ///
    /// - Throws: `StateError` for no parts, more than 2¹⁶ of them or more than 2²⁴ numbers; for parts that cannot be; and
    ///   for paths of which one is another's beginning, so that an object cannot have both.
    public init(_ parts: [ObservationPart]) throws(StateError) {
        if let problem = Self.problem(parts) { throw StateError(.outOfRange, problem.message, path: problem.path) }
        self.init(possible: parts)
    }

    /// Takes over parts that have no problem.
    private init(possible parts: [ObservationPart]) {
        var offsets: [Int] = []
        var width = 0
        for part in parts {
            offsets.append(width)
            width += part.width
        }
        self.parts = parts
        self.offsets = offsets
        self.width = width
    }

    /// What makes parts impossible, and where; nil when there is such a layout.
    private static func problem(_ parts: [ObservationPart]) -> (message: String, path: String)? {
        guard !parts.isEmpty, parts.count <= 1 << 16 else {
            return ("expected between 1 and 65,536 parts, not \(parts.count)", "")
        }
        var width = 0
        var paths: Set<[String]> = []
        for part in parts {
            if let problem = part.problem { return (problem, part.name) }
            width += part.width
            guard width <= ObservationPart.widthLimit else { return ("more than 2²⁴ numbers in all", part.name) }
            guard paths.insert(part.path).inserted else { return ("two parts have the same path", part.name) }
        }
        for part in parts {
            for length in 0..<part.path.count where paths.contains(Array(part.path.prefix(length))) {
                return ("lies inside a part", part.name)
            }
        }
        return nil
    }
}

/// In words, for people.
extension ObservationLayout: CustomStringConvertible {
    /// The parts in their order: `position: 2 numbers; goal/color: one of 5 from 1 on`.
    public var description: String { parts.map(\.description).joined(separator: "; ") }
}

/// Codable conformance: `{"parts": [...]}`.
extension ObservationLayout: Codable {
    enum CodingKeys: String, CodingKey {
        case parts
    }

    /// Reads the layout that `encode(to:)` wrote.
    ///
    /// - Throws: `DecodingError` for parts that no layout has.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let parts = try container.decode([ObservationPart].self, forKey: .parts)
        if let problem = Self.problem(parts) {
            let place = problem.path.isEmpty ? "" : "\"\(problem.path)\": "
            throw DecodingError.dataCorruptedError(
                forKey: .parts, in: container, debugDescription: "\(place)\(problem.message)")
        }
        self.init(possible: parts)
    }

    /// Writes the list of parts.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(parts, forKey: .parts)
    }
}
