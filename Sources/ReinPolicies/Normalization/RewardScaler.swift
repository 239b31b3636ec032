public import ReinCheckpoints
public import ReinNumerics

/// Divides rewards by the running standard deviation of the discounted return, without shifting them.
///
///     y = clip(r / √(variance of returns + ε), ±limit)
///
/// Only training sees scaled rewards; evaluation and metrics use the environment's own. The statistics are part of
/// the policy, since its value network has learnt in these units. Source: Huang et al. 2022, details of continuous
/// control; Gymnasium's `NormalizeReward`.
public struct RewardScaler: Sendable, Hashable {
    /// ε, added to the variance.
    public static let epsilon = 1e-8

    /// The variance of the discounted return, a single element.
    public private(set) var moments: RunningMoments
    /// The largest absolute value of a scaled reward; 10 by default.
    public let limit: Float

    /// Creates a scaler that has seen nothing and leaves rewards as they are.
    public init(limit: Float = 10) {
        moments = RunningMoments(width: 1)
        self.limit = limit
    }

    /// Adds the statistics of further discounted returns.
    public mutating func merge(_ others: RunningMoments) { moments.merge(others) }

    /// The factor that rewards are multiplied by before they are clipped.
    public var factor: Float {
        moments.count > 0 ? Float(1 / (moments.variance(0) + Self.epsilon).squareRoot()) : 1
    }

    /// Scales and clips `count` rewards in place. NaN stays NaN.
    public func apply(to rewards: UnsafeMutablePointer<Float>, count: Int) {
        let factor = factor
        for index in 0..<count { rewards[index] = (rewards[index] * factor).limited(from: -limit, to: limit) }
    }
}

extension RewardScaler: Checkpointable {
    /// The moments and the limit.
    public var state: StateTree {
        ["limit": .double(Double(limit)), "moments": moments.state]
    }

    /// Takes over moments and limit.
    ///
    /// - Throws: `StateError` when something is missing or out of range.
    public mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        let limit = try reader.double("limit")
        guard limit > 0 else { throw try reader.child("limit").error(.outOfRange, "the limit must be positive") }
        var restored = RewardScaler(limit: Float(limit))
        try reader.restore("moments", into: &restored.moments)
        self = restored
    }
}
