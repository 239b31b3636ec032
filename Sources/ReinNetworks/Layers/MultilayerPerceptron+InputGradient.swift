import ReinNumerics

extension MultilayerPerceptron {
    /// Computes the gradient of the input rows alone, after `forward` on the same rows: what is needed of a network
    /// that judges actions and is not changed by it.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - parameters: the base of the flat buffer, unchanged since `forward`.
    ///   - outputGradient: `[rows, outputs]`, the gradient before the last layer's nonlinearity.
    ///   - inputGradient: receives the gradient of the input rows, `[rows, inputs]`.
    ///   - workspace: the one that `forward` used, made for training.
    public func backwardInput(
        rows: Int, parameters: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
        inputGradient: UnsafeMutablePointer<Float>, workspace: borrowing PerceptronWorkspace
    ) {
        precondition(rows <= workspace.rows, "the workspace holds \(workspace.rows) rows, not \(rows)")
        var delta = outputGradient
        var index = layers.count - 1
        while index >= 0 {
            let layer = layers[index]
            let target = index == 0 ? inputGradient : workspace.delta(index - 1)
            Dense.backwardInput(
                outputGradient: delta, weight: parameters + layer.offset, scratch: workspace.scratch,
                saved: index == 0 ? nil : workspace.saved(index - 1), inputGradient: target,
                rows: rows, inputs: layer.inputs, outputs: layer.outputs,
                activationBelow: index == 0 ? .identity : layers[index - 1].activation)
            delta = UnsafePointer(target)
            index -= 1
        }
    }
}
