public import ReinCheckpoints

/// When the best values of an experiment move no more: those that all trials have reported together.
public struct ExperimentPlateau: Sendable, Hashable {
    /// The metric.
    public let metric: String
    /// The standard deviation that the best values have at most.
    public let deviation: Double
    /// How many of the best values count.
    public let top: Int
    /// Which values are the better ones.
    public let order: ScoreOrder
    /// For how many results in a row it has to be so.
    public let patience: Int

    /// Says when the best values move no more.
    ///
    /// - Throws: `StateError` with `.outOfRange` that names the setting: a metric without a name, a deviation that is not
    ///   above 0, fewer than two values, a negative patience.
    public init(
        metric: String, deviation: Double = 0.001, top: Int = 10, order: ScoreOrder = .min, patience: Int = 0
    ) throws(StateError) {
        self.metric = try validatedMetric(metric, Key.metric.rawValue)
        self.deviation = deviation
        self.top = top
        self.order = order
        self.patience = patience
        try check(deviation > 0, Key.deviation, deviation, allowed: "above 0")
        try check(top >= 2, Key.top, top, allowed: "at least 2")
        try check(patience >= 0, Key.patience, patience, allowed: "at least 0")
    }
}

/// Plateaus as data.
extension ExperimentPlateau {
    private enum Key: String, CaseIterable { case metric, deviation, top, order, patience }

    /// Reads the settings of a rule.
    init(_ reader: StateReader) throws(StateError) {
        try reader.expectKeys([StopRule.kindKey] + Key.allCases.map(\.rawValue))
        func value(_ key: Key) -> StateReader? { reader.optionalChild(key.rawValue) }
        let metric = try reader.string(Key.metric.rawValue)
        let (deviation, top) = (try value(.deviation)?.double(), try value(.top)?.int())
        let (order, patience) = (try value(.order)?.scoreOrder(), try value(.patience)?.int())
        do throws(StateError) {
            try self.init(
                metric: metric, deviation: deviation ?? 0.001, top: top ?? 10, order: order ?? .min,
                patience: patience ?? 0)
        } catch {
            throw error.below(reader)
        }
    }

    /// The settings as data.
    var tree: StateTree {
        [
            StopRule.kindKey: "experimentPlateau", Key.metric.rawValue: .string(metric),
            Key.deviation.rawValue: .double(deviation), Key.top.rawValue: .int(Int64(top)),
            Key.order.rawValue: .string(order.rawValue), Key.patience.rawValue: .int(Int64(patience)),
        ]
    }
}
