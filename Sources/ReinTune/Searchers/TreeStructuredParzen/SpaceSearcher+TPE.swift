public import ReinCheckpoints

extension SpaceSearcher where Base == TPESearcher {
    /// Searches a space with tree-structured Parzen estimators.
    ///
    ///     let searcher = try SpaceSearcher(searching: space, metric: "returnMean", order: .max, seed: 7)
    ///
    /// - Parameters:
    ///   - space: the space, which has no grids.
    ///   - metric: the metric that is made as high or low as possible.
    ///   - order: whether high or low scores are the better ones.
    ///   - pointsToEvaluate: settings that are suggested first. What they leave open is drawn at random.
    ///   - options: how the search goes about it.
    ///   - seed: what random numbers are made from.
    /// - Throws: `StateError` for a space that cannot be searched, for points that do not belong to it, and for options that
    ///   make no sense.
    public init(
        searching space: SearchSpace, metric: String, order: ScoreOrder, pointsToEvaluate: [StateMap] = [],
        options: TPEOptions = TPEOptions(), seed: UInt64
    ) throws(StateError) {
        var points: [StateMap] = []
        for (place, point) in pointsToEvaluate.enumerated() {
            do throws(StateError) {
                points.append(try space.values(of: point))
            } catch {
                throw error.nested(under: "pointsToEvaluate/\(place)")
            }
        }
        try self.init(
            space,
            with: TPESearcher(
                space.searchParameters(), metric: metric, order: order, pointsToEvaluate: points, options: options,
                seed: seed))
    }
}
