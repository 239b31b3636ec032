import ReinCheckpoints
import ReinNumerics

extension ObservationNormalizer {
    /// How a normalised element is computed from the running moments.
    public enum Formula: Sendable, Hashable {
        /// `clip((x − mean) / √(variance + 1e-8), ±limit)` with the population variance, in single precision; until the
        /// first observations have been merged only the clip acts. Source: Gymnasium's `NormalizeObservation`.
        case gymnasium
        /// `clip((x − mean) / √(variance + epsilon), ±limit)` with the population variance, in double precision up to the
        /// result, so that nothing is lost when the mean is large against the deviation. Before the first observation the
        /// mean is 0 and the variance 1. Source: Stable-Baselines3's `VecNormalize`.
        ///
        /// - `epsilon`: what is added to the variance; not negative.
        case standardScore(epsilon: Double = ObservationNormalizer.epsilon)
        /// `clip((x − mean) / (√variance + 1e-6), ±limit)` in double precision, with the sample variance S / (n − 1), or
        /// mean² as long as n, the number of observations, is at most 1. Before the first observation that is a division
        /// by 1e-6. Source: RLlib's `MeanStdFilter`.
        ///
        /// - `subtractsMean`: whether the mean is subtracted (`demean`).
        /// - `dividesByDeviation`: whether there is a division by √variance + 1e-6 (`destd`).
        case meanStdFilter(subtractsMean: Bool = true, dividesByDeviation: Bool = true)
    }
}

extension ObservationNormalizer.Formula {
    private enum Name: String, CaseIterable {
        case standardScore, meanStdFilter
    }

    /// The formula as data.
    var tree: StateTree {
        switch self {
        case .gymnasium: .null
        case .standardScore(let epsilon):
            ["type": .string(Name.standardScore.rawValue), "epsilon": .double(epsilon)]
        case .meanStdFilter(let subtractsMean, let dividesByDeviation):
            [
                "type": .string(Name.meanStdFilter.rawValue), "subtractsMean": .bool(subtractsMean),
                "dividesByDeviation": .bool(dividesByDeviation),
            ]
        }
    }

    /// Reads what `tree` made of a formula other than the default.
    ///
    /// - Throws: `StateError` when something is missing or out of range, or the formula is unknown.
    init(restoring reader: StateReader) throws(StateError) {
        let type = try reader.child("type")
        switch Name(rawValue: try type.string()) {
        case .standardScore:
            try reader.expectKeys(["type", "epsilon"])
            let epsilon = try reader.double("epsilon")
            guard Self.isPossible(epsilon: epsilon) else {
                throw try reader.child("epsilon").error(.outOfRange, "must be finite and not negative")
            }
            self = .standardScore(epsilon: epsilon)
        case .meanStdFilter:
            try reader.expectKeys(["type", "subtractsMean", "dividesByDeviation"])
            self = .meanStdFilter(
                subtractsMean: try reader.child("subtractsMean").bool(),
                dividesByDeviation: try reader.child("dividesByDeviation").bool())
        case nil:
            let known = Name.allCases.map(\.rawValue).joined(separator: ", ")
            throw type.error(.outOfRange, "unknown formula of normalisation (known: \(known))")
        }
    }

    /// Whether a number can be added to variances.
    static func isPossible(epsilon: Double) -> Bool { epsilon >= 0 && epsilon.isFinite }
}

extension RunningMoments {
    /// What RLlib's filter divides a column by: √variance + 1e-6. It keeps the variance in single precision, and so do
    /// the root and the sum.
    func filterDivisor(_ column: Int) -> Double {
        let variance = Float(
            count > 1 ? squaredDistances[column] / Double(count - 1) : mean[column] * mean[column])
        return Double(variance.squareRoot() + 1e-6)
    }
}
