import Rein
import ReinTune

/// By what the trials of an experiment are compared.
struct Comparison {
    /// The metric.
    let metric: String
    /// What else is shown.
    let others: [String]
    /// Which values are the better ones.
    let order: ScoreOrder
    /// Which results of a trial count.
    let scope: GridScope
    /// Whether trials that have failed take part.
    let includesErrored: Bool

    /// Chooses what counts where it is not said: results with a checkpoint, since only those can be used, or all where no
    /// trial that takes part has one.
    init(
        of grid: ResultGrid, metric: String, others: [String], order: ScoreOrder, scope: GridScope?,
        includesErrored: Bool
    ) {
        self.metric = metric
        self.others = others
        self.order = order
        self.includesErrored = includesErrored
        self.scope =
            scope
            ?? (Self.hasCheckpoint(grid, metric, order, includesErrored: includesErrored) ? .bestWithCheckpoint : .best)
    }

    /// Whether a trial that takes part has a checkpoint with the metric.
    private static func hasCheckpoint(
        _ grid: ResultGrid, _ metric: String, _ order: ScoreOrder, includesErrored: Bool
    ) -> Bool {
        zip(grid.trials, grid.scores(metric, order, scope: .bestWithCheckpoint)).contains { trial, score in
            score != nil && (includesErrored || trial.status != .errored)
        }
    }

    /// The best result.
    ///
    /// - Throws: as `ResultGrid.bestResult`.
    func best(of grid: ResultGrid) throws(StateError) -> BestResult {
        try grid.bestResult(metric, order, scope: scope, includingErrored: includesErrored)
    }

    /// How much the metric depends on the settings.
    ///
    /// - Throws: as `ResultGrid.importance`.
    func importance(in grid: ResultGrid) throws(StateError) -> ImportanceReport {
        try grid.importance(of: metric, order, scope: scope, includingErrored: includesErrored)
    }
}
