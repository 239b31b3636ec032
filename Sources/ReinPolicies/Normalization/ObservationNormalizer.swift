public import ReinCheckpoints
public import ReinNumerics

/// Scales observations by the running mean and variance of all observations that the policy was trained on.
///
///     y = clip((x − mean) / √(variance + ε), ±limit)                  the default; for others see `Formula`
///
/// The statistics are part of the policy: frozen while acting, saved and restored with it. By default only the clip
/// acts until the first observations have been merged. Source: Huang et al. 2022, details of continuous control;
/// Gymnasium's `NormalizeObservation`.
public struct ObservationNormalizer: Sendable, Hashable {
    /// ε, added to the variance in the default formula.
    public static let epsilon = 1e-8

    /// The mean and variance of every element of an observation.
    public private(set) var moments: RunningMoments
    /// The largest absolute value of a normalised element; 10 by default, infinite for no limit.
    public let limit: Float
    /// How a normalised element is computed.
    public let formula: Formula
    /// What the default formula subtracts; empty for other formulas.
    package private(set) var shift: [Float] = []
    /// What the default formula multiplies by; empty for other formulas.
    package private(set) var scale: [Float] = []
    /// What the formulas in double precision subtract; empty for the default.
    package private(set) var offsets: [Double] = []
    /// What the formulas in double precision divide by; empty for the default.
    package private(set) var divisors: [Double] = []

    /// Creates a normaliser for observations of `width` elements that has seen nothing.
    public init(width: Int, limit: Float = 10, formula: Formula = .gymnasium) {
        self.init(moments: RunningMoments(width: width), limit: limit, formula: formula)
    }

    /// Creates a normaliser from statistics.
    ///
    /// - Precondition: `limit` is positive, and what the formula adds to variances finite and not negative.
    public init(moments: RunningMoments, limit: Float = 10, formula: Formula = .gymnasium) {
        precondition(limit > 0, "the limit must be positive")
        if case .standardScore(let epsilon) = formula {
            precondition(Formula.isPossible(epsilon: epsilon), "\(epsilon) cannot be added to variances")
        }
        self.moments = moments
        self.limit = limit
        self.formula = formula
        switch formula {
        case .gymnasium:
            shift = [Float](repeating: 0, count: moments.width)
            scale = [Float](repeating: 1, count: moments.width)
        case .standardScore, .meanStdFilter:
            offsets = [Double](repeating: 0, count: moments.width)
            divisors = [Double](repeating: 1, count: moments.width)
        }
        refreshScale()
    }

    /// The number of elements of an observation.
    public var width: Int { moments.width }

    /// Adds the statistics of further observations.
    public mutating func merge(_ others: RunningMoments) {
        moments.merge(others)
        refreshScale()
    }

    private mutating func refreshScale() {
        switch formula {
        case .gymnasium:
            guard moments.count > 0 else { return }
            shift.withUnsafeMutableBufferPointer { shift in
                scale.withUnsafeMutableBufferPointer { scale in
                    guard let shift = shift.baseAddress, let scale = scale.baseAddress else { return }
                    moments.writeStandardization(means: shift, inverseDeviations: scale, epsilon: Self.epsilon)
                }
            }
        case .standardScore:
            for column in 0..<width {
                offsets[column] = moments.mean[column]
                divisors[column] = divisor(column)
            }
        case .meanStdFilter(let subtractsMean, _):
            for column in 0..<width {
                if subtractsMean { offsets[column] = moments.mean[column] }
                divisors[column] = divisor(column)
            }
        }
    }

    /// What the formula divides a column by.
    package func divisor(_ column: Int) -> Double {
        switch formula {
        case .gymnasium: moments.count > 0 ? (moments.variance(column) + Self.epsilon).squareRoot() : 1
        case .standardScore(let epsilon): (moments.variance(column) + epsilon).squareRoot()
        case .meanStdFilter(_, let dividesByDeviation): dividesByDeviation ? moments.filterDivisor(column) : 1
        }
    }

    /// Normalises `rows` observations, `[rows, width]`, from `source` into `target`, which may be the same memory. NaN
    /// stays NaN, as in NumPy.
    public func apply(rows: Int, from source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
        switch formula {
        case .gymnasium: applyProduct(rows: rows, from: source, into: target)
        case .standardScore, .meanStdFilter: applyQuotient(rows: rows, from: source, into: target)
        }
    }

    private func applyProduct(
        rows: Int, from source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>
    ) {
        let width = width
        let limit = limit
        shift.withUnsafeBufferPointer { shift in
            scale.withUnsafeBufferPointer { scale in
                for row in 0..<rows {
                    let base = row &* width
                    for column in 0..<width {
                        let value = (source[base &+ column] - shift[column]) * scale[column]
                        target[base &+ column] = value.limited(from: -limit, to: limit)
                    }
                }
            }
        }
    }

    /// In double precision up to the limit.
    private func applyQuotient(
        rows: Int, from source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>
    ) {
        let width = width
        let limit = limit
        offsets.withUnsafeBufferPointer { offsets in
            divisors.withUnsafeBufferPointer { divisors in
                for row in 0..<rows {
                    let base = row &* width
                    for column in 0..<width {
                        let value = Float((Double(source[base &+ column]) - offsets[column]) / divisors[column])
                        target[base &+ column] = value.limited(from: -limit, to: limit)
                    }
                }
            }
        }
    }
}

extension ObservationNormalizer: Checkpointable {
    /// The moments, the limit, and the formula when it is not the default.
    public var state: StateTree {
        var map: StateMap = ["limit": .double(Double(limit)), "moments": moments.state]
        if formula != .gymnasium { map["formula"] = formula.tree }
        return .map(map)
    }

    /// Takes over moments, limit and formula of a normaliser of the same width.
    ///
    /// - Throws: `StateError` when something is missing, of another width or out of range.
    public mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        let limit = try reader.double("limit")
        guard Float(limit) > 0 else { throw try reader.child("limit").error(.outOfRange, "the limit must be positive") }
        let formula = try reader.optionalChild("formula").map(Formula.init(restoring:)) ?? .gymnasium
        var moments = RunningMoments(width: width)
        try reader.restore("moments", into: &moments)
        self = ObservationNormalizer(moments: moments, limit: Float(limit), formula: formula)
    }
}
