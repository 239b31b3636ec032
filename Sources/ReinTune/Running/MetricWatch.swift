import ReinCheckpoints

/// Looks out for the metrics that decide in an experiment: where one never comes, nothing is decided by it, and nobody
/// would know why.
struct MetricWatch {
    /// The metrics that no result has had.
    private var missing: [String]
    private var newest: StateTree?

    /// Watches for what a scheduler compares by and a searcher learns from.
    init(_ controller: TrialController) {
        missing = []
        for name in [controller.scheduler.metric, controller.searcher.searchedMetric] {
            guard let name, !missing.contains(name) else { continue }
            missing.append(name)
        }
        // Results of an earlier process.
        for record in controller.trials.records {
            if let result = record.lastResult { note(result) }
        }
    }

    /// Looks at a result.
    mutating func note(_ result: StateTree) {
        guard !missing.isEmpty else { return }
        missing.removeAll { (result.metric($0) ?? .null) != .null }
        newest = result
    }

    /// What a person should know when a trial has come to its end: each metric is told of once.
    mutating func takeWarnings() -> [String] {
        guard let newest else { return [] }
        defer { missing = [] }
        return missing.map { "no result has had the metric that decides: \(newest.lacksMetric($0))" }
    }
}
