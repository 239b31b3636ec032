public import ReinNumerics

extension ActorCritic {
    /// Draws new parameters as PPO implementations do: orthogonal weights with the nonlinearity's gain in hidden
    /// layers, `policyGain` in the policy head and 1 in the value head and in recurrent layers; zero biases (Huang et al.
    /// 2022, detail 2 and those of LSTMs).
    ///
    /// - Parameters:
    ///   - policyGain: small, so that the first policy is almost uniform.
    ///   - logDeviation: the first log standard deviation of every action dimension.
    ///   - random: the stream to draw from.
    public mutating func initialize(
        policyGain: Double = 0.01, logDeviation: Float = 0, using random: inout RandomStream
    ) {
        let cores = (policyCore?.layers ?? []) + (valueCore?.layers ?? [])
        let layers = cores + (trunk?.layers ?? []) + policy.layers + (value?.layers ?? [])
        let policyHead = policy.layers[policy.layers.count - 1]
        let valueHead = value?.layers.last
        parameters.withUnsafeMutableBufferPointer { buffer in
            buffer.update(repeating: 0)
            for layer in layers {
                let gain = layer == policyHead ? policyGain : layer == valueHead ? 1 : layer.activation.orthogonalGain
                OrthogonalInitializer.fill(
                    UnsafeMutableBufferPointer(rebasing: buffer[layer.offset..<layer.biasOffset]),
                    rows: layer.inputs, columns: layer.outputs, gain: gain, using: &random)
            }
            for index in logDeviationRange { buffer[index] = logDeviation }
        }
    }

    /// Adds a number to the biases of some outputs of the policy head, so that these begin around another value than
    /// the rest.
    public mutating func shiftHeadBiases(_ outputs: Range<Int>, by shift: Float) {
        let head = policy.layers[policy.layers.count - 1]
        precondition(
            outputs.lowerBound >= 0 && outputs.upperBound <= head.outputs, "the head has \(head.outputs) outputs")
        for output in outputs { parameters[head.biasOffset + output] += shift }
    }
}
