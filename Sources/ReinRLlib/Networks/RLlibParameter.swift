import ReinCheckpoints
import ReinNetworks

/// A parameter in the words of RLlib's weights, and what it is here.
struct RLlibParameter: Sendable {
    /// What a parameter is here.
    enum Meaning: Sendable, Hashable {
        /// A tensor of the network that acts, by the name of its view.
        case network(String)
        /// A tensor of a critic, by the name of its view.
        case critic(String)
        /// The logarithm of SAC's temperature.
        case logTemperature
        /// The entropy that SAC's temperature is learnt for, no parameter but a constant.
        case targetEntropy
        /// The weights of a layer that passes on what it reads.
        case identity(width: Int)
        /// The bias of such a layer.
        case zeros(width: Int)
        /// Nothing: RLlib has it and does not use it.
        case unused(shape: [Int])
    }

    /// The name in RLlib's weights, such as `_logits._model.0.weight`.
    var name: String
    /// What it is here.
    var meaning: Meaning
    /// Whether it is another one under a second name: it is among the weights, and optimizers do not count it.
    var isAlias = false

    /// The weight and the bias of a dense layer here, under RLlib's name for it.
    static func layer(_ name: String, _ meaning: (String) -> Meaning) -> [RLlibParameter] {
        ["weight", "bias"].map { RLlibParameter(name: "\(name)._model.0.\($0)", meaning: meaning($0)) }
    }

    /// A dense layer of the network that acts.
    static func layer(_ name: String, network view: String) -> [RLlibParameter] {
        layer(name) { .network("\(view)/\($0)") }
    }

    /// A dense layer that RLlib does not use.
    static func unusedLayer(_ name: String, inputs: Int, outputs: Int) -> [RLlibParameter] {
        layer(name) { .unused(shape: $0 == "weight" ? [outputs, inputs] : [outputs]) }
    }

    /// A dense layer that passes on what it reads.
    static func identityLayer(_ name: String, width: Int) -> [RLlibParameter] {
        layer(name) { $0 == "weight" ? .identity(width: width) : .zeros(width: width) }
    }
}
