public import ReinCheckpoints

/// How the best of several trials is found.
public struct BestTrialRule: Sendable, Equatable {
    /// The name of the metric; with slashes that of keys of maps inside one another.
    public var metric: String
    /// Which values are the better ones.
    public var order: ScoreOrder
    /// Which results of a trial count.
    public var scope: ResultScope

    /// Makes a rule.
    public init(_ metric: String, _ order: ScoreOrder, scope: ResultScope = .best) {
        self.metric = metric
        self.order = order
        self.scope = scope
    }

    /// The place of the best trial, the first of those that are equal.
    ///
    /// - Parameter summaries: what the metric came to in each trial; nil where it never came.
    /// - Returns: nil when no trial has a value that can be compared.
    public func best(of summaries: [MetricSummary?]) -> Int? {
        var best: (place: Int, value: Double)?
        for (place, summary) in summaries.enumerated() {
            guard let value = summary?.value(in: scope, order: order) else { continue }
            guard let found = best else {
                best = (place, value)
                continue
            }
            if order == .max ? value > found.value : value < found.value { best = (place, value) }
        }
        return best?.place
    }
}
