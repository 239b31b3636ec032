import ReinCheckpoints
import ReinNumerics

/// The settings of a network in RLlib's `model`, as far as shapes do not tell them.
enum RLlibModel {
    /// The nonlinearity of the hidden layers.
    ///
    /// RLlib takes that of `fcnet_hiddens` for `post_fcnet_hiddens`, too, unless there are none of the former; in networks
    /// of observations that are no vectors each has its own.
    ///
    /// - Throws: `StateError` for nonlinearities that there are not here, and for two of them.
    static func activation(_ model: StateReader, of stem: RLlibStem) throws(StateError) -> Activation {
        if stem.module != nil {
            let first = try activation(model, "fcnet_activation", default: .identity)
            guard stem.first < stem.hidden.count else { return first }
            let second = try activation(model, "post_fcnet_activation", default: .relu)
            guard stem.first == 0 || first == second else {
                throw try model.child("post_fcnet_activation").error(
                    .unsupportedFormat, "hidden layers of two nonlinearities are not supported")
            }
            return second
        }
        let hidden = try model.optionalChild("fcnet_hiddens")?.list() ?? .init()
        return try activation(
            model, hidden.isEmpty ? "post_fcnet_activation" : "fcnet_activation", default: .identity)
    }

    private static func activation(
        _ model: StateReader, _ key: String, default standard: Activation
    ) throws(StateError) -> Activation {
        guard case .map(let map) = model.tree, map[key] != nil else { return standard }
        guard let reader = model.optionalChild(key) else { return .identity }
        let name = try reader.string()
        guard let activation = activations[name.lowercased()] else {
            throw reader.error(
                .unsupportedFormat,
                "the activation \"\(name.shortened)\" is not supported (supported: \(activations.keys.sortedByBytes.joined(separator: ", ")))"
            )
        }
        return activation
    }

    /// RLlib's name of a nonlinearity.
    static func name(of activation: Activation) -> String {
        switch activation {
        case .identity: "linear"
        case .tanh: "tanh"
        case .relu: "relu"
        case .silu: "silu"
        case .elu: "elu"
        case .leakyReLU: "LeakyReLU"
        case .gelu: "GELU"
        case .sigmoid: "Sigmoid"
        }
    }

    private static let activations: [String: Activation] = [
        "tanh": .tanh, "relu": .relu, "silu": .silu, "swish": .silu, "elu": .elu, "leakyrelu": .leakyReLU,
        "gelu": .gelu, "sigmoid": .sigmoid, "linear": .identity,
    ]

    /// Whether Python takes a setting for true.
    static func isTrue(_ reader: StateReader) -> Bool {
        switch reader.tree {
        case .null: false
        case .bool(let value): value
        case .int(let value): value != 0
        case .double(let value): value != 0
        case .string(let value): !value.isEmpty
        case .bytes(let value): !value.isEmpty
        case .list(let list): !list.isEmpty
        case .map(let map): !map.isEmpty
        case .tensor: true
        }
    }

    /// Refuses models that are more than fully connected layers.
    ///
    /// - Throws: `StateError` that names the setting.
    static func requireFullyConnected(_ model: StateReader) throws(StateError) {
        for (key, what) in [("use_lstm", "LSTM"), ("use_attention", "attention")] {
            guard let flag = model.optionalChild(key), isTrue(flag) else { continue }
            throw flag.error(.unsupportedFormat, "networks with \(what) are not supported")
        }
        for key in ["custom_model", "custom_action_dist", "custom_preprocessor"] {
            guard let name = model.optionalChild(key) else { continue }
            throw name.error(
                .unsupportedFormat, "is Python code, which a checkpoint does not hold; only built-in networks are read")
        }
        if let filters = model.optionalChild("conv_filters"), isTrue(filters) {
            throw filters.error(.unsupportedFormat, "convolutional networks are not supported")
        }
    }
}
