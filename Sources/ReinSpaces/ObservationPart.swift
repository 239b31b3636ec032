import ReinCheckpoints

/// A part of an observation: where it stands in the environment's object, and how numbers are made of it.
public struct ObservationPart: Sendable, Hashable {
    /// What a part is in the outside world.
    public enum Kind: Sendable, Hashable {
        /// An array of numbers of this shape, row-major; an empty shape is a single number.
        case numbers(shape: [Int])
        /// Indices, each of which becomes as many numbers as it has values: 1 at the index, 0 elsewhere. Those of several
        /// indices stand side by side. `starts` has the outside world's number of each one's first value.
        case oneHot(counts: [Int], starts: [Int])
        /// An array of this shape of numbers that are 0 or 1.
        case binary(shape: [Int])
    }

    /// The names on the way to the part, from the outside in; a part of a tuple goes by its index in decimal digits. Empty
    /// for an observation that is a single part.
    public let path: [String]
    /// What the part is in the outside world.
    public let kind: Kind

    /// Describes a part. Whether there can be such a part is seen when an ``ObservationLayout`` is made of it.
    public init(_ path: [String], _ kind: Kind) {
        self.path = path
        self.kind = kind
    }

    /// The number of numbers in a row; 0 for a part that cannot be, which no layout has.
    public var width: Int {
        switch kind {
        case .numbers(let shape), .binary(let shape): Self.product(shape) ?? 0
        case .oneHot(let counts, _): Self.sum(counts) ?? 0
        }
    }

    /// The names on the way, joined by slashes, for messages; empty for an observation that is a single part.
    package var name: String { path.map(\.shortened).joined(separator: "/") }

    /// The largest number of numbers of a part, 2²⁴, so that a float holds every index.
    static let widthLimit = 1 << 24

    /// What makes the part impossible; nil when nothing does.
    var problem: String? {
        guard path.count <= 16, path.allSatisfy({ $0.utf8.count <= 1 << 10 }) else {
            return "a path of more than 16 names, or a name of more than 1,024 bytes"
        }
        switch kind {
        case .numbers(let shape), .binary(let shape):
            return Self.product(shape) == nil ? "impossible shape \(shape.prefix(64))" : nil
        case .oneHot(let counts, let starts):
            guard !counts.isEmpty, Self.sum(counts) != nil else {
                return "impossible numbers of values \(counts.prefix(64))"
            }
            guard starts.count == counts.count else { return "\(counts.count) indices, but \(starts.count) starts" }
            let index = counts.indices.first { starts[$0].addingReportingOverflow(counts[$0] - 1).overflow }
            return index.map { "the last of \(counts[$0]) values from \(starts[$0]) on has no number" }
        }
    }

    /// The product of positive lengths, nil when one is not or there are more elements than a part may have.
    private static func product(_ shape: [Int]) -> Int? {
        guard shape.count <= 64 else { return nil }
        var product = 1
        for length in shape {
            guard length > 0, length <= widthLimit / product else { return nil }
            product *= length
        }
        return product
    }

    /// The sum of positive counts, nil when one is not or there are more values than a part may have.
    private static func sum(_ counts: [Int]) -> Int? {
        var sum = 0
        for count in counts {
            guard count > 0, count <= widthLimit - sum else { return nil }
            sum += count
        }
        return sum
    }
}

/// In words, for people: `position: 2 numbers`, `color: one of 5 from 1 on`.
extension ObservationPart: CustomStringConvertible {
    /// The name, unless the part is the whole observation, and what it is.
    public var description: String { path.isEmpty ? kind.description : "\(name): \(kind)" }
}

extension ObservationPart.Kind: CustomStringConvertible {
    /// What the part is: `84 x 84 x 3 numbers`, `one of 5 from 1 on`, `one of 3 and one of 2`, `8 bits`.
    public var description: String {
        switch self {
        case .numbers(let shape): return Self.text(shape, "number")
        case .binary(let shape): return Self.text(shape, "bit")
        case .oneHot(let counts, let starts):
            let choices = zip(counts, starts).map { $1 == 0 ? "one of \($0)" : "one of \($0) from \($1) on" }
            return choices.joined(separator: " and ")
        }
    }

    private static func text(_ shape: [Int], _ word: String) -> String {
        let lengths = shape.isEmpty ? "1" : shape.map(String.init).joined(separator: " x ")
        return "\(lengths) \(word)\(lengths == "1" ? "" : "s")"
    }
}

/// Codable conformance: `{"path": ["color"], "kind": "oneHot", "counts": [5], "starts": [1]}`, and `"shape"` in place of
/// the last two for `"numbers"` and `"binary"`.
extension ObservationPart: Codable {
    enum CodingKeys: String, CodingKey {
        case path, kind, shape, counts, starts
    }

    /// Reads the part that `encode(to:)` wrote.
    ///
    /// - Throws: `DecodingError` for an unknown kind and for a part that cannot be.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        path = try container.decode([String].self, forKey: .path)
        switch try container.decode(String.self, forKey: .kind) {
        case "numbers": kind = .numbers(shape: try container.decode([Int].self, forKey: .shape))
        case "binary": kind = .binary(shape: try container.decode([Int].self, forKey: .shape))
        case "oneHot":
            kind = .oneHot(
                counts: try container.decode([Int].self, forKey: .counts),
                starts: try container.decode([Int].self, forKey: .starts))
        case let unknown:
            throw DecodingError.dataCorruptedError(
                forKey: .kind, in: container,
                debugDescription: unknownName(
                    "unknown kind \"\(unknown.shortened)\"",
                    nearest: nearestName(to: unknown, in: ["numbers", "oneHot", "binary"]),
                    rest: "known are numbers, oneHot, binary"))
        }
        if let problem {
            throw DecodingError.dataCorruptedError(forKey: .kind, in: container, debugDescription: problem)
        }
    }

    /// Writes path and kind.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(path, forKey: .path)
        switch kind {
        case .numbers(let shape):
            try container.encode("numbers", forKey: .kind)
            try container.encode(shape, forKey: .shape)
        case .binary(let shape):
            try container.encode("binary", forKey: .kind)
            try container.encode(shape, forKey: .shape)
        case .oneHot(let counts, let starts):
            try container.encode("oneHot", forKey: .kind)
            try container.encode(counts, forKey: .counts)
            try container.encode(starts, forKey: .starts)
        }
    }
}
