import ReinPolicies

/// How observations are scaled, with all numbers; each formula for every element of an observation. The result is limited
/// to ±`limit`, which may be infinite.
struct NormaliserStep {
    /// How.
    enum Formula {
        /// `(x − shift) * scale` in single precision.
        case product(shift: [Float], scale: [Float])
        /// `(x − offset) / divisor` in double precision, then rounded to single.
        case quotient(offset: [Double], divisor: [Double])
    }

    let formula: Formula
    let limit: Float

    init(_ normalizer: ObservationNormalizer) {
        limit = normalizer.limit
        if normalizer.formula == .gymnasium {
            formula = .product(shift: normalizer.shift, scale: normalizer.scale)
        } else {
            formula = .quotient(offset: normalizer.offsets, divisor: normalizer.divisors)
        }
    }
}
