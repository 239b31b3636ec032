import ReinNumerics

extension RecurrentCore {
    /// Computes the gradients of the parameters from the gradient of the outputs, back through all steps, after
    /// `forward` on the same rows. Neither the input rows nor the states before the first step get a gradient.
    ///
    /// Uses up what `forward` left in the workspace.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - input: `[steps, sequences, inputs]`, as given to `forward`.
    ///   - parameters: the base of the flat buffer, unchanged since `forward`.
    ///   - sequences: as given to `forward`.
    ///   - outputGradient: `[steps, sequences, width]`.
    ///   - gradients: the base of a flat buffer like that of the parameters; only this layer's part is overwritten.
    ///   - workspace: the one that `forward` used, made for training.
    public func backward(
        rows: Int, input: UnsafePointer<Float>, parameters: UnsafePointer<Float>, sequences: RecurrentSequences,
        outputGradient: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>,
        workspace: borrowing RecurrentWorkspace
    ) {
        precondition(rows <= workspace.rows, "the workspace holds \(workspace.rows) rows, not \(rows)")
        let memory = workspace.memory
        let count = rows / max(sequences.steps, 1)
        let carried = workspace.hiddenGradient.pointer
        let carriedCell = workspace.cellGradient.pointer
        carried.update(repeating: 0, count: count * width)
        if kind == .lstm { carriedCell.update(repeating: 0, count: count * width) }
        Kernels.transpose(parameters + hidden.offset, workspace.transposed.pointer, rows: width, columns: gateWidth)
        for step in stride(from: sequences.steps - 1, through: 0, by: -1) {
            let first = step * count
            let gates = memory.gates + first * gateWidth
            let hiddenGates = memory.hiddenGates + first * gateWidth
            Kernels.add(outputGradient + first * width, to: carried, count: count * width)
            switch kind {
            case .lstm:
                LSTMCell.backward(
                    rows: count, width: width, gates: gates, cellIn: memory.cellsIn + first * width,
                    cellTanh: memory.cellTanhs + first * width, hiddenGradient: carried, cellGradient: carriedCell)
                guard step > 0 else { break }
                throughHidden(gates, rows: count, into: carried, workspace: workspace)
            case .gru:
                GRUCell.backward(
                    rows: count, width: width, gates: gates, hiddenGates: hiddenGates,
                    hiddenIn: memory.hiddenIn + first * width, hiddenGradient: carried)
                guard step > 0 else { break }
                throughHidden(hiddenGates, rows: count, into: workspace.product.pointer, workspace: workspace)
                Kernels.add(workspace.product.pointer, to: carried, count: count * width)
            }
            guard let starts = sequences.starts else { continue }
            for row in 0..<count where starts[first + row] {
                (carried + row * width).update(repeating: 0, count: width)
                if kind == .lstm { (carriedCell + row * width).update(repeating: 0, count: width) }
            }
        }
        Dense.backwardParameters(
            input: input, outputGradient: memory.gates, weightGradient: gradients + self.input.offset,
            biasGradient: gradients + self.input.biasOffset, rows: rows, inputs: inputs, outputs: gateWidth)
        Dense.backwardParameters(
            input: memory.hiddenIn, outputGradient: kind == .gru ? memory.hiddenGates : memory.gates,
            weightGradient: gradients + hidden.offset, biasGradient: gradients + hidden.biasOffset,
            rows: rows, inputs: width, outputs: gateWidth)
    }

    /// The gradient of the outputs before a step, from that of the sums that they took part in. The transposed
    /// weights were made once for all steps.
    private func throughHidden(
        _ gradient: UnsafePointer<Float>, rows: Int, into target: UnsafeMutablePointer<Float>,
        workspace: borrowing RecurrentWorkspace
    ) {
        Dense.forward(
            input: gradient, weight: workspace.transposed.pointer, bias: nil, output: target,
            rows: rows, inputs: gateWidth, outputs: width, activation: .identity)
    }
}
