/// The kinds of recurrent layers.
public enum RecurrentKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// Long short-term memory (Hochreiter and Schmidhuber 1997) with PyTorch's gates; see `LSTMCell`.
    case lstm
    /// The gated recurrent unit (Cho et al. 2014, arXiv 1406.1078) with PyTorch's gates; see `GRUCell`.
    case gru

    /// The number of gate blocks, each as wide as the layer: four for an LSTM, three for a GRU.
    public var gateCount: Int { self == .lstm ? 4 : 3 }

    /// The number of vectors that are carried from step to step: output and cell of an LSTM, the output of a GRU.
    public var stateCount: Int { self == .lstm ? 2 : 1 }
}

/// What a recurrent layer looks like, without its numbers.
public struct RecurrentArchitecture: Sendable, Hashable, Codable {
    /// The kind of layer.
    public var kind: RecurrentKind
    /// The number of units, which is the width of an output row; typically 32 to 256.
    public var width: Int

    /// Describes a layer.
    public init(kind: RecurrentKind, width: Int) {
        self.kind = kind
        self.width = width
    }

    /// The number of parameters of a layer that reads rows of `inputs` numbers.
    func parameterCount(inputs: Int) -> Int { kind.gateCount * width * (inputs + width + 2) }
}
