public import ReinNumerics

/// A fully connected layer whose parameters lie in a flat buffer that a whole network shares.
///
///     y[rows, outputs] = activation(x[rows, inputs] · weight[inputs, outputs] + bias[outputs])
///
/// The layer is a description: it owns no numbers. Its weight lies at `offset`, its bias right behind it.
public struct DenseLayer: Sendable, Hashable {
    /// The width of an input row.
    public let inputs: Int
    /// The width of an output row.
    public let outputs: Int
    /// The nonlinearity applied to the outputs.
    public let activation: Activation
    /// Where the weight starts in the flat buffer, in elements.
    public let offset: Int

    /// Creates a layer whose parameters start at `offset` of the flat buffer.
    public init(inputs: Int, outputs: Int, activation: Activation, offset: Int) {
        precondition(inputs > 0 && outputs > 0 && offset >= 0, "a dense layer needs inputs and outputs")
        self.inputs = inputs
        self.outputs = outputs
        self.activation = activation
        self.offset = offset
    }

    /// Where the bias starts in the flat buffer, in elements.
    public var biasOffset: Int { offset + inputs * outputs }

    /// Where the layer's parameters end in the flat buffer, in elements.
    public var endOffset: Int { biasOffset + outputs }

    /// The named tensors of the layer: `weight` `[inputs, outputs]` and `bias` `[outputs]`.
    public func views(named prefix: String) -> [ParameterView] {
        [
            ParameterView(name: "\(prefix)/weight", offset: offset, shape: [inputs, outputs]),
            ParameterView(name: "\(prefix)/bias", offset: biasOffset, shape: [outputs]),
        ]
    }
}
