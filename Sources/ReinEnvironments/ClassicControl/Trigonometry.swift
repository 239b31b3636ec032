import CReinClassicControl

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The C library's functions of an angle in radians, whose bits Gymnasium's states depend on.
enum Trigonometry {
    @inline(__always) static func sine(_ angle: Double) -> Double { sin(angle) }

    @inline(__always) static func cosine(_ angle: Double) -> Double { cos(angle) }

    /// Both at once, with the same bits in less time.
    @inline(__always) static func sineAndCosine(_ angle: Double) -> (sine: Double, cosine: Double) {
        let result = rein_sincos(angle)
        return (result.sine, result.cosine)
    }
}
