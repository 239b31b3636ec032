import ReinNetworks
import ReinNumerics

extension CWriter {
    /// Writes the functions of one number that the policy needs.
    func writeFunctions() {
        let activations = Set((program.layers + program.valueLayers).map(\.activation))
        let hasMemory = program.memory != nil
        var isSquashed = false
        if case .continuous(let head) = program.head { isSquashed = head.isSquashed }
        if activations.contains(.tanh) || hasMemory || isSquashed { writeTanh() }
        if !activations.isDisjoint(with: [.sigmoid, .silu]) || hasMemory {
            writeFunction("The logistic function.", "float \(prefix)_sigmoid(float x)") {
                $0.write("    return 1.0f / (1.0f + expf(-x));")
            }
        }
    }

    /// Writes tanh as a quotient of polynomials, which compilers make vector code of; that of the C library takes more
    /// time than all the rest of a small network. The coefficients are a fit to the smallest relative error for |x| ≤ 9,
    /// from where on tanh is 1 in single precision.
    private func writeTanh() {
        writeFunction(
            "The hyperbolic tangent, within 4e-7 of the true one relative to it; without branches or calls.",
            "float \(prefix)_tanh(float x)"
        ) {
            $0.write(
                """
                    const float a = x > 9.0f ? 9.0f : x < -9.0f ? -9.0f : x;
                    const float t = a * a;
                    const float p =
                        (((1.33547040e-8f * t + 2.06091172e-5f) * t + 3.49559030e-3f) * t + 0.133810282f) * t + 1.0f;
                    const float q =
                        (((7.77657764e-7f * t + 3.28563823e-4f) * t + 2.58769915e-2f) * t + 0.467143446f) * t + 1.0f;
                    const float y = a * p / q;
                    return y > 1.0f ? 1.0f : y < -1.0f ? -1.0f : y;
                """)
        }
    }

    /// The result of an activation of a sum, an expression.
    func activated(_ activation: Activation, _ sum: String) -> String {
        switch activation {
        case .identity: sum
        case .tanh: "\(prefix)_tanh(\(sum))"
        case .relu: "\(sum) < 0.0f ? 0.0f : \(sum)"
        case .silu: "\(sum) * \(prefix)_sigmoid(\(sum))"
        case .elu: "\(sum) > 0.0f ? \(sum) : expm1f(\(sum))"
        case .leakyReLU: "\(sum) > 0.0f ? \(sum) : 0.01f * \(sum)"
        case .gelu: "0.5f * \(sum) * (1.0f + erff(\(CNumber.text(Float(0.5).squareRoot())) * \(sum)))"
        case .sigmoid: "\(prefix)_sigmoid(\(sum))"
        }
    }

    /// A number limited to bounds, an expression; NaN, which lies beyond neither, stays NaN.
    func limited(_ value: String, from low: String, to high: String) -> String {
        "\(value) >= \(high) ? \(high) : \(value) < \(low) ? \(low) : \(value)"
    }
}
