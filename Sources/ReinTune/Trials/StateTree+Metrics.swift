import ReinCheckpoints

/// Metrics as those who decide on trials read them.
extension StateTree {
    /// The number of a metric, with slashes in its name for maps inside one another; truth values are 0 and 1. Nil where
    /// there is nothing, or null.
    ///
    /// - Throws: `StateError` with `.wrongType` for text, a list, and whatever else is no number.
    func number(of metric: String) throws(StateError) -> Double? {
        switch self.metric(metric) {
        case .double(let value): return value
        case .int(let value): return Double(value)
        case .bool(let value): return value ? 1 : 0
        case nil, .null: return nil
        case let other?:
            throw StateError(.wrongType, "expected a number, found \(other.summary)", path: metric.shortened)
        }
    }

    /// An error that says that there is no metric of this name, and which ones there are.
    func lacksMetric(_ metric: String) -> StateError {
        let names = metricNames
        return StateError(
            .missingKey,
            unknownName(
                "the result has no such number", nearest: nearestName(to: metric, in: names),
                rest: names.isEmpty ? "it has no keys" : "its keys are \(names.inMessage)"),
            path: metric.shortened)
    }

    /// The names of what a result has, in order: maps inside one another with slashes between the keys, and without the
    /// settings that a driver adds.
    private var metricNames: [String] {
        guard case .map(let map) = self else { return [] }
        return map.flatMap { key, value -> [String] in
            guard key != MetricName.configuration, case .map = value else { return [key] }
            return value.metricNames.map { "\(key)/\($0)" }
        }.filter { $0 != MetricName.configuration }
    }
}

extension [String] {
    /// Names as a message lists them: forty at most, and how many more there are.
    var inMessage: String {
        let shown = prefix(40).map(\.shortened).joined(separator: ", ")
        return count > 40 ? "\(shown) and \(count - 40) more" : shown
    }
}
