public import ReinCheckpoints

extension PlacementGroup {
    /// Reads a request from data.
    ///
    ///     {"bundles": [{"CPU": 1}, {"CPU": 2, "GPU": 1}], "strategy": "SPREAD"}
    ///
    /// - Throws: `StateError` that names the place: a key that is unknown, with the nearest one, a value of another type, and
    ///   whatever a request cannot be.
    public init(_ reader: StateReader) throws(StateError) {
        try reader.expectKeys(["bundles", "strategy"])
        var bundles: [[String: Double]] = []
        for bundle in try reader.list("bundles") { bundles.append(try ResourceAmounts.read(bundle)) }
        var strategy = PlacementStrategy.pack
        if case .map(let map) = reader.tree, map["strategy"] != nil {
            strategy = try Self.strategy(reader.child("strategy"))
        }
        do throws(StateError) {
            try self.init(bundles: bundles, strategy: strategy)
        } catch {
            throw reader.path.isEmpty ? error : error.nested(under: reader.path)
        }
    }

    /// The request as data: all bundles, an empty head included, and the strategy.
    public var tree: StateTree {
        let all = head.isEmpty ? [head] + bundles : bundles
        return [
            "bundles": .list(all.map { ResourceAmounts.tree($0) }),
            "strategy": .string(strategy.rawValue),
        ]
    }

    private static func strategy(_ word: StateReader) throws(StateError) -> PlacementStrategy {
        let text = try word.string()
        guard let strategy = PlacementStrategy(rawValue: text) else {
            let names = PlacementStrategy.allCases.map(\.rawValue)
            throw word.error(
                .outOfRange,
                unknownName(
                    "there is no strategy \"\(text.shortened)\"", nearest: nearestName(to: text, in: names),
                    rest: "the strategies are \(names.joined(separator: ", "))"))
        }
        return strategy
    }
}

extension PlacementGroup: Codable {
    /// Reads a request; throws `StateError` as for data.
    public init(from decoder: any Decoder) throws {
        try self.init(StateReader(StateTree(from: decoder)))
    }

    /// Writes the request as data.
    public func encode(to encoder: any Encoder) throws { try tree.encode(to: encoder) }
}
