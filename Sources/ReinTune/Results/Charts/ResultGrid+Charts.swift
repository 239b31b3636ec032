public import ReinCheckpoints

/// Pictures, as the texts of SVG files. The same folder gives the same text, of no more than a few megabytes.
extension ResultGrid {
    /// The learning curves of all trials, the best one on top; the better the darker.
    ///
    /// - Parameters:
    ///   - metric: the name of the metric.
    ///   - order: which values are the better ones.
    ///   - other: what it is drawn against, such as `time_total_s`.
    ///   - scope: which results of a trial count for which is the best one.
    ///   - includingErrored: whether that may be a trial that has failed.
    /// - Throws: `StateError` when no trial has one of both, with the nearest name that there is.
    public func curveChart(
        _ metric: String, _ order: ScoreOrder, against other: String = "training_iteration", scope: GridScope = .last,
        includingErrored: Bool = false
    ) throws(StateError) -> String {
        let curves = try learningCurves(metric, against: other)
        let scores = scores(metric, order, scope: scope)
        let ranking = ranking(scores, order, includingErrored: includingErrored)
        return CurveChart.text(
            .init(
                names: (metric, other), curves: ranking.map { curves[$0] },
                bestLabel: bestLabel(ranking, scores, includingErrored)))
    }

    /// Parallel coordinates: an axis for each setting that differs between trials, the most important ones where there are
    /// many, and one for the metric; a line for each trial, the better the darker.
    ///
    /// - Parameters:
    ///   - metric: the name of the metric.
    ///   - order: which values are the better ones.
    ///   - scope: which results of a trial count.
    ///   - includingErrored: whether trials that have failed may be the best.
    /// - Throws: `StateError` when no trial has the metric, with the nearest name that there is.
    public func parallelChart(
        _ metric: String, _ order: ScoreOrder, scope: GridScope = .last, includingErrored: Bool = false
    ) throws(StateError) -> String {
        let scores = scores(metric, order, scope: scope)
        if scores.allSatisfy({ $0 == nil }), summaries(of: metric).allSatisfy({ $0 == nil }) {
            throw lacksMetric(metric)
        }
        let searched = SearchedParameters(of: trials.map(\.configuration))
        let places = try axisPlaces(searched, metric, order, scope, includingErrored)
        let names = searched.shortNames
        // A loss may span powers of ten; of a return the large values are the ones to be told apart.
        let axes =
            places.map { ParallelAxis(names[$0], searched.parameters[$0].values) }
            + [ParallelAxis(metric, numbers: scores, allowsLogarithms: order == .min)]
        let ranking = ranking(scores, order, includingErrored: includingErrored)
        let hidden = searched.parameters.count - places.count
        let notes = [
            hidden > 0 ? "\(hidden) less important settings are left out" : nil,
            trials.count > ParallelChart.limit.lines ? "\(ParallelChart.limit.lines) trials are drawn" : nil,
        ].compactMap(\.self)
        let shares = axes[axes.count - 1].places.map { place in place.map { order == .max ? $0 : 1 - $0 } }
        return ParallelChart.text(
            .init(
                title: "\(metric.shortened) by settings, \(trials.count == 1 ? "1 trial" : "\(trials.count) trials")",
                note: notes.isEmpty ? nil : notes.joined(separator: "; "), axes: axes, order: ranking, shares: shares,
                bestLabel: bestLabel(ranking, scores, includingErrored)))
    }

    /// Which settings get an axis, in their order.
    private func axisPlaces(
        _ searched: SearchedParameters, _ metric: String, _ order: ScoreOrder, _ scope: GridScope,
        _ includingErrored: Bool
    ) throws(StateError) -> [Int] {
        let limit = ParallelChart.limit.axes
        guard searched.parameters.count > limit else { return Array(searched.parameters.indices) }
        let report = try importance(of: metric, order, scope: scope, includingErrored: includingErrored)
        guard report.reason == nil else { return Array(searched.parameters.indices.prefix(limit)) }
        let chosen = Set(report.parameters.prefix(limit).map(\.name))
        return searched.parameters.indices.filter { chosen.contains(searched.parameters[$0].name) }
    }

    private func bestLabel(_ ranking: [Int], _ scores: [Double?], _ includingErrored: Bool) -> String? {
        guard let first = ranking.first, let score = scores[first],
            includingErrored || trials[first].status != .errored
        else { return nil }
        let trial = trials[first]
        let tag = trial.tag.isEmpty ? "" : " (\(trial.tag.shortened))"
        return "best: \(ShortText.number(score)), trial \(trial.id.string.shortened)\(tag)"
    }
}
