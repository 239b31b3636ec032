/// How good a checkpoint is, as one number that can be compared: the higher, the better.
///
/// Truth values count as 0 and 1, integers as doubles. NaN is worse than every number, minus infinity included. What is no
/// number at all (nothing, null, text, a list) is worse than NaN, whether high or low scores are the better ones.
struct CheckpointScore: Comparable, Hashable, Sendable {
    private let rank: Int64

    /// The score of what has none.
    static let none = CheckpointScore(rank: .min)
    private static let notANumber = CheckpointScore(rank: .min + 1)

    private init(rank: Int64) { self.rank = rank }

    /// The score of a number.
    init(_ value: Double, _ order: ScoreOrder) {
        guard !value.isNaN else {
            self = .notANumber
            return
        }
        // Adding zero makes the two zeros one.
        let bits = Int64(bitPattern: ((order == .max ? value : -value) + 0).bitPattern)
        // The doubles in their order: of negative ones, larger bits mean smaller numbers.
        rank = bits >= 0 ? bits : bits ^ .max
    }

    /// The score of a metric; that of what has none where it is no number.
    init(_ metric: StateTree?, _ order: ScoreOrder) {
        switch metric {
        case .double(let value): self.init(value, order)
        case .int(let value): self.init(Double(value), order)
        case .bool(let value): self.init(value ? 1 : 0, order)
        default: self = .none
        }
    }

    /// Whether the first is worse.
    static func < (left: CheckpointScore, right: CheckpointScore) -> Bool { left.rank < right.rank }
}

extension StateTree {
    /// The metric of a name: the value of that key, or with slashes in the name that of keys of maps inside one another.
    /// Nil when there is none.
    package func metric(_ name: String) -> StateTree? {
        guard case .map(let map) = self else { return nil }
        if let value = map[name] { return value }
        let bytes = name.utf8
        for slash in bytes.indices where bytes[slash] == UInt8(ascii: "/") {
            let rest = String(name[bytes.index(after: slash)...])
            if let value = map[String(name[..<slash])]?.metric(rest) { return value }
        }
        return nil
    }

    /// The value of the last of some keys of maps inside one another; nil when one is missing.
    func descendant(at keys: [String]) -> StateTree? {
        var tree = self
        for key in keys {
            guard case .map(let map) = tree, let value = map[key] else { return nil }
            tree = value
        }
        return tree
    }
}
