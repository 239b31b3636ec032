/// What an ONNX graph is to look like.
public struct ONNXOptions: Sendable, Hashable {
    /// The version of the standard operators, `opsets`.
    public var opset: Int
    /// Whether only the network is written, without normaliser, mask and transform, with the inputs and outputs of RLlib's
    /// own exports: `obs`, and a dummy `state_ins` that is handed through. Recurrent networks have their states instead, by
    /// the names of the full form, `state_in_0` and `state_in_1`; RLlib's file calls the second one `seq_lens`.
    public var isRaw: Bool
    /// Whether there is an input `action_mask`; nil for whether the policy was trained with masks.
    public var hasMask: Bool?

    /// The versions that can be written: 11 to 22.
    public static let opsets = 11...22
    /// The version that is written unless another is asked for, which every onnxruntime since 1.12 reads.
    public static let defaultOpset = 17

    /// Makes options.
    public init(opset: Int = ONNXOptions.defaultOpset, isRaw: Bool = false, hasMask: Bool? = nil) {
        self.opset = opset
        self.isRaw = isRaw
        self.hasMask = hasMask
    }
}
