public import ReinCheckpoints

/// Values that are shared with trainables as they are, by their names: data sets, models, closures. They are no part of a
/// checkpoint, so whoever restores one has to give them again.
public struct TrainableParameters: Sendable {
    private var values: [String: any Sendable] = [:]

    /// None.
    public init() {}

    /// The names, sorted.
    public var names: [String] { values.keys.sorted() }

    /// Shares a value, in the place of another of the name.
    public mutating func set(_ name: String, to value: any Sendable) { values[name] = value }

    /// These and others, which win where both have a name.
    func merging(_ others: TrainableParameters) -> TrainableParameters {
        var all = self
        all.values.merge(others.values) { $1 }
        return all
    }

    /// The value of a name.
    ///
    /// - Throws: `StateError` when there is none, which names the nearest, and when it is of another type.
    public func value<Value: Sendable>(_ name: String, as type: Value.Type = Value.self) throws(StateError) -> Value {
        guard let value = values[name] else {
            throw StateError(
                .missingKey,
                unknownName(
                    "there is no parameter \"\(name.shortened)\"", nearest: nearestName(to: name, in: names),
                    rest: names.isEmpty
                        ? "none was given"
                        : "the parameters are \(names.map { "\"\($0)\"" }.joined(separator: ", "))"))
        }
        guard let typed = value as? Value else {
            throw StateError(
                .wrongType, "the parameter \"\(name.shortened)\" is a \(Swift.type(of: value)), not a \(Value.self)")
        }
        return typed
    }
}
