import Rein
import ReinTune

/// What `rein results` says of an experiment.
final class ResultReport {
    /// The experiment.
    let grid: ResultGrid
    /// By what its trials are compared; nil when they are not.
    let comparison: Comparison?
    /// The best result, or why there is none; nil when trials are not compared.
    let best: Result<BestResult, StateError>?
    /// What the settings matter; nil when it was not asked for.
    let importance: ImportanceReport?
    /// What was passed over while reading.
    let warnings: [String]

    init(
        grid: ResultGrid, comparison: Comparison?, best: Result<BestResult, StateError>?, importance: ImportanceReport?,
        warnings: [String]
    ) {
        self.grid = grid
        self.comparison = comparison
        self.best = best
        self.importance = importance
        self.warnings = warnings
    }

    /// The table, and below it the best trial.
    ///
    /// - Parameters:
    ///   - width: the width of the terminal; nil when there is none.
    ///   - limit: the most rows; nil for all.
    /// - Throws: `StateError` when no trial has one of the metrics.
    func text(width: Int?, limit: Int?) throws(StateError) -> String {
        var parts = [try table(limit).text(width: width), summary]
        if let importance, let comparison {
            parts.append("What \(comparison.metric.shortened) depends on:\n" + importance.text(width: width))
        }
        return parts.joined(separator: "\n")
    }

    private func table(_ limit: Int?) throws(StateError) -> ResultTable {
        guard let comparison else { return try grid.table(limit: limit) }
        return try grid.table(
            [comparison.metric] + comparison.others, order: comparison.order, scope: comparison.scope,
            includingErrored: comparison.includesErrored, limit: limit)
    }

    /// How many trials there are, and which is the best.
    private var summary: String {
        var lines = [counts]
        switch best {
        case nil: lines.append("In the order of their making; --metric and --mode say what the best ones are.")
        case .failure(let error): lines.append("None is the best: \(error.message.escapingControls)")
        case .success(let best):
            let after = best.iteration.map { " after iteration \($0)" } ?? ""
            lines.append(
                "Best: \(best.trial.id.string.shortened), \(best.metric.shortened) \(best.value)\(after) "
                    + "(\(best.order.rawValue), scope \(best.scope.rawValue))")
            lines.append("Checkpoint: \(best.checkpoint?.path.escapingControls ?? "none is known of this result")")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private var counts: String {
        let counts = TrialStatus.allCases.map { status in
            (status: status, count: grid.trials.count { $0.status == status })
        }.filter { $0.count > 0 }
        let list = counts.map { "\($0.count) \($0.status.rawValue)" }.joined(separator: ", ")
        return Wording.count(grid.trials.count, "trial", "trials") + (list.isEmpty ? "" : ": \(list)")
    }

    /// The same as data.
    func tree() throws(StateError) -> StateTree {
        // What asks for a metric that nobody has is told so.
        _ = try table(nil)
        let scores = comparison.map { grid.scores($0.metric, $0.order, scope: $0.scope) }
        let trials = grid.trials.enumerated().map { place, trial -> StateTree in
            [
                "trial_id": .string(trial.id.string), "number": .orNull(trial.number),
                "status": .string(trial.status.rawValue), "iterations": .orNull(trial.iteration),
                "seconds": .orNull(trial.seconds), "value": .orNull(scores?[place]),
                "config": .map(trial.configuration),
            ]
        }
        return [
            "folder": .string(grid.folder), "metric": .orNull(comparison?.metric),
            "mode": .orNull(comparison?.order.rawValue), "scope": .orNull(comparison?.scope.rawValue),
            "includesErrored": .bool(comparison?.includesErrored ?? false), "trials": .list(trials),
            "best": bestTree, "importance": importance?.tree ?? .null,
            "warnings": .list(warnings.map { .string($0) }),
        ]
    }

    private var bestTree: StateTree {
        guard case .success(let best)? = best else { return .null }
        return [
            "trial_id": .string(best.trial.id.string), "value": .double(best.value),
            "iteration": .orNull(best.iteration), "checkpoint": .orNull(best.checkpoint?.path),
            "config": .map(best.configuration), "metrics": .map(best.metrics),
        ]
    }
}

extension ImportanceReport {
    /// The report as data.
    fileprivate var tree: StateTree {
        [
            "trials": .int(Int64(trialCount)), "explained": .orNull(explained), "reason": .orNull(reason),
            "parameters": .list(
                parameters.map {
                    [
                        "name": .string($0.name), "share": .double($0.share),
                        "rankCorrelation": .orNull($0.rankCorrelation), "trials": .int(Int64($0.trialCount)),
                    ]
                }),
        ]
    }
}

extension StateTree {
    fileprivate static func orNull(_ value: Int?) -> StateTree { value.map { .int(Int64($0)) } ?? .null }
    fileprivate static func orNull(_ value: Double?) -> StateTree { value.map { .double($0) } ?? .null }
    fileprivate static func orNull(_ value: String?) -> StateTree { value.map { .string($0) } ?? .null }
}
