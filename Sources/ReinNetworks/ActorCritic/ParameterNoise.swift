public import ReinCheckpoints
public import ReinNumerics

/// Trainable noise on the parameters of dense layers, for exploration (Fortunato et al. 2018, arXiv 1706.10295).
///
///     w = μ + σ ⊙ ε,   ε of a weight = f(ε_in) f(ε_out), of a bias f(ε_out),   f(x) = sign(x) √|x|
///
/// The network's own parameters are μ; this holds σ in a buffer of the same layout. A pass with noise computes with
/// perturbed parameters, so layers know nothing of it; the gradient of μ is that of w, the gradient of σ that times ε.
public struct ParameterNoise: Sendable, Hashable {
    /// σ, in the order of the network's flat buffer; 0 where there is no noise.
    public var scales: [Float]
    private let layers: [DenseLayer]
    private let views: [ParameterView]

    /// Creates the noise of a network with σ = `initial` / √inputs everywhere.
    public init(for network: ActorCritic, initial: Double = 0.5) {
        layers = (network.trunk?.layers ?? []) + network.policy.layers + (network.value?.layers ?? [])
        views = network.views
        scales = [Float](repeating: 0, count: network.parameters.count)
        for layer in layers {
            let scale = Float(initial / Double(layer.inputs).squareRoot())
            for index in layer.offset..<layer.endOffset { scales[index] = scale }
        }
    }

    /// The number of random factors of one perturbation.
    public var factorCount: Int { layers.reduce(0) { $0 + $1.inputs + $1.outputs } }

    /// Draws the factors f(ε) of a perturbation, `factorCount` of them.
    public func draw(_ factors: UnsafeMutablePointer<Float>, using random: inout RandomStream) {
        for index in 0..<factorCount {
            let draw = random.nextNormal()
            factors[index] = draw < 0 ? -(-draw).squareRoot() : draw.squareRoot()
        }
    }

    /// Computes perturbed parameters.
    ///
    /// - Parameters:
    ///   - parameters: μ, the network's flat buffer.
    ///   - scales: σ of the same layout, such as this noise's own.
    ///   - factors: what `draw` made.
    ///   - perturbed: receives w, as many as there are parameters.
    public func perturb(
        _ parameters: UnsafePointer<Float>, scales: UnsafePointer<Float>, factors: UnsafePointer<Float>,
        into perturbed: UnsafeMutablePointer<Float>
    ) {
        perturbed.update(from: parameters, count: self.scales.count)
        forEachElement(factors) { index, factor in perturbed[index] += scales[index] * factor }
    }

    /// Computes the gradient of σ from the gradient of the perturbed parameters.
    ///
    /// - Parameters:
    ///   - gradients: the gradient of the noisy parameters.
    ///   - factors: the factors that were drawn.
    ///   - scaleGradients: receives the gradient, 0 where there is no noise; as many as there are parameters.
    public func backward(
        _ gradients: UnsafePointer<Float>, factors: UnsafePointer<Float>,
        into scaleGradients: UnsafeMutablePointer<Float>
    ) {
        scaleGradients.update(repeating: 0, count: scales.count)
        forEachElement(factors) { index, factor in scaleGradients[index] = gradients[index] * factor }
    }

    @inline(__always)
    private func forEachElement(_ factors: UnsafePointer<Float>, _ body: (_ index: Int, _ factor: Float) -> Void) {
        var inputs = factors
        for index in layers.indices {
            let layer = layers[index]
            let outputs = inputs + layer.inputs
            for input in 0..<layer.inputs {
                let row = layer.offset + input * layer.outputs
                for output in 0..<layer.outputs { body(row + output, inputs[input] * outputs[output]) }
            }
            for output in 0..<layer.outputs { body(layer.biasOffset + output, outputs[output]) }
            inputs = outputs + layer.outputs
        }
    }
}

extension ParameterNoise {
    /// σ by the names of the parameters.
    public var state: StateTree { ParameterTree.tree(of: scales, views: views) }

    /// Takes over σ for the same network.
    ///
    /// - Throws: `StateError` when a tensor is missing, unknown or of another shape.
    public mutating func restore(from reader: StateReader) throws(StateError) {
        try ParameterTree.read(reader, views: views, into: &scales)
    }
}
