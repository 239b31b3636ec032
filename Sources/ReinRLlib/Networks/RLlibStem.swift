import ReinCheckpoints

/// A network of RLlib's between its observations and its heads: `FullyConnectedNetwork` for vectors, and for others
/// `ComplexInputNetwork`, which has a part for the observation and further layers behind it.
struct RLlibStem: Sendable {
    /// What stands before all names, such as `action_model.`.
    var prefix = ""
    /// The part that reads the observation, `flatten` or `one_hot`; nil for vectors.
    var module: String?
    /// The widths of the hidden layers.
    var hidden: [Int]
    /// How many of them are of the part that reads the observation, where there is one.
    var first: Int
    /// The width of an observation row.
    var inputs: Int

    /// Describes a network whose hidden layers are all of `fcnet_hiddens`.
    init(prefix: String = "", module: String?, hidden: [Int], inputs: Int) {
        self.prefix = prefix
        self.module = module
        self.hidden = hidden
        self.inputs = inputs
        first = hidden.count
    }

    /// Reads the widths of the hidden layers off the weights.
    ///
    /// - Throws: `StateError` when a layer does not read what the one before it gives.
    init(prefix: String = "", module: String?, inputs: Int, _ weights: RLlibWeights) throws(StateError) {
        self.init(prefix: prefix, module: module, hidden: [], inputs: inputs)
        let part = module.map { "\(prefix)\($0).0." } ?? prefix
        hidden = try weights.widths(inputs: inputs) { "\(part)_hidden_layers.\($0)" }
        first = hidden.count
        if module != nil {
            hidden += try weights.widths(inputs: width) { "\(prefix)post_fc_stack._hidden_layers.\($0)" }
        }
    }

    /// The width of what the heads read.
    var width: Int { hidden.last ?? inputs }

    /// The name of the layer that gives actions.
    var logits: String { prefix + (module == nil ? "_logits" : "logits_layer") }

    /// The name of the layer that gives a value.
    var value: String { prefix + (module == nil ? "_value_branch" : "value_layer") }

    /// The hidden layers, and what RLlib has beside them and does not use.
    ///
    /// - Parameter meaning: what the weight or bias of a hidden layer is here, by its number.
    func layers(_ meaning: (Int, String) -> RLlibParameter.Meaning) -> [RLlibParameter] {
        guard let module else { return part(prefix, 0..<hidden.count, meaning) }
        func whole(_ name: String, _ layers: Range<Int>) -> [RLlibParameter] {
            let widths = hidden[layers]
            let inputs = layers.lowerBound == 0 ? inputs : hidden[layers.lowerBound - 1]
            let sources = [inputs] + widths
            return part(name, layers, meaning)
                + zip(sources, widths).enumerated().flatMap { index, widths in
                    RLlibParameter.unusedLayer(
                        "\(name)_value_branch_separate.\(index)", inputs: widths.0, outputs: widths.1)
                }
                + RLlibParameter.unusedLayer("\(name)_value_branch", inputs: widths.last ?? inputs, outputs: 1)
        }
        let observed = whole("\(prefix)\(module).0.", 0..<first)
        // PyTorch has this part under two names.
        let again = whole("\(prefix)\(module)_0.", 0..<first).map { parameter in
            var parameter = parameter
            parameter.isAlias = true
            return parameter
        }
        return observed + again + whole("\(prefix)post_fc_stack.", first..<hidden.count)
    }

    private func part(
        _ name: String, _ layers: Range<Int>, _ meaning: (Int, String) -> RLlibParameter.Meaning
    ) -> [RLlibParameter] {
        layers.flatMap { layer in
            RLlibParameter.layer("\(name)_hidden_layers.\(layer - layers.lowerBound)") { meaning(layer, $0) }
        }
    }

    /// A whole network in RLlib's order: of vectors the actions stand first.
    ///
    /// - Parameters:
    ///   - actions: the layer that gives actions.
    ///   - values: the layer that gives a value, with what else belongs to it.
    func parameters(
        actions: [RLlibParameter], values: [RLlibParameter],
        _ meaning: (Int, String) -> RLlibParameter.Meaning
    ) -> [RLlibParameter] {
        module == nil ? actions + layers(meaning) + values : layers(meaning) + actions + values
    }
}
