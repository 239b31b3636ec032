import ReinNetworks
import ReinNumerics

/// The probabilities of discrete actions. Expectations over them take the place of samples (Christodoulou 2019,
/// arXiv 1910.07207).
///
/// Under masks the entropy of a state counts in soft values as far as it is below the largest one that the state has,
/// log n for n valid actions: what counts is the divergence from uniform valid actions (Fox et al. 2016, arXiv
/// 1512.08562). Otherwise states with many valid actions, and episodes that last, would be worth more the higher the
/// temperature is, and a policy that seeks them is less uniform than one that does not: no temperature would give it the
/// entropy that it is asked for.
final class SACCategoricalSample: SACSample {
    private let distribution: Categorical
    private let densities: AlignedBuffer<Float>
    /// The largest entropy of each row, `[rows]`: log n under a mask that leaves n actions, and 0 without masks.
    private let largestEntropies: AlignedBuffer<Float>
    /// log π and π, `[rows, count]`.
    private let logProbabilities: AlignedBuffer<Float>
    private let probabilities: AlignedBuffer<Float>

    init(_ distribution: Categorical, rows: Int) {
        self.distribution = distribution
        densities = AlignedBuffer(count: rows)
        largestEntropies = AlignedBuffer(count: rows)
        logProbabilities = AlignedBuffer(count: rows * distribution.count)
        probabilities = AlignedBuffer(count: rows * distribution.count)
    }

    var logDensities: UnsafePointer<Float> { UnsafePointer(densities.pointer) }

    var drawnActions: UnsafePointer<Float>? { nil }

    func draw(rows: Int, heads: UnsafePointer<Float>, noise: UnsafePointer<Float>, masks: UnsafePointer<Bool>?) {
        let count = distribution.count
        let (logP, p) = (logProbabilities.pointer, probabilities.pointer)
        // The probability of an invalid action is 0 and its logarithm finite: it has no part in any sum below.
        if let masks {
            ActionMask.apply(masks, to: heads, count: rows * count, into: logP)
            noteLargestEntropies(rows: rows, masks: masks)
        }
        let logits = masks == nil ? heads : UnsafePointer(logP)
        Kernels.logSoftmax(logits, logProbabilities: logP, probabilities: p, rows: rows, columns: count)
        let (logProbabilities, probabilities) = (logProbabilities.rows(of: count), probabilities.rows(of: count))
        for row in 0..<rows {
            let (logP, p) = (logProbabilities[row], probabilities[row])
            var sum: Float = 0
            for action in 0..<count { sum += p[action] * logP[action] }
            densities.pointer[row] = sum
        }
    }

    private func noteLargestEntropies(rows: Int, masks: UnsafePointer<Bool>) {
        let masks = Rows(masks, count: rows, width: distribution.count)
        for row in 0..<rows {
            let mask = masks[row]
            var valid: Float = 0
            for action in 0..<masks.width where mask[action] { valid += 1 }
            largestEntropies.pointer[row] = max(1, valid)
        }
        Kernels.log(largestEntropies.pointer, largestEntropies.pointer, count: rows)
    }

    func softValues(
        rows: Int, first: UnsafePointer<Float>, second: UnsafePointer<Float>, temperature: Float,
        into values: UnsafeMutablePointer<Float>
    ) {
        let count = distribution.count
        let (logProbabilities, probabilities) = (logProbabilities.rows(of: count), probabilities.rows(of: count))
        let (first, second) = (Rows(first, count: rows, width: count), Rows(second, count: rows, width: count))
        for row in 0..<rows {
            let (logP, p, first, second) = (logProbabilities[row], probabilities[row], first[row], second[row])
            var sum: Float = 0
            for action in 0..<count {
                sum += p[action] * (min(first[action], second[action]) - temperature * logP[action])
            }
            values[row] = sum - temperature * largestEntropies.pointer[row]
        }
    }

    func loss(
        rows: Int, first: SACEvaluation, second: SACEvaluation, temperature: Float, weight: Float,
        gradient: UnsafeMutablePointer<Float>
    ) -> Double {
        let count = distribution.count
        let (logProbabilities, probabilities) = (logProbabilities.rows(of: count), probabilities.rows(of: count))
        let gradients = MutableRows(gradient, count: rows, width: count)
        var sum = 0.0
        for row in 0..<rows {
            let (logP, p, gradient) = (logProbabilities[row], probabilities[row], gradients[row])
            let (first, second) = (first.values[row], second.values[row])
            // L = Σ p f with f = α log p − min(Q₁, Q₂),   ∂ L / ∂ l[j] = p[j] (f[j] − L)
            var loss: Float = 0
            for action in 0..<count {
                gradient[action] = temperature * logP[action] - min(first[action], second[action])
                loss += p[action] * gradient[action]
            }
            for action in 0..<count { gradient[action] = weight * p[action] * (gradient[action] - loss) }
            sum += Double(loss)
        }
        return sum
    }
}
