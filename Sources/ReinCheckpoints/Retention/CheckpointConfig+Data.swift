extension CheckpointConfig {
    /// Reads settings from data; those that are missing are as without data.
    ///
    ///     {"numToKeep": 3, "scoreAttribute": "evaluation/returnMean", "scoreOrder": "max", "frequency": 10}
    ///
    /// - Throws: `StateError` that names the place: a key that is unknown, with the nearest one, a value of another type,
    ///   or out of range. Null stands for what may be nil, and for nothing else.
    public init(_ reader: StateReader) throws(StateError) {
        try reader.expectKeys(Key.allCases.map(\.rawValue))
        let order = try Self.read(.scoreOrder, reader) { word throws(StateError) in
            let text = try word.string()
            guard let order = ScoreOrder(rawValue: text) else {
                let orders = ScoreOrder.allCases.map(\.rawValue)
                throw word.error(
                    .outOfRange,
                    unknownName(
                        "there is no order \"\(text.shortened)\"", nearest: nearestName(to: text, in: orders),
                        rest: "the orders are \(orders.joined(separator: ", "))"))
            }
            return order
        }
        let count = try reader.optionalChild(Key.numToKeep.rawValue)?.int()
        let attribute = try reader.optionalChild(Key.scoreAttribute.rawValue)?.string()
        let frequency = try Self.read(.frequency, reader) { value throws(StateError) in try value.int() }
        let atEnd = try reader.optionalChild(Key.atEnd.rawValue)?.bool()
        do throws(StateError) {
            try self.init(
                numToKeep: count, scoreAttribute: attribute, scoreOrder: order ?? .max, frequency: frequency ?? 0,
                atEnd: atEnd)
        } catch {
            throw reader.path.isEmpty ? error : error.nested(under: reader.path)
        }
    }

    /// The settings as data, every key present.
    public var tree: StateTree {
        [
            Key.numToKeep.rawValue: numToKeep.map { .int(Int64($0)) } ?? .null,
            Key.scoreAttribute.rawValue: scoreAttribute.map { .string($0) } ?? .null,
            Key.scoreOrder.rawValue: .string(scoreOrder.rawValue),
            Key.frequency.rawValue: .int(Int64(frequency)),
            Key.atEnd.rawValue: atEnd.map { .bool($0) } ?? .null,
        ]
    }

    /// The value of a key that may be missing but not null.
    private static func read<Value>(
        _ key: Key, _ reader: StateReader, _ read: (StateReader) throws(StateError) -> Value
    ) throws(StateError) -> Value? {
        guard case .map(let map) = reader.tree, map[key.rawValue] != nil else { return nil }
        return try read(reader.child(key.rawValue))
    }
}
