import ReinCheckpoints

/// What a metric came to in the course of a trial, and where it was best.
struct MetricTrack: Sendable, Equatable {
    /// The values, in all the ways in which trials are compared.
    private(set) var summary = MetricSummary()
    private var highest: (row: Int, value: Double)?
    private var lowest: (row: Int, value: Double)?

    /// Adds the value of a row.
    mutating func append(_ value: Double, row: Int) {
        summary.append(value)
        guard !value.isNaN else { return }
        if highest.map({ value > $0.value }) ?? true { highest = (row, value) }
        if lowest.map({ value < $0.value }) ?? true { lowest = (row, value) }
    }

    /// The row of the best value, the first of those that are equal; nil when there is none but NaN.
    func bestRow(_ order: ScoreOrder) -> Int? { order == .max ? highest?.row : lowest?.row }

    static func == (left: MetricTrack, right: MetricTrack) -> Bool {
        left.summary == right.summary && left.bestRow(.max) == right.bestRow(.max)
            && left.bestRow(.min) == right.bestRow(.min)
    }
}
