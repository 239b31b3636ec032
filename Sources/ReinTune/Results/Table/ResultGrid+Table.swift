public import ReinCheckpoints

extension ResultGrid {
    /// The trials as rows: the id, what the trial does, the settings that differ between trials, the number of iterations, the
    /// time in seconds, and metrics.
    ///
    /// - Parameters:
    ///   - metrics: the names of the metrics. By the first of them the rows are sorted, the best first; without any they are
    ///     in the order of the trials.
    ///   - order: which values are the better ones.
    ///   - scope: which results of a trial count.
    ///   - includingErrored: whether trials that have failed stand among the others, and not after them.
    ///   - limit: the most rows.
    /// - Throws: `StateError` when no trial has one of the metrics, with the nearest name that there is.
    public func table(
        _ metrics: [String] = [], order: ScoreOrder = .max, scope: GridScope = .last, includingErrored: Bool = false,
        limit: Int? = nil
    ) throws(StateError) -> ResultTable {
        if scope != .bestWithCheckpoint { _ = tracks.tracks(of: metrics) }
        var scores: [[Double?]] = []
        for metric in metrics {
            scores.append(self.scores(metric, order, scope: scope))
            guard scores[scores.count - 1].allSatisfy({ $0 == nil }), !trials.isEmpty else { continue }
            guard summaries(of: metric).contains(where: { $0 != nil }) else { throw lacksMetric(metric) }
        }
        let searched = SearchedParameters(of: trials.map(\.configuration))
        typealias Column = ResultTable.Column
        let columns =
            [Column(name: "trial", kind: .trial), Column(name: "status", kind: .status)]
            + searched.shortNames.map { Column(name: $0, kind: .parameter) }
            + [Column(name: "iterations", kind: .metric), Column(name: "seconds", kind: .metric)]
            + metrics.map { Column(name: $0, kind: .metric) }
        let places =
            scores.first.map { ranking($0, order, includingErrored: includingErrored) } ?? Array(trials.indices)
        let shown = places.prefix(max(0, limit ?? .max))
        let rows = shown.map { place -> [String] in
            let trial = trials[place]
            return [trial.id.string.shortened, trial.status.rawValue]
                + searched.parameters.map { ShortText.value($0.values[place]) }
                + [ShortText.value(trial.lastMetrics[MetricName.trainingIteration])]
                + [trial.seconds.map { ShortText.number($0) } ?? ShortText.nothing]
                + scores.map { $0[place].map { ShortText.number($0) } ?? ShortText.nothing }
        }
        let rest = places.count - shown.count
        return ResultTable(
            columns: columns, rows: rows, note: rest == 0 ? nil : "(and \(rest) more of \(places.count) trials)")
    }
}
