#if Serving
/// What a model takes and gives, in the words of the protocol; the same as in its ONNX export.
public struct ModelMetadata: Sendable, Equatable {
    /// One of its inputs or outputs.
    public struct Tensor: Sendable, Equatable {
        /// Its name.
        public let name: String
        /// What its elements are.
        public let datatype: TensorDatatype
        /// Its lengths, the first of which, the number of rows, is −1.
        public let shape: [Int]
        /// Whether a request may leave it out.
        public let isOptional: Bool

        /// Describes a tensor.
        public init(_ name: String, _ datatype: TensorDatatype, _ shape: [Int], isOptional: Bool = false) {
            self.name = name
            self.datatype = datatype
            self.shape = shape
            self.isOptional = isOptional
        }
    }

    /// What it takes: `obs`, and where it may be given `action_mask` and `state_in_0` ...
    public let inputs: [Tensor]
    /// What it gives: `action`, `output`, and with memory `state_out_0` ...
    public let outputs: [Tensor]

    /// Describes what goes in and what comes out.
    public init(inputs: [Tensor], outputs: [Tensor]) {
        self.inputs = inputs
        self.outputs = outputs
    }
}
#endif
