import ReinCheckpoints

/// Ends a trial when a metric has come to a bound.
struct ThresholdJudge: StatelessStopJudge {
    private let metric: String
    private let side: Side
    private let bound: Double

    /// On which side of the bound the end is.
    enum Side: String, CaseIterable { case atLeast, atMost }

    /// Makes a judge.
    ///
    /// - Throws: `StateError` for a metric without a name, and for a bound that is NaN.
    init(_ metric: String, _ side: Side, _ bound: Double) throws(StateError) {
        self.metric = try validatedMetric(metric, side.rawValue)
        self.side = side
        self.bound = bound
        try check(!bound.isNaN, side, bound, allowed: "a number")
    }

    var rule: StateTree? {
        [StopRule.kindKey: .string(side.rawValue), "metric": .string(metric), "value": .double(bound)]
    }

    mutating func judge(_ result: StateTree, of id: TrialID, isFirst: Bool) throws(StateError) -> StopDecision {
        guard let value = try result.number(of: metric) else {
            // A metric may come only now and then, as that of an evaluation, but not without having been there at first.
            guard isFirst else { return .goOn }
            throw result.lacksMetric(metric)
        }
        return (side == .atLeast ? value >= bound : value <= bound) ? .stopTrial : .goOn
    }
}
