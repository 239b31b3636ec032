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

    /// Whether the backward pass reads the sums before the activation (silu), not the results (all others).
    @inlinable public var needsPreactivation: Bool { self == .silu }

    /// The number by which the C kernels know the function.
    var code: rein_activation {
        switch self {
        case .identity: rein_activation(REIN_IDENTITY)
        case .tanh: rein_activation(REIN_TANH)
        case .relu: rein_activation(REIN_RELU)
        case .silu: rein_activation(REIN_SILU)
        }
    }
}
