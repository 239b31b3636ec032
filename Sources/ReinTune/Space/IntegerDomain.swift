public import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Whole numbers between two bounds, or every second, third ... of them. Both bounds belong to the domain.
public struct IntegerDomain: Sendable, Hashable {
    /// The smallest and the largest number.
    public let range: ClosedRange<Int>
    /// How the numbers are spread.
    public let scale: Scale
    /// The distance of neighbours.
    public let step: Int

    /// Makes a domain.
    ///
    /// - Throws: `StateError` for bounds that are reversed or beyond 2⁵³, for a logarithmic scale that does not begin above
    ///   zero, and for a step that is not positive or does not lead from one bound to the other.
    public init(from lower: Int, to upper: Int, scale: Scale = .linear, step: Int = 1) throws(StateError) {
        guard lower <= upper else {
            throw StateError(.outOfRange, "the bounds are reversed: \(lower) is more than \(upper)")
        }
        guard lower >= -(1 << 53), upper <= 1 << 53 else {
            throw StateError(.outOfRange, "the bounds \(lower) and \(upper) are beyond 2^53")
        }
        guard scale == .linear || lower > 0 else {
            throw StateError(.outOfRange, "a logarithmic domain begins above 0, not at \(lower)")
        }
        guard step > 0 else { throw StateError(.outOfRange, "the step \(step) has to be above 0") }
        guard (upper - lower) % step == 0 else {
            throw StateError(
                .outOfRange, "steps of \(step) do not lead from \(lower) to \(upper): both bounds belong to the grid")
        }
        range = lower...upper
        self.scale = scale
        self.step = step
    }

    /// The number of numbers.
    public var count: Int { (range.upperBound - range.lowerBound) / step + 1 }

    /// The number of this domain that is nearest to a number; that of the bound for what is no number.
    public func nearest(to value: Double) -> Int {
        guard value > Double(range.lowerBound) else { return range.lowerBound }
        guard value < Double(range.upperBound) else { return range.upperBound }
        return range.lowerBound + Int(((value - Double(range.lowerBound)) / Double(step)).rounded()) * step
    }

    /// Whether a number belongs to the domain.
    public func contains(_ value: Int) -> Bool { range.contains(value) && (value - range.lowerBound) % step == 0 }

    /// A number drawn at random.
    func sample(using random: inout some RandomNumberGenerator) -> Int {
        guard scale == .logarithmic else {
            return range.lowerBound + Int.random(in: 0..<count, using: &random) * step
        }
        // Each number stands for what is nearest to it.
        let half = Double(step) / 2
        let lower = Double(range.lowerBound) - half
        let low = log(lower > 0 ? lower : Double(range.lowerBound))
        let high = log(Double(range.upperBound) + half)
        let share = Double(random.next() >> 11) * 0x1p-53
        return nearest(to: exp(low + share * (high - low)))
    }
}
