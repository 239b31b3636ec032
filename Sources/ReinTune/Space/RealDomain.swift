public import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Real numbers between two bounds, or those of them that lie on a grid.
public struct RealDomain: Sendable, Hashable {
    /// The smallest and the largest number.
    public let range: ClosedRange<Double>
    /// How the numbers are spread.
    public let scale: Scale
    /// The distance of neighbours on the grid, which begins at the lower bound and ends at the upper one; nil when every
    /// number is allowed.
    public let step: Double?

    /// Makes a domain.
    ///
    /// - Throws: `StateError` for bounds that are not finite, reversed, or not a finite number apart, for a logarithmic scale that does not begin above
    ///   zero, and for a step that is not positive or does not lead from one bound to the other.
    public init(from lower: Double, to upper: Double, scale: Scale = .linear, step: Double? = nil) throws(StateError) {
        guard lower.isFinite, upper.isFinite else {
            throw StateError(.outOfRange, "the bounds \(lower) and \(upper) have to be finite")
        }
        guard lower <= upper else {
            throw StateError(.outOfRange, "the bounds are reversed: \(lower) is more than \(upper)")
        }
        guard (upper - lower).isFinite else {
            throw StateError(.outOfRange, "the bounds \(lower) and \(upper) are too far apart")
        }
        guard scale == .linear || lower > 0 else {
            throw StateError(.outOfRange, "a logarithmic domain begins above 0, not at \(lower)")
        }
        if let step {
            guard step > 0, step.isFinite else { throw StateError(.outOfRange, "the step \(step) has to be above 0") }
            let count = (upper - lower) / step
            guard count < 1e9, abs(count - count.rounded()) <= 1e-9 * max(1, count) else {
                throw StateError(
                    .outOfRange,
                    "steps of \(step) do not lead from \(lower) to \(upper): both bounds belong to the grid")
            }
        }
        range = lower...upper
        self.scale = scale
        self.step = step
    }

    /// The number of points of the grid; nil without one.
    public var gridCount: Int? { step.map { Int(((range.upperBound - range.lowerBound) / $0).rounded()) + 1 } }

    /// A point of the grid by its number from 0.
    func gridPoint(_ index: Int) -> Double {
        guard let step, let count = gridCount, index < count - 1 else { return range.upperBound }
        return range.lowerBound + Double(index) * step
    }

    /// The number of this domain that is nearest to a number; the lower bound for what is no number.
    public func nearest(to value: Double) -> Double {
        guard !value.isNaN else { return range.lowerBound }
        let inside = min(max(value, range.lowerBound), range.upperBound)
        guard let step else { return inside }
        return gridPoint(Int(((inside - range.lowerBound) / step).rounded()))
    }

    /// Whether a number belongs to the domain.
    public func contains(_ value: Double) -> Bool {
        range.contains(value) && abs(nearest(to: value) - value) <= 1e-9 * max(abs(value), step ?? 0)
    }

    /// A number drawn at random.
    func sample(using random: inout some RandomNumberGenerator) -> Double {
        let share = Double(random.next() >> 11) * 0x1p-53
        if let count = gridCount, scale == .linear { return gridPoint(Int.random(in: 0..<count, using: &random)) }
        guard scale == .logarithmic else {
            return nearest(to: range.lowerBound + share * (range.upperBound - range.lowerBound))
        }
        // On a grid, each point stands for what is nearest to it.
        let (low, high) = (log(range.lowerBound - (step ?? 0) / 2), log(range.upperBound + (step ?? 0) / 2))
        let lower = low.isFinite ? low : log(range.lowerBound)
        return nearest(to: exp(lower + share * (high - lower)))
    }
}
