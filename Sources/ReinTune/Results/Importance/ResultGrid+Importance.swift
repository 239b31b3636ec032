public import ReinCheckpoints

extension ResultGrid {
    /// How much a metric depends on each of the settings that differ between trials; see `ImportanceReport` for the measure.
    /// The same folder gives the same answer.
    ///
    /// - Parameters:
    ///   - metric: the name of the metric.
    ///   - order: which values are the better ones.
    ///   - scope: which results of a trial count.
    ///   - includingErrored: whether trials that have failed count.
    /// - Throws: `StateError` when no trial has the metric, with the nearest name that there is.
    public func importance(
        of metric: String, _ order: ScoreOrder, scope: GridScope = .last, includingErrored: Bool = false
    ) throws(StateError) -> ImportanceReport {
        let scores = scores(metric, order, scope: scope)
        if scores.allSatisfy({ $0 == nil }), summaries(of: metric).allSatisfy({ $0 == nil }) {
            throw lacksMetric(metric)
        }
        let places = trials.indices.filter {
            scores[$0] != nil && (includingErrored || trials[$0].status != .errored)
        }
        return ImportanceReport(
            metric: metric, configurations: places.map { trials[$0].configuration },
            targets: places.compactMap { scores[$0] })
    }
}

extension ImportanceReport {
    /// The fewest trials of which anything is said.
    static let leastTrials = 10

    /// Compares trials.
    ///
    /// - Parameters:
    ///   - configurations: their settings.
    ///   - targets: the metric of each, finite.
    init(metric: String, configurations: [StateMap], targets: [Double], seed: UInt64 = 0) {
        let searched = SearchedParameters(of: configurations)
        let scaled = Self.scaled(targets)
        self.metric = metric
        trialCount = targets.count
        if targets.count < Self.leastTrials {
            reason = "\(targets.count) trials have the metric; at least \(Self.leastTrials) are needed"
        } else if searched.parameters.isEmpty {
            reason = "no setting differs between the trials"
        } else if scaled.isEmpty {
            reason = "the metric is the same in all trials"
        } else {
            reason = nil
        }
        guard reason == nil else {
            parameters = []
            explained = nil
            return
        }
        let columns = searched.parameters.map { FeatureTable.column($0.values) }
        let forest = RandomForest(FeatureTable(columns, rowCount: targets.count), scaled, seed: seed)
        explained = forest.explained
        parameters = searched.parameters.indices.map { place in
            let column = columns[place]
            let present = targets.indices.filter(column.isPresent)
            var correlation: Double?
            if case .numbers(let values) = column {
                correlation = RankCorrelation.value(present.map { values[$0] }, present.map { targets[$0] })
            }
            return Parameter(
                name: searched.parameters[place].name, share: forest.shares[place], rankCorrelation: correlation,
                trialCount: present.count)
        }.sorted { $0.share > $1.share }
    }
    /// The numbers from −1 to 1, since squares of very large or very small ones would be nothing that can be compared; none
    /// when all are the same.
    private static func scaled(_ targets: [Double]) -> [Double] {
        let largest = targets.reduce(0) { max($0, abs($1)) }
        guard largest > 0 else { return [] }
        let first = targets[0] / largest
        let distances = targets.map { $0 / largest - first }
        let farthest = distances.reduce(0) { max($0, abs($1)) }
        return farthest > 0 ? distances.map { $0 / farthest } : []
    }
}
