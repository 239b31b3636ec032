import CReinKernels

/// The one door to dense layers, forward and backward: it decides who multiplies.
///
/// Rein's own kernels do nearly all of it, and then a row's result does not depend on the number of rows, nor any
/// bit on the processor (with AVX2 or AVX-512). `DenseRoute` says when the system's BLAS takes over.
///
/// All matrices are row-major and packed; nothing is allocated; pointers must not overlap.
public enum Dense {
    /// Computes a layer's outputs.
    ///
    ///     output[rows, outputs] = activation(input[rows, inputs] · weight[inputs, outputs] + bias[outputs])
    ///
    /// `preactivation`, where given, receives the sums before the activation, `[rows, outputs]`; the backward pass
    /// needs them for silu and gelu. It must not be `output`.
    public static func forward(
        input: UnsafePointer<Float>, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        output: UnsafeMutablePointer<Float>, preactivation: UnsafeMutablePointer<Float>? = nil,
        rows: Int, inputs: Int, outputs: Int, activation: Activation
    ) {
        precondition(rows >= 0 && inputs >= 0 && outputs >= 0, "negative shape \(rows) x \(inputs) x \(outputs)")
        switch DenseRoute.fastest(rows: rows, inputs: inputs, outputs: outputs) {
        case .kernels:
            rein_dense_forward(
                input, weight, bias, output, preactivation, Int64(rows), Int64(inputs), Int64(outputs),
                activation.code)
        case .library:
            LibraryDense.forward(
                input: input, weight: weight, bias: bias, output: output, preactivation: preactivation,
                rows: rows, inputs: inputs, outputs: outputs, activation: activation)
        }
    }

    /// Computes the gradient of the sums of the layer below from the gradient of this layer's sums.
    ///
    ///     inputGradient[rows, inputs] = (outputGradient[rows, outputs] · weightᵀ) ⊙ activation'(below)
    ///
    /// - Parameters:
    ///   - outputGradient: the gradient at the sums, `[rows, outputs]`.
    ///   - weight: the weights, `[inputs, outputs]`.
    ///   - scratch: room for `inputs * outputs` floats.
    ///   - saved: what the layer below left, `[rows, inputs]`: its sums before the activation where that
    ///     `needsPreactivation`, nil for identity, and its outputs otherwise.
    ///   - inputGradient: where the gradient at the inputs goes, `[rows, inputs]`.
    ///   - rows: the number of rows.
    ///   - inputs: the width of an input.
    ///   - outputs: the width of an output.
    ///   - activationBelow: the activation of the layer below; `.identity` for the first layer.
    public static func backwardInput(
        outputGradient: UnsafePointer<Float>, weight: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Float>,
        saved: UnsafePointer<Float>?, inputGradient: UnsafeMutablePointer<Float>,
        rows: Int, inputs: Int, outputs: Int, activationBelow: Activation
    ) {
        precondition(rows >= 0 && inputs >= 0 && outputs >= 0, "negative shape \(rows) x \(inputs) x \(outputs)")
        precondition(saved != nil || activationBelow == .identity, "\(activationBelow) needs what its layer left")
        switch DenseRoute.fastest(rows: rows, inputs: inputs, outputs: outputs) {
        case .kernels:
            rein_dense_backward_input(
                outputGradient, weight, scratch, saved, inputGradient, Int64(rows), Int64(inputs), Int64(outputs),
                activationBelow.code)
        case .library:
            LibraryDense.backwardInput(
                outputGradient: outputGradient, weight: weight, saved: saved, inputGradient: inputGradient,
                rows: rows, inputs: inputs, outputs: outputs, activationBelow: activationBelow)
        }
    }

    /// Computes the gradients of a layer's parameters, overwriting what was there.
    ///
    ///     weightGradient[inputs, outputs] = input[rows, inputs]ᵀ · outputGradient[rows, outputs]
    ///     biasGradient[outputs]           = sum over rows of outputGradient
    public static func backwardParameters(
        input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
        weightGradient: UnsafeMutablePointer<Float>, biasGradient: UnsafeMutablePointer<Float>?,
        rows: Int, inputs: Int, outputs: Int
    ) {
        precondition(rows >= 0 && inputs >= 0 && outputs >= 0, "negative shape \(rows) x \(inputs) x \(outputs)")
        switch DenseRoute.fastest(rows: rows, inputs: inputs, outputs: outputs) {
        case .kernels:
            rein_dense_backward_parameters(
                input, outputGradient, weightGradient, biasGradient, Int64(rows), Int64(inputs), Int64(outputs))
        case .library:
            LibraryDense.backwardParameters(
                input: input, outputGradient: outputGradient, weightGradient: weightGradient,
                biasGradient: biasGradient, rows: rows, inputs: inputs, outputs: outputs)
        }
    }
}
