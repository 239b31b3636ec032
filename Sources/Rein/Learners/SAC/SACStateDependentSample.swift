import ReinNetworks
import ReinNumerics

/// Actions drawn with one exploration matrix for the whole batch, such that they can be differentiated by mean, features
/// and deviations (Raffin, Kober and Stulp 2021, arXiv 2005.05719, as Stable-Baselines3 has it in SAC):
///
///     E = σ ε,   n = h E,   u = μ + n,   a = tanh u,   v = h² σ² + ε_v
///     log π = Σ −½ n² / v − ½ log v − log √(2π) − log(1 − a²)
///
/// with ε one standard normal number for each feature and dimension. The density is that over all matrices. As for
/// other Gaussian actions, log(1 − a²) is computed from t = exp(−2|u|), which stays exact where a rounds to 1.
final class SACStateDependentSample: SACSample {
    private let distribution: StateDependentGaussian
    /// a, `[rows, count]`.
    private let actions: AlignedBuffer<Float>
    private let densities: AlignedBuffer<Float>
    /// σ² and E, `[featureCount, count]`.
    private let weightVariances: AlignedBuffer<Float>
    private let matrix: AlignedBuffer<Float>
    /// h and h², `[rows, featureCount]`.
    private let features: AlignedBuffer<Float>
    private let squares: AlignedBuffer<Float>
    /// n, v, u, t and a logarithm, all `[rows, count]`.
    private let shifts: AlignedBuffer<Float>
    private let variances: AlignedBuffer<Float>
    private let arguments: AlignedBuffer<Float>
    private let decays: AlignedBuffer<Float>
    private let logarithms: AlignedBuffer<Float>
    /// 1 where the head's mean was inside its limit and 0 where it was cut off, `[rows, count]`.
    private let freedoms: AlignedBuffer<Float>
    /// The loss's gradients at n and v, `[rows, count]`, and at h in two parts, `[rows, featureCount]`.
    private let shiftGradient: AlignedBuffer<Float>
    private let varianceGradient: AlignedBuffer<Float>
    private let featureGradient: AlignedBuffer<Float>
    private let squareGradient: AlignedBuffer<Float>
    /// Scratch and a gradient, `[featureCount, count]`.
    private let transposed: AlignedBuffer<Float>
    private let squareWeightGradient: AlignedBuffer<Float>

    init(_ distribution: StateDependentGaussian, rows: Int) {
        precondition(distribution.isSquashed, "the actions of SAC are squashed")
        self.distribution = distribution
        func perAction() -> AlignedBuffer<Float> { AlignedBuffer(count: rows * distribution.count) }
        func perFeature() -> AlignedBuffer<Float> { AlignedBuffer(count: rows * distribution.featureCount) }
        func perWeight() -> AlignedBuffer<Float> { AlignedBuffer(count: distribution.matrixCount) }
        actions = perAction()
        densities = AlignedBuffer(count: rows)
        weightVariances = perWeight()
        matrix = perWeight()
        features = perFeature()
        squares = perFeature()
        shifts = perAction()
        variances = perAction()
        arguments = perAction()
        decays = perAction()
        logarithms = perAction()
        freedoms = perAction()
        shiftGradient = perAction()
        varianceGradient = perAction()
        featureGradient = perFeature()
        squareGradient = perFeature()
        transposed = perWeight()
        squareWeightGradient = perWeight()
    }

    var drawnActions: UnsafePointer<Float>? { UnsafePointer(actions.pointer) }

    var logDensities: UnsafePointer<Float> { UnsafePointer(densities.pointer) }

    func observe(rows: Int, features: UnsafePointer<Float>, logDeviations: UnsafePointer<Float>) {
        self.features.pointer.update(from: features, count: rows * distribution.featureCount)
        distribution.weightVariances(logDeviations, into: weightVariances.pointer)
        distribution.variances(
            rows: rows, features: features, weightVariances: weightVariances.pointer, squares: squares.pointer,
            into: variances.pointer)
        Kernels.exp(logDeviations, matrix.pointer, count: distribution.matrixCount)
    }

