public import ReinCheckpoints
public import ReinNumerics

/// Scales observations by the running mean and variance of all observations that the policy was trained on.
///
///     y = clip((x − mean) / √(variance + ε), ±limit)
///
/// The statistics are part of the policy: frozen while acting, saved and restored with it. Until the first
/// observations have been merged, only the clip acts. Source: Huang et al. 2022, details of continuous control;
/// Gymnasium's `NormalizeObservation`.
public struct ObservationNormalizer: Sendable, Hashable {
    /// ε, added to the variance.
    public static let epsilon = 1e-8

    /// The mean and variance of every element of an observation.
    public private(set) var moments: RunningMoments
    /// The largest absolute value of a normalised element; 10 by default.
    public let limit: Float
    private var shift: [Float]
    private var scale: [Float]

    /// Creates a normaliser for observations of `width` elements that has seen nothing.
    public init(width: Int, limit: Float = 10) {
        moments = RunningMoments(width: width)
        self.limit = limit
        shift = [Float](repeating: 0, count: width)
        scale = [Float](repeating: 1, count: width)
    }

    /// The number of elements of an observation.
    public var width: Int { shift.count }

    /// Adds the statistics of further observations.
    public mutating func merge(_ others: RunningMoments) {
        moments.merge(others)
        refreshScale()
    }

    private mutating func refreshScale() {
        guard moments.count > 0 else { return }
        shift.withUnsafeMutableBufferPointer { shift in
            scale.withUnsafeMutableBufferPointer { scale in
                guard let shift = shift.baseAddress, let scale = scale.baseAddress else { return }
                moments.writeStandardization(means: shift, inverseDeviations: scale, epsilon: Self.epsilon)
            }
        }
    }

    /// Normalises `rows` observations, `[rows, width]`, from `source` into `target`, which may be the same memory.
    public func apply(rows: Int, from source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
        let width = width
        let limit = limit
        shift.withUnsafeBufferPointer { shift in
            scale.withUnsafeBufferPointer { scale in
                for row in 0..<rows {
                    let base = row &* width
                    for column in 0..<width {
                        let value = (source[base &+ column] - shift[column]) * scale[column]
                        target[base &+ column] = max(-limit, min(limit, value))
                    }
                }
            }
        }
    }
}

extension ObservationNormalizer: Checkpointable {
    /// The moments and the limit.
    public var state: StateTree {
        ["limit": .double(Double(limit)), "moments": moments.state]
    }

    /// Takes over moments and limit of a normaliser of the same width.
    ///
    /// - Throws: `StateError` when something is missing, of another width or out of range.
    public mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        let limit = try reader.double("limit")
        guard limit > 0 else { throw try reader.child("limit").error(.outOfRange, "the limit must be positive") }
        var restored = ObservationNormalizer(width: width, limit: Float(limit))
        try reader.restore("moments", into: &restored.moments)
        restored.refreshScale()
        self = restored
    }
}
