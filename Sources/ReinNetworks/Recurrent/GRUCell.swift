import ReinNumerics

/// One step of a gated recurrent unit, with the gates of PyTorch's `nn.GRU` in its order r, z, n:
///
///     r, z = σ(W x + b + U h + d)           n = tanh(W x + b + r ⊙ (U h + d))
///     h' = (1 − z) ⊙ n + z ⊙ h
///
/// The bias d of the candidate n lies inside the product with r. All blocks are row-major; `gates` and `hiddenGates`
/// are `[rows, 3 · width]`, everything else `[rows, width]`.
enum GRUCell {
    /// Computes the next output.
    ///
    /// - Parameters:
    ///   - gates: the sums W x + b, replaced by the gates.
    ///   - hiddenGates: the sums U h + d, of which the backward pass reads the last block.
    ///   - hiddenIn: h.
    ///   - hidden: receives h'.
    static func forward(
        rows: Int, width: Int, gates: UnsafeMutablePointer<Float>, hiddenGates: UnsafePointer<Float>,
        hiddenIn: UnsafePointer<Float>, hidden: UnsafeMutablePointer<Float>
    ) {
        for row in 0..<rows {
            let reset = gates + row * 3 * width
            let (update, candidate) = (reset + width, reset + 2 * width)
            let sums = hiddenGates + row * 3 * width
            let (before, after) = (hiddenIn + row * width, hidden + row * width)
            Kernels.add(sums, to: reset, count: 2 * width)
            Kernels.sigmoid(reset, reset, count: 2 * width)
            let recurrent = sums + 2 * width
            for unit in 0..<width { candidate[unit] += reset[unit] * recurrent[unit] }
            Kernels.tanh(candidate, candidate, count: width)
            for unit in 0..<width {
                after[unit] = candidate[unit] + update[unit] * (before[unit] - candidate[unit])
            }
        }
    }

    /// Computes the gradients of both kinds of sums, and that of h but for what goes through U.
    ///
    /// - Parameters:
    ///   - gates: what `forward` left, replaced by the gradient of W x + b.
    ///   - hiddenGates: the sums U h + d, replaced by their gradient.
    ///   - hiddenIn: h.
    ///   - hiddenGradient: the gradient of h', replaced by the part of the gradient of h that goes through z ⊙ h.
    static func backward(
        rows: Int, width: Int, gates: UnsafeMutablePointer<Float>, hiddenGates: UnsafeMutablePointer<Float>,
        hiddenIn: UnsafePointer<Float>, hiddenGradient: UnsafeMutablePointer<Float>
    ) {
        for row in 0..<rows {
            let reset = gates + row * 3 * width
            let (update, candidate) = (reset + width, reset + 2 * width)
            let sums = hiddenGates + row * 3 * width
            let (before, dHidden) = (hiddenIn + row * width, hiddenGradient + row * width)
            for unit in 0..<width {
                let (z, n, gradient) = (update[unit], candidate[unit], dHidden[unit])
                update[unit] = gradient * (before[unit] - n) * z * (1 - z)
                candidate[unit] = gradient * (1 - z) * (1 - n * n)
                dHidden[unit] = gradient * z
            }
            let recurrent = sums + 2 * width
            for unit in 0..<width {
                let (r, sum) = (reset[unit], recurrent[unit])
                reset[unit] = candidate[unit] * sum * r * (1 - r)
                recurrent[unit] = candidate[unit] * r
            }
            sums.update(from: reset, count: 2 * width)
        }
    }
}
