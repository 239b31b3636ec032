import ReinNetworks
import ReinNumerics

/// Actions drawn from a Gaussian squashed by tanh, such that they can be differentiated by its mean and deviation
/// (Haarnoja et al. 2018, arXiv 1812.05905, appendix C):
///
///     u = μ + σ ε,   a = tanh u,   log π = Σ −½ ε² − log σ − log √(2π) − log(1 − a²)
///
/// With t = exp(−2|u|), log(1 − a²) = 2 (log 2 − |u| − log(1 + t)) and 1 − a² = 4 t / (1 + t)², which stay exact where
/// a itself rounds to 1.
final class SACGaussianSample: SACSample {
    /// a, `[rows, count]`.
    private let actions: AlignedBuffer<Float>
    private let distribution: SquashedGaussian
    private let densities: AlignedBuffer<Float>
    /// log σ, σ ε, u, t and log(1 + t), all `[rows, count]`.
    private let logDeviations: AlignedBuffer<Float>
    private let shifts: AlignedBuffer<Float>
    private let arguments: AlignedBuffer<Float>
    private let decays: AlignedBuffer<Float>
    private let logarithms: AlignedBuffer<Float>
    /// 1 where the head's log standard deviation was inside its bounds and 0 where it was clamped, `[rows, count]`.
    private let freedoms: AlignedBuffer<Float>

    init(_ distribution: SquashedGaussian, rows: Int) {
        self.distribution = distribution
        let count = rows * distribution.count
        actions = AlignedBuffer(count: count)
        densities = AlignedBuffer(count: rows)
        logDeviations = AlignedBuffer(count: count)
        shifts = AlignedBuffer(count: count)
        arguments = AlignedBuffer(count: count)
        decays = AlignedBuffer(count: count)
        logarithms = AlignedBuffer(count: count)
        freedoms = AlignedBuffer(count: count)
    }

    var drawnActions: UnsafePointer<Float>? { UnsafePointer(actions.pointer) }

    var logDensities: UnsafePointer<Float> { UnsafePointer(densities.pointer) }

    func draw(rows: Int, heads: UnsafePointer<Float>, noise: UnsafePointer<Float>, masks: UnsafePointer<Bool>? = nil) {
        let count = distribution.count
        let elements = rows * count
        let heads = Rows(heads, count: rows, width: 2 * count)
        let noise = Rows(noise, count: rows, width: count)
        let logDeviations = logDeviations.mutableRows(of: count)
        let (shifts, u, t) = (
            shifts.mutableRows(of: count), arguments.mutableRows(of: count), decays.mutableRows(of: count)
        )
        let (logarithms, freedoms) = (logarithms.mutableRows(of: count), freedoms.mutableRows(of: count))
        for row in 0..<rows {
            let (head, logDeviation, freedom) = (heads[row], logDeviations[row], freedoms[row])
            for dimension in 0..<count {
                let limited = distribution.clamped(head[count &+ dimension])
                logDeviation[dimension] = limited
                freedom[dimension] = limited == head[count &+ dimension] ? 1 : 0
            }
        }
        Kernels.exp(logDeviations.base, shifts.base, count: elements)
        for index in 0..<elements { shifts.base[index] *= noise.base[index] }
        for row in 0..<rows {
            let (mean, shift, u, t) = (heads[row], shifts[row], u[row], t[row])
            for dimension in 0..<count {
                u[dimension] = mean[dimension] + shift[dimension]
                t[dimension] = -2 * abs(u[dimension])
            }
        }
        Kernels.tanh(u.base, actions.pointer, count: elements)
        Kernels.exp(t.base, t.base, count: elements)
        for index in 0..<elements { logarithms.base[index] = 1 + t.base[index] }
        Kernels.log(logarithms.base, logarithms.base, count: elements)
        let log2: Float = 0.693_147_180_559_945_3
        for row in 0..<rows {
            let (noise, logDeviation, u, logarithm) = (noise[row], logDeviations[row], u[row], logarithms[row])
            var sum: Float = 0
            for dimension in 0..<count {
                let normal =
                    -0.5 * noise[dimension] * noise[dimension] - logDeviation[dimension]
                    - DiagonalGaussian.logNormalizer
                sum += normal - 2 * (log2 - abs(u[dimension]) - logarithm[dimension])
            }
            densities.pointer[row] = sum
        }
    }

    func softValues(
        rows: Int, first: UnsafePointer<Float>, second: UnsafePointer<Float>, temperature: Float,
        into values: UnsafeMutablePointer<Float>
    ) {
        let densities = densities.pointer
        for row in 0..<rows { values[row] = min(first[row], second[row]) - temperature * densities[row] }
    }

    func loss(
        rows: Int, first: SACEvaluation, second: SACEvaluation, temperature: Float, weight: Float,
        gradient: UnsafeMutablePointer<Float>
    ) -> Double {
        let count = distribution.count
        let (actions, shifts) = (actions.rows(of: count), shifts.rows(of: count))
        let (decays, freedoms) = (decays.rows(of: count), freedoms.rows(of: count))
        let gradients = MutableRows(gradient, count: 2 * rows, width: count)
        var sum = 0.0
        for row in 0..<rows {
            let smaller = second.values[row][0] < first.values[row][0] ? second : first
            sum += Double(temperature * densities.pointer[row] - smaller.values[row][0])
            let slopes = smaller.slopes(of: row)
            let (action, shift, decay, freedom) = (actions[row], shifts[row], decays[row], freedoms[row])
            // The means, then the log standard deviations.
            let (means, deviations) = (gradients[2 &* row], gradients[2 &* row &+ 1])
            for dimension in 0..<count {
                // ∂ log π / ∂ u = 2 a at fixed ε,   ∂ a / ∂ u = 1 − a²,   ∂ u / ∂ μ = 1,   ∂ u / ∂ log σ = σ ε
                let t = decay[dimension]
                let slope = slopes[dimension] * 4 * t / ((1 + t) * (1 + t))
                let byMean = weight * (2 * temperature * action[dimension] - slope)
                means[dimension] = byMean
                deviations[dimension] = (byMean * shift[dimension] - weight * temperature) * freedom[dimension]
            }
        }
        return sum
    }
}
