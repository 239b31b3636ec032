public import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Normally distributed numbers, or multiples of a step that are nearest to such.
public struct NormalDomain: Sendable, Hashable {
    /// The mean.
    public let mean: Double
    /// The standard deviation.
    public let deviation: Double
    /// What the numbers are multiples of; nil when every number is allowed.
    public let step: Double?

    /// Makes a domain.
    ///
    /// - Throws: `StateError` for a mean that is not finite, for a deviation or step that is not finite and positive,
    ///   and for those that make numbers that are not finite.
    public init(mean: Double = 0, deviation: Double = 1, step: Double? = nil) throws(StateError) {
        guard mean.isFinite else { throw StateError(.outOfRange, "the mean \(mean) has to be finite") }
        guard deviation > 0, deviation.isFinite else {
            throw StateError(.outOfRange, "the deviation \(deviation) has to be above 0")
        }
        if let step, !(step > 0 && step.isFinite) {
            throw StateError(.outOfRange, "the step \(step) has to be above 0")
        }
        // No draw is nine deviations from the mean.
        guard ((abs(mean) + 9 * deviation) / min(step ?? 1, 1)).isFinite else {
            throw StateError(
                .outOfRange, "the mean \(mean) and the deviation \(deviation) make numbers that are not finite")
        }
        self.mean = mean
        self.deviation = deviation
        self.step = step
    }

    /// The number of this domain that is nearest to a number.
    public func nearest(to value: Double) -> Double { step.map { (value / $0).rounded() * $0 } ?? value }

    /// Whether a number belongs to the domain: finite, and a multiple of the step.
    public func contains(_ value: Double) -> Bool {
        value.isFinite && abs(nearest(to: value) - value) <= 1e-9 * max(abs(value), step ?? 0)
    }

    /// A number drawn at random, by the method of Box and Muller (1958).
    func sample(using random: inout some RandomNumberGenerator) -> Double {
        let radius = (-2 * log(1 - Double(random.next() >> 11) * 0x1p-53)).squareRoot()
        let angle = 2 * Double.pi * Double(random.next() >> 11) * 0x1p-53
        return nearest(to: mean + deviation * radius * cos(angle))
    }
}
