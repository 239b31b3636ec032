import CReinKernels

/// One step of Adam over a flat vector of parameters, exactly as `torch.optim.Adam` takes it (no weight decay).
///
///     m += (1 - β₁) · (g - m)
///     v  = β₂ · v + (1 - β₂) · g²
///     p -= α / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + ε)
public struct AdamStep: Sendable {
    private let coefficients: rein_adam_step

    /// Prepares step number `step`, counted from 1; coefficients are made in double precision.
    ///
    /// Every gradient is multiplied by `gradientScale` first: the place for clipping by the global norm.
    public init(
        step: Int, learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
        gradientScale: Double = 1
    ) {
        precondition(step >= 1, "Adam counts its steps from 1, not \(step)")
        coefficients = rein_adam_coefficients(learningRate, beta1, beta2, epsilon, Int64(step), gradientScale)
    }

    /// Updates parameters and both moments in one pass; all are `[count]`, gradients stay as they are.
    public func apply(
        parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
        firstMoments: UnsafeMutablePointer<Float>, secondMoments: UnsafeMutablePointer<Float>, count: Int
    ) {
        rein_adam(parameters, gradients, firstMoments, secondMoments, Int64(count), coefficients)
    }
}
