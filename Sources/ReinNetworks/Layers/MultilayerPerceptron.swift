public import ReinNumerics

/// A stack of dense layers over a flat parameter buffer, with a hand-written backward pass.
///
/// The perceptron is a description: parameters, gradients and workspace come from the caller, so one description
/// serves the network that acts, a frozen copy of it and its gradient alike. Nothing here allocates but `init`.
public struct MultilayerPerceptron: Sendable, Hashable {
    /// The layers in the order in which they are applied; never empty.
    public let layers: [DenseLayer]

    /// Creates the layers one behind the other, the first one's parameters at `offset` of the flat buffer.
    ///
    /// - Parameters:
    ///   - inputs: the width of an input row.
    ///   - hidden: the widths of the hidden layers, each followed by `activation`.
    ///   - outputs: the width of a linear last layer, or nil when the last hidden layer is the output.
    ///   - activation: the nonlinearity of the hidden layers.
    ///   - topHidden: the widths of further hidden layers behind those, each followed by `topActivation`.
    ///   - topActivation: the nonlinearity of those further layers; the same when nil.
    ///   - offset: where the parameters start in the flat buffer, in elements.
    public init(
        inputs: Int, hidden: [Int], outputs: Int?, activation: Activation, topHidden: [Int] = [],
        topActivation: Activation? = nil, offset: Int
    ) {
        var layers: [DenseLayer] = []
        var width = inputs
        var next = offset
        func append(_ sizes: [Int], _ activation: Activation) {
            for size in sizes {
                layers.append(DenseLayer(inputs: width, outputs: size, activation: activation, offset: next))
                width = size
                next = layers[layers.count - 1].endOffset
            }
        }
        append(hidden, activation)
        append(topHidden, topActivation ?? activation)
        if let outputs {
            layers.append(DenseLayer(inputs: width, outputs: outputs, activation: .identity, offset: next))
        }
        precondition(!layers.isEmpty, "a perceptron needs at least one layer")
        self.layers = layers
    }

    /// The width of an input row.
    public var inputs: Int { layers[0].inputs }

    /// The width of an output row.
    public var outputs: Int { layers[layers.count - 1].outputs }

    /// The nonlinearity of the last layer.
    public var outputActivation: Activation { layers[layers.count - 1].activation }

    /// The perceptron's part of the flat buffer.
    public var parameterRange: Range<Int> { layers[0].offset..<layers[layers.count - 1].endOffset }

    /// The named tensors in the order of the flat buffer: `<prefix>/0/weight`, `<prefix>/0/bias`, and so on.
    public func views(named prefix: String) -> [ParameterView] {
        layers.enumerated().flatMap { index, layer in layer.views(named: "\(prefix)/\(index)") }
    }

    /// Computes the outputs of `rows` input rows.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - input: `[rows, inputs]`.
    ///   - parameters: the base of the flat buffer.
    ///   - workspace: made for this perceptron and at least `rows` rows; receives what `backward` needs.
    /// - Returns: `[rows, outputs]` inside the workspace, valid until its next use.
    @discardableResult
    public func forward(
        rows: Int, input: UnsafePointer<Float>, parameters: UnsafePointer<Float>,
        workspace: borrowing PerceptronWorkspace
    ) -> UnsafeMutablePointer<Float> {
        precondition(rows <= workspace.rows, "the workspace holds \(workspace.rows) rows, not \(rows)")
        var x = input
        var output = workspace.output(0)
        for index in layers.indices {
            let layer = layers[index]
            output = workspace.output(index)
            Dense.forward(
                input: x, weight: parameters + layer.offset, bias: parameters + layer.biasOffset,
                output: output, preactivation: workspace.preactivation(index),
                rows: rows, inputs: layer.inputs, outputs: layer.outputs, activation: layer.activation)
            x = UnsafePointer(output)
        }
        return output
    }

    /// Computes the gradients of the parameters from the gradient of the outputs, after `forward` on the same rows.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - input: `[rows, inputs]`, as given to `forward`.
    ///   - parameters: the base of the flat buffer, unchanged since `forward`.
    ///   - outputGradient: `[rows, outputs]`, the gradient before the last layer's nonlinearity.
    ///   - gradients: the base of a flat buffer like that of the parameters; only this perceptron's part is
    ///     overwritten.
    ///   - workspace: where the pass works, and what it leaves for the backward pass.
    ///   - inputGradient: where the gradient of the input rows goes, `[rows, inputs]`, already multiplied by the
    ///     derivative of `below`, or nil when nobody needs it.
    ///   - below: the nonlinearity that made the input rows, and what it saved (see `PerceptronWorkspace.saved`).
    ///   - layerCount: how many of the layers to go through, when what `outputGradient` holds is not the gradient of
    ///     the last one; all when nil.
    public func backward(
        rows: Int, input: UnsafePointer<Float>, parameters: UnsafePointer<Float>,
        outputGradient: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>,
        workspace: borrowing PerceptronWorkspace,
        inputGradient: UnsafeMutablePointer<Float>? = nil,
        below: (activation: Activation, saved: UnsafePointer<Float>)? = nil, layerCount: Int? = nil
    ) {
        precondition(rows <= workspace.rows, "the workspace holds \(workspace.rows) rows, not \(rows)")
        var delta = outputGradient
        var index = (layerCount ?? layers.count) - 1
        while index >= 0 {
            let layer = layers[index]
            let x = index == 0 ? input : UnsafePointer(workspace.output(index - 1))
            Dense.backwardParameters(
                input: x, outputGradient: delta,
                weightGradient: gradients + layer.offset, biasGradient: gradients + layer.biasOffset,
                rows: rows, inputs: layer.inputs, outputs: layer.outputs)
            let target = index == 0 ? inputGradient : workspace.delta(index - 1)
            if let target {
                let activation = index == 0 ? below?.activation ?? .identity : layers[index - 1].activation
                let saved = index == 0 ? below?.saved : workspace.saved(index - 1)
                Dense.backwardInput(
                    outputGradient: delta, weight: parameters + layer.offset, scratch: workspace.scratch,
                    saved: saved, inputGradient: target,
                    rows: rows, inputs: layer.inputs, outputs: layer.outputs, activationBelow: activation)
                delta = UnsafePointer(target)
            }
            index -= 1
        }
    }
}

extension MultilayerPerceptron {
    /// The number of floats of scratch memory that `infer` needs for `rows` rows.
    public func inferenceScratchCount(rows: Int) -> Int {
        var widest = 0
        for index in layers.indices { widest = max(widest, layers[index].outputs) }
        return 2 * rows * widest
    }

    /// Computes the outputs of `rows` input rows without keeping anything for a backward pass.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - input: `[rows, inputs]`, outside `scratch`.
    ///   - parameters: the base of the flat buffer.
    ///   - scratch: `inferenceScratchCount(rows:)` floats.
    /// - Returns: `[rows, outputs]` inside `scratch`.
    public func infer(
        rows: Int, input: UnsafePointer<Float>, parameters: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) -> UnsafeMutablePointer<Float> {
        var x = input
        var output = scratch
        var other = scratch
        for index in layers.indices { other = max(other, scratch + rows * layers[index].outputs) }
        for index in layers.indices {
            let layer = layers[index]
            Dense.forward(
                input: x, weight: parameters + layer.offset, bias: parameters + layer.biasOffset,
                output: output, preactivation: nil,
                rows: rows, inputs: layer.inputs, outputs: layer.outputs, activation: layer.activation)
            x = UnsafePointer(output)
            if index < layers.count - 1 { swap(&output, &other) }
        }
        return output
    }
}
