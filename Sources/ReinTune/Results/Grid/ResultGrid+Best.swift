public import ReinCheckpoints

extension ResultGrid {
    /// The best result: unless said otherwise that of the best step that has a checkpoint, and that checkpoint. Of those that
    /// are equal it is that of the first trial.
    ///
    /// - Parameters:
    ///   - metric: the name of the metric; with slashes that of keys of maps inside one another.
    ///   - order: which values are the better ones.
    ///   - scope: which results of a trial count.
    ///   - includingErrored: whether trials that have failed take part.
    /// - Throws: `StateError` when no trial has the metric, with the nearest name that there is, or has no number that can
    ///   be compared.
    public func bestResult(
        _ metric: String, _ order: ScoreOrder, scope: GridScope = .bestWithCheckpoint, includingErrored: Bool = false
    ) throws(StateError) -> BestResult {
        let scores = scores(metric, order, scope: scope)
        guard let place = best(of: scores, order, includingErrored), let value = scores[place] else {
            throw noBest(metric, order, scope, scores, includingErrored)
        }
        let trial = trials[place]
        if scope == .bestWithCheckpoint, let checkpoint = trial.bestCheckpoint(metric, order) {
            return BestResult(
                trial: trial, metric: metric, order: order, scope: scope, value: value,
                metrics: checkpoint.metrics ?? [:], configuration: checkpoint.configuration ?? trial.configuration,
                checkpoint: checkpoint)
        }
        var metrics = trial.lastMetrics
        var configuration = trial.configuration
        if scope == .best, let found = result(ofBest: metric, order, place) {
            metrics = found.withoutConfiguration
            configuration = found.resultConfiguration ?? configuration
        }
        let isStep = scope == .best || (scope == .last && metrics.number(ofMetric: metric) == value)
        return BestResult(
            trial: trial, metric: metric, order: order, scope: scope, value: value, metrics: metrics,
            configuration: configuration, checkpoint: isStep ? trial.checkpoint(after: metrics) : nil)
    }

    /// The places of the trials from the best to the worst, then those without a number, then, unless they take part, those
    /// that have failed; equal ones in their order.
    func ranking(_ scores: [Double?], _ order: ScoreOrder, includingErrored: Bool) -> [Int] {
        func group(_ place: Int) -> Int {
            !includingErrored && trials[place].status == .errored ? 2 : scores[place] == nil ? 1 : 0
        }
        func isBefore(_ left: Int, _ right: Int) -> Bool {
            let groups = (group(left), group(right))
            guard groups.0 == groups.1 else { return groups.0 < groups.1 }
            guard let first = scores[left], let second = scores[right], first != second else {
                let isKnown = (scores[left] != nil, scores[right] != nil)
                return isKnown.0 == isKnown.1 ? left < right : isKnown.0
            }
            return order == .max ? first > second : first < second
        }
        return trials.indices.sorted(by: isBefore)
    }

    private func best(of scores: [Double?], _ order: ScoreOrder, _ includingErrored: Bool) -> Int? {
        guard let first = ranking(scores, order, includingErrored: includingErrored).first, scores[first] != nil,
            includingErrored || trials[first].status != .errored
        else { return nil }
        return first
    }

    /// The result with the best value of a trial.
    private func result(ofBest metric: String, _ order: ScoreOrder, _ place: Int) -> StateMap? {
        guard let file = trials[place].resultFile, let row = tracks.tracks(of: metric)[place]?.bestRow(order) else {
            return nil
        }
        var found: StateMap?
        var known: [String] = []
        file.forEachResult(&known, where: { $0 == row }) { _, result in
            found = result
            return false
        }
        return found
    }

    /// Why there is no best result.
    private func noBest(
        _ metric: String, _ order: ScoreOrder, _ scope: GridScope, _ scores: [Double?], _ includingErrored: Bool
    ) -> StateError {
        func error(_ message: String) -> StateError { StateError(.notFound, message, path: folder) }
        let name = metric.shortened
        if trials.isEmpty { return error("the experiment has no trials") }
        if !includingErrored, scores.contains(where: { $0 != nil }) {
            return error("only trials that have failed have the metric \"\(name)\": ask for them to take part")
        }
        let summaries = summaries(of: metric).compactMap(\.self)
        guard !summaries.isEmpty else { return lacksMetric(metric) }
        guard scope == .bestWithCheckpoint, summaries.contains(where: { $0.value(in: .best, order: order) != nil })
        else { return error("no value of the metric \"\(name)\" is finite where trials are compared") }
        let scopes = GridScope.allCases.dropFirst().map(\.rawValue).joined(separator: ", ")
        let what =
            trials.allSatisfy(\.checkpoints.isEmpty)
            ? "no trial has a checkpoint" : "no checkpoint is known to have the metric \"\(name)\""
        return error("\(what); compare the trials by another scope: \(scopes)")
    }

    /// The error that says that no trial has a metric, and which ones there are.
    func lacksMetric(_ metric: String) -> StateError {
        let names = metricNames
        return StateError(
            .missingKey,
            unknownName(
                "no trial has the metric \"\(metric.shortened)\"", nearest: nearestName(to: metric, in: names),
                rest: names.isEmpty ? "there are no results" : "the metrics are \(names.inMessage)"),
            path: folder)
    }
}

extension TrialResult {
    /// The checkpoint that was made after a result.
    fileprivate func checkpoint(after result: StateMap) -> TrialCheckpoint? {
        guard let iteration = result.count(ofMetric: MetricName.trainingIteration) else { return nil }
        return checkpoints.last { $0.metrics?.count(ofMetric: MetricName.trainingIteration) == iteration }
    }
}
