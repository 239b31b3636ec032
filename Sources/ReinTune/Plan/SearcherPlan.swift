public import ReinCheckpoints

/// What thinks up the settings of trials, as it is described.
///
///     {"type": "tpe", "startupTrials": 20, "pointsToEvaluate": [{"learningRate": 3e-4}], "limit": 4}
public struct SearcherPlan: Sendable, Equatable {
    /// How settings are found.
    public enum Method: Sendable, Equatable {
        /// Grids are gone through, everything else is drawn at random.
        case random(GridDraws)
        /// Tree-structured Parzen estimators learn from the results.
        case tpe(TPEOptions)
    }

    /// How settings are found.
    public var method: Method
    /// Settings that are tried first, as those of trials; what they leave out is drawn at random.
    public var pointsToEvaluate: [StateMap]
    /// The largest number of trials whose end the searcher waits for; nil for any number.
    public var limit: Int?
    /// Whether the searcher hears of trials only when as many as the limit have ended.
    public var waitsForBatch: Bool

    /// Describes a searcher.
    public init(
        _ method: Method = .random(.anewInEachCell), pointsToEvaluate: [StateMap] = [], limit: Int? = nil,
        waitsForBatch: Bool = false
    ) {
        self.method = method
        self.pointsToEvaluate = pointsToEvaluate
        self.limit = limit
        self.waitsForBatch = waitsForBatch
    }

    /// A searcher that waits, if there is a limit.
    func limited<Base: Searcher>(_ searcher: Base) throws(StateError) -> any Searcher {
        guard let limit else { return searcher }
        return try ConcurrencyLimiter(searcher, limit: limit, release: waitsForBatch ? .wholeBatch : .eachTrial)
    }
}

/// Searchers as data.
extension SearcherPlan {
    private enum Kind: String, CaseIterable { case random, tpe }

    private enum Key: String, CaseIterable {
        case type, pointsToEvaluate, limit, waitsForBatch
        case draws
        case startupTrials, candidates, constantLiar

        static let common: [Key] = [.type, .pointsToEvaluate, .limit, .waitsForBatch]
    }

    /// Reads a searcher; what is missing has its standard value, except `type`.
    ///
    /// - Throws: `StateError` that names the place: what is unknown, with the nearest name, of another type or out of
    ///   range.
    init(_ reader: StateReader) throws(StateError) {
        func value(_ key: Key) -> StateReader? { reader.optionalChild(key.rawValue) }
        func expect(_ keys: [Key]) throws(StateError) {
            try reader.expectKeys((Key.common + keys).map(\.rawValue))
        }
        switch try reader.child(Key.type.rawValue).choice("searcher", as: Kind.self) {
        case .random:
            try expect([.draws])
            let draws = try value(.draws).map { word throws(StateError) in
                try word.choice("way to draw", as: GridDraws.self)
            }
            method = .random(draws ?? .anewInEachCell)
        case .tpe:
            try expect([.startupTrials, .candidates, .constantLiar])
            var options = TPEOptions()
            options.startupTrials = try value(.startupTrials)?.int() ?? options.startupTrials
            options.candidates = try value(.candidates)?.int() ?? options.candidates
            options.constantLiar = try value(.constantLiar)?.bool() ?? options.constantLiar
            method = .tpe(options)
        }
        pointsToEvaluate = []
        for point in try value(.pointsToEvaluate)?.list() ?? .init() { pointsToEvaluate.append(try point.settings()) }
        limit = try value(.limit)?.int()
        waitsForBatch = try value(.waitsForBatch)?.bool() ?? false
        guard limit != nil || !waitsForBatch else {
            throw try reader.child(Key.waitsForBatch.rawValue).error(
                .missingKey, "a batch is as large as \"limit\" says")
        }
    }

    /// The searcher as data, every key present.
    var tree: StateTree {
        var map: StateMap
        switch method {
        case .random(let draws):
            map = [Key.type.rawValue: .string(Kind.random.rawValue), Key.draws.rawValue: .string(draws.rawValue)]
        case .tpe(let options):
            map = [
                Key.type.rawValue: .string(Kind.tpe.rawValue),
                Key.startupTrials.rawValue: .int(Int64(options.startupTrials)),
                Key.candidates.rawValue: .int(Int64(options.candidates)),
                Key.constantLiar.rawValue: .bool(options.constantLiar),
            ]
        }
        map[Key.pointsToEvaluate.rawValue] = .list(pointsToEvaluate.map { .map($0) })
        map[Key.limit.rawValue] = limit.map { .int(Int64($0)) } ?? .null
        map[Key.waitsForBatch.rawValue] = .bool(waitsForBatch)
        return .map(map)
    }
}
