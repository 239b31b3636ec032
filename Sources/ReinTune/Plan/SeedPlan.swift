import ReinCheckpoints

/// With how many seeds each settings are tried, as one trial.
///
///     {"count": 5, "summary": "interquartileMean"}     or     5
public struct SeedPlan: Sendable, Hashable {
    /// The number of seeds.
    public var count: Int
    /// What the metrics of the seeds are made into.
    public var summary: ScoreSummary
    /// The setting that is the seed.
    public var key: String
    /// The first seed where the settings have none.
    public var firstSeed: Int

    /// Describes seeds; see `TrainableDefinition.repeated`.
    public init(count: Int, summary: ScoreSummary = .mean, key: String = "seed", firstSeed: Int = 0) {
        self.count = count
        self.summary = summary
        self.key = key
        self.firstSeed = firstSeed
    }
}

/// Seeds as data.
extension SeedPlan {
    private enum Key: String, CaseIterable { case count, summary, key, firstSeed }

    /// Reads seeds: a number, or a map with `count`.
    ///
    /// - Throws: `StateError` that names the place: what is unknown, with the nearest name, of another type or out of
    ///   range.
    init(_ reader: StateReader) throws(StateError) {
        guard case .map = reader.tree else {
            self.init(count: try Self.count(reader))
            return
        }
        try reader.expectKeys(Key.allCases.map(\.rawValue))
        self.init(count: try Self.count(reader.child(Key.count.rawValue)))
        if let word = reader.optionalChild(Key.summary.rawValue) { summary = try word.choice("summary") }
        key = try reader.optionalChild(Key.key.rawValue)?.string() ?? key
        firstSeed = try reader.optionalChild(Key.firstSeed.rawValue)?.int() ?? firstSeed
    }

    private static func count(_ reader: StateReader) throws(StateError) -> Int {
        let count = try reader.int()
        guard count >= 1 else { throw reader.error(.outOfRange, "\(count) is out of range (allowed: 1 and more)") }
        return count
    }

    /// The seeds as data, every key present.
    var tree: StateTree {
        [
            Key.count.rawValue: .int(Int64(count)), Key.summary.rawValue: .string(summary.rawValue),
            Key.key.rawValue: .string(key), Key.firstSeed.rawValue: .int(Int64(firstSeed)),
        ]
    }
}
