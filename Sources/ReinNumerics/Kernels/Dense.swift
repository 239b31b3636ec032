import CReinKernels

/// The one door to dense layers, forward and backward.
///
/// All matrices are row-major and packed; nothing is allocated; pointers must not overlap. A row's result does not
/// depend on the number of rows.
public enum Dense {
    /// Computes a layer's outputs.
    ///
    ///     output[rows, outputs] = activation(input[rows, inputs] · weight[inputs, outputs] + bias[outputs])
    ///
    /// `preactivation`, where given, receives the sums before the activation, `[rows, outputs]`; the backward pass
    /// needs them for silu only. It must not be `output`.
    public static func forward(
        input: UnsafePointer<Float>, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        output: UnsafeMutablePointer<Float>, preactivation: UnsafeMutablePointer<Float>? = nil,
        rows: Int, inputs: Int, outputs: Int, activation: Activation
    ) {
        precondition(rows >= 0 && inputs >= 0 && outputs >= 0, "negative shape \(rows) x \(inputs) x \(outputs)")
        rein_dense_forward(
            input, weight, bias, output, preactivation, Int64(rows), Int64(inputs), Int64(outputs), activation.code)
    }

    /// Computes the gradient of the sums of the layer below from the gradient of this layer's sums.
    ///
    ///     inputGradient[rows, inputs] = (outputGradient[rows, outputs] · weightᵀ) ⊙ activation'(below)
    ///
    /// - Parameters:
    ///   - scratch: Room for `inputs * outputs` floats.
    ///   - saved: What the layer below left, `[rows, inputs]`: its outputs for tanh and relu, its sums before the
    ///     activation for silu, and nil for identity.
    ///   - activationBelow: The activation of the layer below; `.identity` for the first layer.
    public static func backwardInput(
        outputGradient: UnsafePointer<Float>, weight: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Float>,
        saved: UnsafePointer<Float>?, inputGradient: UnsafeMutablePointer<Float>,
        rows: Int, inputs: Int, outputs: Int, activationBelow: Activation
    ) {
        precondition(rows >= 0 && inputs >= 0 && outputs >= 0, "negative shape \(rows) x \(inputs) x \(outputs)")
        precondition(saved != nil || activationBelow == .identity, "\(activationBelow) needs what its layer left")
        rein_dense_backward_input(
            outputGradient, weight, scratch, saved, inputGradient, Int64(rows), Int64(inputs), Int64(outputs),
            activationBelow.code)
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
        rein_dense_backward_parameters(
            input, outputGradient, weightGradient, biasGradient, Int64(rows), Int64(inputs), Int64(outputs))
    }
}