    func draw(rows: Int, heads: UnsafePointer<Float>, noise: UnsafePointer<Float>, masks: UnsafePointer<Bool>? = nil) {
        let (count, elements) = (distribution.count, rows * distribution.count)
        let (shifts, variances, u) = (shifts.pointer, variances.pointer, arguments.pointer)
        let (t, logarithms, freedoms) = (decays.pointer, logarithms.pointer, freedoms.pointer)
        let (matrix, densities) = (matrix.pointer, densities.pointer)
        for index in 0..<distribution.matrixCount { matrix[index] *= noise[index] }
        Dense.forward(
            input: features.pointer, weight: matrix, bias: nil, output: shifts,
            rows: rows, inputs: distribution.featureCount, outputs: count, activation: .identity)
        let limit = distribution.meanLimit ?? .infinity
        for index in 0..<elements {
            freedoms[index] = abs(heads[index]) < limit ? 1 : 0
            u[index] = distribution.limited(heads[index]) + shifts[index]
            t[index] = -2 * abs(u[index])
        }
        Kernels.tanh(u, actions.pointer, count: elements)
        Kernels.exp(t, t, count: elements)
        Kernels.log(variances, logarithms, count: elements)
        let (shiftRows, varianceRows) = (self.shifts.rows(of: count), self.variances.rows(of: count))
        let (argumentRows, logarithmRows) = (arguments.rows(of: count), self.logarithms.rows(of: count))
        for row in 0..<rows {
            let (shift, variance, logarithm) = (shiftRows[row], varianceRows[row], logarithmRows[row])
            var sum: Float = 0
            for dimension in 0..<count {
                sum -= 0.5 * (shift[dimension] * shift[dimension] / variance[dimension] + logarithm[dimension])
                sum -= DiagonalGaussian.logNormalizer
            }
            densities[row] = sum
        }
        for index in 0..<elements { logarithms[index] = 1 + t[index] }
        Kernels.log(logarithms, logarithms, count: elements)
        let log2: Float = 0.693_147_180_559_945_3
        for row in 0..<rows {
            let (argument, logarithm) = (argumentRows[row], logarithmRows[row])
            var sum: Float = 0
            for dimension in 0..<count { sum += log2 - abs(argument[dimension]) - logarithm[dimension] }
            densities[row] -= 2 * sum
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
        let (actions, shifts, variances) = (actions.rows(of: count), shifts.rows(of: count), variances.rows(of: count))
        let (decays, freedoms) = (decays.rows(of: count), freedoms.rows(of: count))
        let (byShifts, byVariances) = (shiftGradient.mutableRows(of: count), varianceGradient.mutableRows(of: count))
        let gradients = MutableRows(gradient, count: rows, width: count)
        var sum = 0.0
        for row in 0..<rows {
            let smaller = second.values[row][0] < first.values[row][0] ? second : first
            sum += Double(temperature * densities.pointer[row] - smaller.values[row][0])
            let slopes = smaller.slopes(of: row)
            let (action, shift, variance) = (actions[row], shifts[row], variances[row])
            let (decay, freedom, gradient) = (decays[row], freedoms[row], gradients[row])
            let (byShift, byVariance) = (byShifts[row], byVariances[row])
            for dimension in 0..<count {
                // ∂ log π / ∂ u = 2 a by the squashing,   ∂ a / ∂ u = 1 − a²,   ∂ u / ∂ μ = ∂ u / ∂ n = 1
                // ∂ log π / ∂ n = −n / v besides,   ∂ log π / ∂ v = ½ (n² / v − 1) / v
                let t = decay[dimension]
                let slope = slopes[dimension] * 4 * t / ((1 + t) * (1 + t))
                let byArgument = weight * (2 * temperature * action[dimension] - slope)
                let standardized = shift[dimension] / variance[dimension]
                gradient[dimension] = byArgument * freedom[dimension]
                byShift[dimension] = byArgument - weight * temperature * standardized
                byVariance[dimension] =
                    0.5 * weight * temperature * (shift[dimension] * standardized - 1) / variance[dimension]
            }
        }
        return sum
    }

    func backward(rows: Int, deviationGradient: UnsafeMutablePointer<Float>) -> UnsafePointer<Float>? {
        let (count, inputs) = (distribution.count, distribution.featureCount)
        let (byFeature, bySquare) = (featureGradient.pointer, squareGradient.pointer)
        let (features, matrix, weightVariances) = (features.pointer, matrix.pointer, weightVariances.pointer)
        // n = h E with ∂ E / ∂ log σ = E,   v = h² σ² + ε_v with ∂ σ² / ∂ log σ = 2 σ² and ∂ h² / ∂ h = 2 h
        Dense.backwardInput(
            outputGradient: shiftGradient.pointer, weight: matrix, scratch: transposed.pointer, saved: nil,
            inputGradient: byFeature, rows: rows, inputs: inputs, outputs: count, activationBelow: .identity)
        Dense.backwardInput(
            outputGradient: varianceGradient.pointer, weight: weightVariances, scratch: transposed.pointer, saved: nil,
            inputGradient: bySquare, rows: rows, inputs: inputs, outputs: count, activationBelow: .identity)
        for index in 0..<rows * inputs { byFeature[index] += 2 * features[index] * bySquare[index] }
        Dense.backwardParameters(
            input: features, outputGradient: shiftGradient.pointer, weightGradient: deviationGradient,
            biasGradient: nil, rows: rows, inputs: inputs, outputs: count)
        Dense.backwardParameters(
            input: squares.pointer, outputGradient: varianceGradient.pointer,
            weightGradient: squareWeightGradient.pointer, biasGradient: nil, rows: rows, inputs: inputs, outputs: count)
        let bySquareWeight = squareWeightGradient.pointer
        for index in 0..<distribution.matrixCount {
            deviationGradient[index] =
                deviationGradient[index] * matrix[index] + 2 * bySquareWeight[index] * weightVariances[index]
        }
        return UnsafePointer(byFeature)
    }
}
