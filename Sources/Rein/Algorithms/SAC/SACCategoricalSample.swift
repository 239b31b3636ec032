import ReinNetworks
import ReinNumerics

/// The probabilities of discrete actions. Expectations over them take the place of samples (Christodoulou 2019,
/// arXiv 1910.07207).
final class SACCategoricalSample: SACSample {
    private let distribution: Categorical
    private let densities: AlignedBuffer<Float>
    /// log π and π, `[rows, count]`.
    private let logProbabilities: AlignedBuffer<Float>
    private let probabilities: AlignedBuffer<Float>

    init(_ distribution: Categorical, rows: Int) {
        self.distribution = distribution
        densities = AlignedBuffer(count: rows)
        logProbabilities = AlignedBuffer(count: rows * distribution.count)
        probabilities = AlignedBuffer(count: rows * distribution.count)
    }

    var logDensities: UnsafePointer<Float> { UnsafePointer(densities.pointer) }

    var drawnActions: UnsafePointer<Float>? { nil }

    func draw(rows: Int, heads: UnsafePointer<Float>, noise: UnsafePointer<Float>, masks: UnsafePointer<Bool>?) {
        let count = distribution.count
        let (logP, p) = (logProbabilities.pointer, probabilities.pointer)
        // The probability of an invalid action is 0 and its logarithm finite: it has no part in any sum below.
        if let masks { ActionMask.apply(masks, to: heads, count: rows * count, into: logP) }
        let logits = masks == nil ? heads : UnsafePointer(logP)
        Kernels.logSoftmax(logits, logProbabilities: logP, probabilities: p, rows: rows, columns: count)
        for row in 0..<rows {
            var sum: Float = 0
            for index in row &* count..<(row &+ 1) &* count { sum += p[index] * logP[index] }
            densities.pointer[row] = sum
        }
    }

    func softValues(
        rows: Int, first: UnsafePointer<Float>, second: UnsafePointer<Float>, temperature: Float,
        into values: UnsafeMutablePointer<Float>
    ) {
        let count = distribution.count
        let (logP, p) = (logProbabilities.pointer, probabilities.pointer)
        for row in 0..<rows {
            var sum: Float = 0
            for index in row &* count..<(row &+ 1) &* count {
                sum += p[index] * (min(first[index], second[index]) - temperature * logP[index])
            }
            values[row] = sum
        }
    }

    func loss(
        rows: Int, first: SACEvaluation, second: SACEvaluation, temperature: Float, weight: Float,
        gradient: UnsafeMutablePointer<Float>
    ) -> Double {
        let count = distribution.count
        let (logP, p) = (logProbabilities.pointer, probabilities.pointer)
        var sum = 0.0
        for row in 0..<rows {
            let range = row &* count..<(row &+ 1) &* count
            // L = Σ p f with f = α log p − min(Q₁, Q₂),   ∂ L / ∂ l[j] = p[j] (f[j] − L)
            var loss: Float = 0
            for index in range {
                gradient[index] = temperature * logP[index] - min(first.values[index], second.values[index])
                loss += p[index] * gradient[index]
            }
            for index in range { gradient[index] = weight * p[index] * (gradient[index] - loss) }
            sum += Double(loss)
        }
        return sum
    }
}
