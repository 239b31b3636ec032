/// The names that PyTorch's pickles use for what is no tensor.
enum TorchGlobals {
    /// What makes a device from its type, and from its index where there are several: `('cuda', 0)`.
    static let device = "torch.device"
}
