public import ReinNumerics

/// PyTorch's default initialisation of a linear layer: weights and biases uniform in ±1/√inputs.
public enum UniformInitializer {
    /// Fills the parameters of a stack of layers.
    ///
    /// - Parameters:
    ///   - layers: the layers.
    ///   - parameters: the flat buffer that they point into.
    public static func fill(
        _ layers: [DenseLayer], of parameters: inout [Float], using random: inout RandomStream
    ) {
        for layer in layers {
            let bound = 1 / Float(layer.inputs).squareRoot()
            for index in layer.offset..<layer.endOffset {
                parameters[index] = bound * (2 * random.nextFloat() - 1)
            }
        }
    }
}

extension ActorCritic {
    /// Initialises all layers as PyTorch does, as implementations of DQN and SAC do.
    ///
    /// - Parameter logDeviation: the first log standard deviations, where the network has any.
    public mutating func initializeUniformly(logDeviation: Float = 0, using random: inout RandomStream) {
        let layers = (trunk?.layers ?? []) + policy.layers + (value?.layers ?? [])
        UniformInitializer.fill(layers, of: &parameters, using: &random)
        for index in logDeviationRange { parameters[index] = logDeviation }
    }
}
