import ReinNumerics

/// One step of long short-term memory, with the gates of PyTorch's `nn.LSTM` in its order i, f, g, o:
///
///     i, f, o = σ(W x + b + U h + d)        g = tanh(W x + b + U h + d)
///     c' = f ⊙ c + i ⊙ g                    h' = o ⊙ tanh(c')
///
/// All blocks are row-major; `gates` is `[rows, 4 · width]`, everything else `[rows, width]`.
enum LSTMCell {
    /// Computes the next cell and output.
    ///
    /// - Parameters:
    ///   - gates: the sums of all gates, replaced by the gates.
    ///   - cellIn: c.
    ///   - cell: receives c'.
    ///   - cellTanh: receives tanh(c').
    ///   - hidden: receives h'.
    static func forward(
        rows: Int, width: Int, gates: UnsafeMutablePointer<Float>, cellIn: UnsafePointer<Float>,
        cell: UnsafeMutablePointer<Float>, cellTanh: UnsafeMutablePointer<Float>,
        hidden: UnsafeMutablePointer<Float>
    ) {
        for row in 0..<rows {
            let input = gates + row * 4 * width
            let candidate = input + 2 * width
            let output = input + 3 * width
            Kernels.sigmoid(input, input, count: 2 * width)
            Kernels.tanh(candidate, candidate, count: width)
            Kernels.sigmoid(output, output, count: width)
            let forget = input + width
            let (before, after) = (cellIn + row * width, cell + row * width)
            for unit in 0..<width { after[unit] = forget[unit] * before[unit] + input[unit] * candidate[unit] }
        }
        Kernels.tanh(cell, cellTanh, count: rows * width)
        for row in 0..<rows {
            let output = gates + (row * 4 + 3) * width
            let (squashed, target) = (cellTanh + row * width, hidden + row * width)
            for unit in 0..<width { target[unit] = output[unit] * squashed[unit] }
        }
    }

    /// Computes the gradients of the gates' sums and of c from those of h' and c'.
    ///
    /// - Parameters:
    ///   - gates: what `forward` left, replaced by the gradient of the sums.
    ///   - cellIn: c.
    ///   - cellTanh: tanh(c').
    ///   - hiddenGradient: the gradient of h'.
    ///   - cellGradient: the gradient of c' by what comes later, replaced by the gradient of c.
    static func backward(
        rows: Int, width: Int, gates: UnsafeMutablePointer<Float>, cellIn: UnsafePointer<Float>,
        cellTanh: UnsafePointer<Float>, hiddenGradient: UnsafePointer<Float>,
        cellGradient: UnsafeMutablePointer<Float>
    ) {
        // Several short loops, each with few pointers, since only such loops are vectorised.
        for row in 0..<rows {
            let input = gates + row * 4 * width
            let (forget, candidate, output) = (input + width, input + 2 * width, input + 3 * width)
            let (before, squashed) = (cellIn + row * width, cellTanh + row * width)
            let (dHidden, dCell) = (hiddenGradient + row * width, cellGradient + row * width)
            for unit in 0..<width {
                dCell[unit] += dHidden[unit] * output[unit] * (1 - squashed[unit] * squashed[unit])
            }
            for unit in 0..<width {
                output[unit] = dHidden[unit] * squashed[unit] * output[unit] * (1 - output[unit])
            }
            for unit in 0..<width {
                let (i, g) = (input[unit], candidate[unit])
                input[unit] = dCell[unit] * g * i * (1 - i)
                candidate[unit] = dCell[unit] * i * (1 - g * g)
            }
            for unit in 0..<width {
                let (f, gradient) = (forget[unit], dCell[unit])
                forget[unit] = gradient * before[unit] * f * (1 - f)
                dCell[unit] = gradient * f
            }
        }
    }
}
