public import ReinCheckpoints

extension SpaceSearcher where Base == TPESearcher {
    /// Searches a space with tree-structured Parzen estimators, which know from the start what the trials of an earlier
    /// experiment came to.
    ///
    ///     let earlier = try ResultGrid(reading: "runs/first")
    ///     let searcher = try SpaceSearcher(
    ///         warmStartedFrom: earlier, searching: space, metric: "returnMean", order: .max, seed: 8)
    ///
    /// Last results count, as in a search of its own; trials that have failed are the worst. Those that have not ended do not
    /// count.
    ///
    /// - Parameters:
    ///   - earlier: the experiment.
    ///   - space: the space, to which the settings of the earlier trials have to belong. What they have besides, and it has
    ///     not, does not matter.
    ///   - metric: the metric that is made as high or low as possible.
    ///   - order: whether high or low scores are the better ones.
    ///   - options: how the search goes about it.
    ///   - seed: what random numbers are made from.
    /// - Throws: `StateError` for a space that cannot be searched, and that names an earlier trial whose settings do not
    ///   belong to it.
    public init(
        warmStartedFrom earlier: ResultGrid, searching space: SearchSpace, metric: String, order: ScoreOrder,
        options: TPEOptions = TPEOptions(), seed: UInt64
    ) throws(StateError) {
        var points: [EvaluatedPoint] = []
        for (trial, score) in zip(earlier.trials, earlier.scores(metric, order, scope: .last)) {
            guard trial.status.isFinished else { continue }
            do throws(StateError) {
                let values = try space.values(of: space.ownSettings(in: trial.configuration))
                points.append(EvaluatedPoint(values, score: trial.status == .errored ? nil : score))
            } catch {
                throw error.nested(under: "\(trial.id)")
            }
        }
        try self.init(
            space,
            with: TPESearcher(
                warmStartedFrom: points, space.searchParameters(), metric: metric, order: order, options: options,
                seed: seed))
    }
}

extension SearchSpace {
    /// The settings of a configuration that the space has keys for, but for those that follow from others.
    fileprivate func ownSettings(in configuration: StateMap) -> StateMap {
        var own = StateMap()
        for entry in entries {
            if case .computed = entry.parameter { continue }
            own[entry.key] = configuration[entry.key]
        }
        return own
    }
}
