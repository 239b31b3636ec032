import Foundation
public import ReinNetworks
import ReinNumerics

/// A perceptron in double precision, written as plainly as possible.
public enum ReferencePerceptron {
    /// The outputs of one input row.
    public static func outputs(_ perceptron: MultilayerPerceptron, input: [Double], parameters: [Double]) -> [Double] {
        var x = input
        for layer in perceptron.layers {
            x = (0..<layer.outputs).map { output in
                var sum = parameters[layer.biasOffset + output]
                for input in 0..<layer.inputs {
                    sum += x[input] * parameters[layer.offset + input * layer.outputs + output]
                }
                return activate(sum, layer.activation)
            }
        }
        return x
    }

    private static func activate(_ x: Double, _ activation: Activation) -> Double {
        switch activation {
        case .identity: x
        case .tanh: tanh(x)
        case .relu: max(0, x)
        case .silu: x / (1 + exp(-x))
        case .elu: x > 0 ? x : expm1(x)
        case .leakyReLU: x > 0 ? x : 0.01 * x
        case .gelu: 0.5 * x * erfc(-x / 2.0.squareRoot())
        case .sigmoid: 1 / (1 + exp(-x))
        }
    }

    /// The policy head and the state value of an actor-critic network for one observation.
    public static func actorCritic(
        _ network: ActorCritic, input: [Double], parameters: [Double]
    ) -> (head: [Double], value: Double?) {
        let features = network.trunk.map { outputs($0, input: input, parameters: parameters) } ?? input
        let head = outputs(network.policy, input: features, parameters: parameters)
        return (head, network.value.map { outputs($0, input: features, parameters: parameters)[0] })
    }
}
