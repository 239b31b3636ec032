public import ReinNumerics

/// PyTorch's default initialisation: weights and biases of a linear layer uniform in ±1/√inputs, those of a recurrent
/// layer in ±1/√width.
public enum UniformInitializer {
    /// Fills the parameters of a stack of layers.
    ///
    /// - Parameters:
    ///   - layers: the layers.
    ///   - parameters: the flat buffer that they point into.
    ///   - random: the stream to draw from.
    public static func fill(
        _ layers: [DenseLayer], of parameters: inout [Float], using random: inout RandomStream
    ) {
        for layer in layers { fill(layer, fanIn: layer.inputs, of: &parameters, using: &random) }
    }

    /// Fills the parameters of a recurrent layer: all of them are uniform in ±1/√width.
    public static func fill(
        _ core: RecurrentCore, of parameters: inout [Float], using random: inout RandomStream
    ) {
        for layer in core.layers { fill(layer, fanIn: core.width, of: &parameters, using: &random) }
    }

    private static func fill(
        _ layer: DenseLayer, fanIn: Int, of parameters: inout [Float], using random: inout RandomStream
    ) {
        let bound = 1 / Float(fanIn).squareRoot()
        for index in layer.offset..<layer.endOffset { parameters[index] = bound * (2 * random.nextFloat() - 1) }
    }
}

extension ActorCritic {
    /// Initialises all layers as PyTorch does, as implementations of DQN and SAC do.
    ///
    /// - Parameters:
    ///   - logDeviation: the first log standard deviations, where the network has any.
    ///   - random: the stream to draw from.
    public mutating func initializeUniformly(logDeviation: Float = 0, using random: inout RandomStream) {
        let layers = (trunk?.layers ?? []) + policy.layers + (value?.layers ?? [])
        if let policyCore { UniformInitializer.fill(policyCore, of: &parameters, using: &random) }
        if let valueCore { UniformInitializer.fill(valueCore, of: &parameters, using: &random) }
        UniformInitializer.fill(layers, of: &parameters, using: &random)
        for index in logDeviationRange { parameters[index] = logDeviation }
    }
}
