/// Clipping of gradients by their global norm, as `torch.nn.utils.clip_grad_norm_` does it.
public enum GradientNorm {
    /// The factor that brings a gradient of norm `norm` down to at most `maximum`; 1 when it is short enough.
    ///
    /// - Parameters:
    ///   - norm: the Euclidean norm over all parameters together.
    ///   - maximum: the bound, or nil for none.
    public static func scale(norm: Double, maximum: Double?) -> Float {
        guard let maximum, norm > maximum else { return 1 }
        return Float(maximum / (norm + 1e-6))
    }
}
