#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Draws from distributions that need a logarithm.
extension RandomStream {
    /// Returns a draw from the exponential distribution of mean 1.
    public mutating func nextExponential() -> Float {
        Float(-log(1 - nextDouble()))
    }

    /// Draws two independent standard normal numbers; returns the first and keeps the second.
    ///
    /// Marsaglia's polar method, in double precision.
    @usableFromInline mutating func nextNormalPair() -> Float {
        var x: Double
        var y: Double
        var square: Double
        repeat {
            x = 2 * nextDouble() - 1
            y = 2 * nextDouble() - 1
            square = x * x + y * y
        } while square >= 1 || square == 0
        let factor = (-2 * log(square) / square).squareRoot()
        cachedNormal = Float(y * factor)
        return Float(x * factor)
    }
}
