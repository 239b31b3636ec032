public import ReinNumerics

extension Activation {
    /// The gain of orthogonal weights in a layer with this nonlinearity, as PPO implementations choose it: √2 for
    /// hidden layers whatever their nonlinearity, 1 without one (Huang et al. 2022, detail 2).
    public var orthogonalGain: Double { self == .identity ? 1 : 2.0.squareRoot() }
}
