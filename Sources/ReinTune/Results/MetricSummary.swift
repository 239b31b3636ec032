public import ReinCheckpoints

/// What the values of one metric came to in the course of a trial.
///
/// Means are plain ones, over the results that have the metric. NaN is counted nowhere, but a last value that is NaN stays
/// known as such. (Ray's running mean weighs by the number of the iteration, and stays NaN after one NaN.)
public struct MetricSummary: Sendable, Equatable {
    /// The number of values that are not NaN.
    public private(set) var count = 0
    /// The last value; nil before the first.
    public private(set) var last: Double?
    /// The largest value; nil when there is none but NaN.
    public private(set) var maximum: Double?
    /// The smallest value; nil when there is none but NaN.
    public private(set) var minimum: Double?
    private var sum = 0.0
    private var recent: [Double] = []

    private static let recentLimit = 10

    /// Begins without values.
    public init() {}

    /// Adds the value of a result.
    public mutating func append(_ value: Double) {
        last = value
        guard !value.isNaN else { return }
        count += 1
        sum += value
        maximum = Swift.max(maximum ?? value, value)
        minimum = Swift.min(minimum ?? value, value)
        if recent.count == Self.recentLimit { recent.removeFirst() }
        recent.append(value)
    }

    /// The mean of all values; nil when there are none but NaN.
    public var mean: Double? { count > 0 ? sum / Double(count) : nil }

    /// The mean of the last values, ten at most; nil when there are none but NaN.
    public func mean(ofLast number: Int) -> Double? {
        precondition((1...Self.recentLimit).contains(number), "the last ten values are known")
        let values = recent.suffix(number)
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    /// The number that a trial is compared by.
    ///
    /// - Returns: nil when there is none that can be compared: no value, or one that is not finite.
    public func value(in scope: ResultScope, order: ScoreOrder) -> Double? {
        let value =
            switch scope {
            case .last: last
            case .mean: mean
            case .meanOfLastFive: mean(ofLast: 5)
            case .meanOfLastTen: mean(ofLast: 10)
            case .best: order == .max ? maximum : minimum
            }
        return value.flatMap { $0.isFinite ? $0 : nil }
    }
}

extension MetricSummary: Checkpointable {
    /// Everything that was counted.
    public var state: StateTree {
        var map: StateMap = [
            "count": .int(Int64(count)), "sum": .double(sum), "recent": .list(recent.map { .double($0) }),
        ]
        map["last"] = last.map { .double($0) }
        map["maximum"] = maximum.map { .double($0) }
        map["minimum"] = minimum.map { .double($0) }
        return .map(map)
    }

    /// Takes over what another one counted.
    ///
    /// - Throws: `StateError` with the path of what is missing or does not fit.
    public mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        try reader.expectKeys(["count", "sum", "recent", "last", "maximum", "minimum"])
        var summary = MetricSummary()
        summary.count = try reader.int("count")
        summary.sum = try reader.double("sum")
        for value in try reader.child("recent").list() { summary.recent.append(try value.double()) }
        guard summary.count >= 0, summary.recent.count == min(summary.count, Self.recentLimit) else {
            throw reader.error(.malformed, "\(summary.recent.count) recent values of \(summary.count)")
        }
        summary.last = try reader.optionalChild("last").map { value throws(StateError) in try value.double() }
        summary.maximum = try reader.optionalChild("maximum").map { value throws(StateError) in try value.double() }
        summary.minimum = try reader.optionalChild("minimum").map { value throws(StateError) in try value.double() }
        self = summary
    }
}
