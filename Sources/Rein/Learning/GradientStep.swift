import ReinNetworks
import ReinNumerics

/// A step of parameters against the gradient of a loss: the norm is measured over everything that is limited together,
/// then Adam takes the step along what the limit leaves.
///
///     var step = GradientStep(maximumNorm: 0.5, learningRate: 3e-4)
///     step.measure(gradient)
///     step.apply(gradient, to: &parameters, with: &optimizer)
struct GradientStep {
    /// The largest norm; nil for no limit.
    let maximumNorm: Double?
    /// η.
    let learningRate: Double
    private var squares = 0.0

    init(maximumNorm: Double?, learningRate: Double) {
        self.maximumNorm = maximumNorm
        self.learningRate = learningRate
    }

    /// Counts a gradient towards the norm.
    mutating func measure(_ gradient: AlignedBuffer<Float>) {
        squares += Kernels.sumOfSquares(gradient.pointer, count: gradient.count)
    }

    /// Counts a gradient of one parameter towards the norm.
    mutating func measure(_ gradient: Double) { squares += gradient * gradient }

    /// The Euclidean norm of all that has been measured, before it is limited.
    var norm: Double { squares.squareRoot() }

    /// Takes the step of some of the parameters.
    func apply(_ gradient: UnsafePointer<Float>, to parameters: inout [Float], with optimizer: inout Adam) {
        optimizer.update(
            &parameters, gradients: gradient, gradientScale: GradientNorm.scale(norm: norm, maximum: maximumNorm),
            learningRate: learningRate)
    }

    /// Limits parts of a gradient in place, each by itself.
    static func limit(_ parts: [Range<Int>], of gradient: AlignedBuffer<Float>, maximumNorm: Double?) {
        guard let maximumNorm else { return }
        for range in parts {
            let part = gradient.mutableElements(in: range)
            guard let base = part.baseAddress else { continue }
            let norm = Kernels.sumOfSquares(base, count: part.count).squareRoot()
            Kernels.scale(base, by: GradientNorm.scale(norm: norm, maximum: maximumNorm), count: part.count)
        }
    }
}
