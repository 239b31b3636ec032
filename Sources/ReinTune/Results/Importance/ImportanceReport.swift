import ReinCheckpoints

/// How much a metric depends on each of the settings that differ between trials.
///
/// The measure is the permutation importance of a random forest: 100 regression trees, each grown from another sample of
/// the trials, are asked about the trials that they have not seen, once with the settings as they are and once with one
/// setting exchanged among the trials. The growth of the squared error, as a share of twice the variance of the metric,
/// estimates the setting's total share in the variance, interactions with others included (the total index of Sobol): near 1
/// for a setting that alone decides, near 0 for one without effect, and together more than 1 where settings only matter
/// together. Numbers, kinds, and settings that only some trials have are treated alike; the last are exchanged among the
/// trials that have them. Shares of settings that go hand in hand are too small, and all are where `explained` is.
///
/// The rank correlation (Spearman's) says besides whether the metric rises or falls with a number.
public struct ImportanceReport: Sendable, Equatable {
    /// A setting.
    public struct Parameter: Sendable, Equatable {
        /// Its place in the configuration, with slashes.
        public let name: String
        /// The share, from 0.
        public let share: Double
        /// The rank correlation with the metric, from −1 to 1; nil for what is no number.
        public let rankCorrelation: Double?
        /// The number of trials that have it.
        public let trialCount: Int
    }

    /// The metric.
    public let metric: String
    /// The number of trials that have a value of it.
    public let trialCount: Int
    /// The settings, the most important first.
    public let parameters: [Parameter]
    /// The share of the metric's variance that the forest explains in trials it has not seen; little or less than nothing
    /// when the settings do not tell what the metric will be. Nil when there is none.
    public let explained: Double?
    /// Why nothing can be said; nil when something can.
    public let reason: String?

    /// The settings as lines with aligned columns.
    ///
    /// - Parameter width: the most columns of a terminal that a line may take; any number when nil.
    public func text(width: Int? = nil) -> String {
        if let reason { return "\(reason)\n" }
        let columns: [ResultTable.Column] = [
            .init(name: "parameter", kind: .trial), .init(name: "share", kind: .metric),
            .init(name: "rank correlation", kind: .metric), .init(name: "trials", kind: .metric),
        ]
        let rows = parameters.map {
            [
                $0.name.shortened, ShortText.number($0.share, digits: 3),
                $0.rankCorrelation.map { ShortText.number($0, digits: 3) } ?? ShortText.nothing, String($0.trialCount),
            ]
        }
        let note = explained.map {
            "(a random forest, which explains \(ShortText.number($0, digits: 3)) of the variance in \(trialCount) trials)"
        }
        return ResultTable(columns: columns, rows: rows, note: note).text(width: width)
    }
}
