#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// `base` to the power of `exponent`, without a call for the exponents that prioritised replay often has.
func power(_ base: Double, _ exponent: Double) -> Double {
    switch exponent {
    case 0: 1
    case 1: base
    case 0.5: base.squareRoot()
    default: pow(base, exponent)
    }
}
