/// What the tensors of a file for PyTorch are called.
public enum TensorNames: String, Sendable, Hashable, CaseIterable {
    /// As in an `nn.Sequential` named `policy`: `policy.0.weight`, `policy.0.bias`, `policy.2.weight` ...
    case sequential
    /// As in the policies of Stable-Baselines3.
    case sb3
    /// As in RLlib's fully connected networks.
    case rllib
}
