import ReinNumerics

/// What the last layer reads, its features, for heads that use them for more than their own product.
extension MultilayerPerceptron {
    /// The number of features: the width of the last hidden layer, or of the input when there is none.
    public var featureCount: Int { layers[layers.count - 1].inputs }

    /// The rows that the last layer read in the last `forward`, `[rows, featureCount]`.
    ///
    /// - Parameters:
    ///   - input: the rows that were given to `forward`, which are the features when there is no hidden layer.
    ///   - workspace: the one that `forward` used.
    public func features(
        input: UnsafePointer<Float>, workspace: borrowing PerceptronWorkspace
    ) -> UnsafePointer<Float> {
        layers.count > 1 ? UnsafePointer(workspace.output(layers.count - 2)) : input
    }

    /// The rows that the last layer read in the last `infer`, `[rows, featureCount]`.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - input: the rows that were given to `infer`, which are the features when there is no hidden layer.
    ///   - scratch: the scratch memory that `infer` used, nothing of it changed since but the outputs.
    public func inferredFeatures(
        rows: Int, input: UnsafePointer<Float>, scratch: UnsafePointer<Float>
    ) -> UnsafePointer<Float> {
        guard layers.count > 1 else { return input }
        // Layers write to the two halves in turn, the first one to the first half.
        return layers.count.isMultiple(of: 2) ? scratch : scratch + inferenceScratchCount(rows: rows) / 2
    }

    /// Computes the gradients of the parameters when the features have a gradient of their own beside the one that
    /// comes through the last layer; otherwise as the other `backward`.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - input: what the pass read.
    ///   - parameters: those of the pass.
    ///   - outputGradient: the gradient at the outputs.
    ///   - featureGradient: `[rows, featureCount]`, the gradient at the features that does not come through
    ///     the last layer, after their nonlinearity. Not used when there is no hidden layer.
    ///   - gradients: where the gradients of the parameters are added to.
    ///   - workspace: that of the pass.
    public func backward(
        rows: Int, input: UnsafePointer<Float>, parameters: UnsafePointer<Float>,
        outputGradient: UnsafePointer<Float>, featureGradient: UnsafePointer<Float>,
        gradients: UnsafeMutablePointer<Float>, workspace: borrowing PerceptronWorkspace
    ) {
        let last = layers.count - 1
        guard last > 0 else {
            return backward(
                rows: rows, input: input, parameters: parameters, outputGradient: outputGradient,
                gradients: gradients, workspace: workspace)
        }
        precondition(rows <= workspace.rows, "the workspace holds \(workspace.rows) rows, not \(rows)")
        let head = layers[last]
        let delta = workspace.delta(last - 1)
        Dense.backwardParameters(
            input: workspace.output(last - 1), outputGradient: outputGradient,
            weightGradient: gradients + head.offset, biasGradient: gradients + head.biasOffset,
            rows: rows, inputs: head.inputs, outputs: head.outputs)
        Dense.backwardInput(
            outputGradient: outputGradient, weight: parameters + head.offset, scratch: workspace.scratch,
            saved: nil, inputGradient: delta,
            rows: rows, inputs: head.inputs, outputs: head.outputs, activationBelow: .identity)
        Kernels.add(featureGradient, to: delta, count: rows * head.inputs)
        Kernels.multiplyBySlope(
            delta, saved: workspace.saved(last - 1), count: rows * head.inputs,
            activation: layers[last - 1].activation)
        backward(
            rows: rows, input: input, parameters: parameters, outputGradient: delta, gradients: gradients,
            workspace: workspace, layerCount: last)
    }
}
