#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Logarithms of what lies under the standard normal density.
enum NormalIntegrals {
    /// ln √2π.
    static let logarithmOfRoot = 0.918_938_533_204_672_741_78

    /// The logarithm of the integral from `lower` to `upper`.
    ///
    /// Tails are those of the left side, where they are exact. A short interval, whose ends are too near for a difference,
    /// is integrated by the density's derivatives in its middle.
    static func logMass(from lower: Double, to upper: Double) -> Double {
        if lower > 0 { return logMass(from: -upper, to: -lower) }
        let width = upper - lower
        let middle = 0.5 * (lower + upper)
        if width < 0.05, -middle * width < 0.4 {
            let (square, part) = (middle * middle, width * width / 24)
            let second = square - 1
            let fourth = (square - 6) * square + 3
            let sixth = ((square - 15) * square + 45) * square - 15
            let series = 1 + part * (second + part * (0.3 * fourth + part * sixth * (3 / 70)))
            return log(width * series) - 0.5 * square - logarithmOfRoot
        }
        // What lies on both sides is found by what lies outside, which is the smaller part.
        if upper > 0 { return log1p(-tail(lower) - tail(-upper)) }
        return log(tail(upper) - tail(lower))
    }

    /// The integral up to a number.
    private static func tail(_ upper: Double) -> Double { 0.5 * erfc(-upper * 0.707_106_781_186_547_524_4) }
}
