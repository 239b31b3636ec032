import CReinKernels

/// The function that a dense layer applies to each of its sums.
public enum Activation: String, Sendable, Hashable, Codable, CaseIterable {
    /// The sum itself.
    case identity
    /// The hyperbolic tangent.
    case tanh
    /// The sum where it is positive, else zero.
    case relu
    /// `z / (1 + exp(-z))`, also called swish.
    case silu
    /// The sum where it is positive, else `exp(z) - 1` (Clevert et al., "Fast and Accurate Deep Network Learning by
    /// Exponential Linear Units", 2016, with alpha 1).
    case elu
    /// The sum where it is positive, else a hundredth of it.
    case leakyReLU
    /// `z · P(X ≤ z)` with a standard normal X (Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016), exact and not
    /// by tanh, as PyTorch's `GELU()` is.
    case gelu
    /// The logistic function, `1 / (1 + exp(-z))`.
    case sigmoid

    /// Whether the backward pass reads the sums before the activation (silu, gelu), not the results (all others).
    @inlinable public var needsPreactivation: Bool { self == .silu || self == .gelu }

    /// The number by which the C kernels know the function.
    var code: rein_activation {
        switch self {
        case .identity: rein_activation(REIN_IDENTITY)
        case .tanh: rein_activation(REIN_TANH)
        case .relu: rein_activation(REIN_RELU)
        case .silu: rein_activation(REIN_SILU)
        case .elu: rein_activation(REIN_ELU)
        case .leakyReLU: rein_activation(REIN_LEAKY_RELU)
        case .gelu: rein_activation(REIN_GELU)
        case .sigmoid: rein_activation(REIN_SIGMOID)
        }
    }
}
