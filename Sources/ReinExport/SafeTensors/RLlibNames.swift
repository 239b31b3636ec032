import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinSpaces

/// The tensors of a policy under the names that they have in the PyTorch models of RLlib 2.10, as
/// `policy.model.load_state_dict(tensors, strict=False)` takes them: critics and value networks are not among them.
struct RLlibNames {
    private(set) var tensors = TorchTensors()
    /// Whether observations are no vectors, so that a part of the network reads them for itself.
    private let flattens: Bool

    /// Names the tensors.
    ///
    /// - Throws: `StateError` that says why for a policy that has no equal there.
    init(_ program: PolicyProgram) throws(StateError) {
        if program.memory != nil { throw noEqual("networks that begin with a recurrent layer") }
        let shape = program.observations.shape
        if shape.count == 3 { throw noEqual("fully connected networks for observations of the shape \(shape)") }
        flattens = shape.count != 1
        switch program.head {
        case .categorical, .multiCategorical: try addPerceptron(program, prefix: "")
        case .actionValues(let values): try addActionValues(program, values)
        case .continuous(let head):
            switch head.deviations {
            case .none: throw noEqual("deterministic policies")
            case .features: throw noEqual("state-dependent exploration")
            case .head: try addPerceptron(program, prefix: head.isSquashed ? "action_model." : "")
            case .constant:
                if flattens { throw noEqual("free log standard deviations beside observations that are no vectors") }
                try addPerceptron(program, prefix: "")
                tensors.addLogDeviations(of: program, named: "_append_free_log_std.log_std")
            }
        }
    }

    /// The layer of a network that gives actions.
    private var logits: String { flattens ? "logits_layer" : "_logits" }

    private mutating func add(_ layer: LayerStep, as name: String) { tensors.add(layer, named: "\(name)._model.0") }

    private mutating func addHidden(_ layers: ArraySlice<LayerStep>, prefix: String = "") throws(StateError) {
        guard let first = layers.first else { return }
        if layers.contains(where: { $0.activation != first.activation }) {
            throw noEqual("hidden layers of several nonlinearities")
        }
        for (index, layer) in layers.enumerated() {
            add(layer, as: "\(prefix)\(flattens ? "flatten.0." : "")_hidden_layers.\(index)")
        }
    }

    /// A network whose last layer is the head, as PPO and SAC have them.
    private mutating func addPerceptron(_ program: PolicyProgram, prefix: String) throws(StateError) {
        try addHidden(program.layers.dropLast(), prefix: prefix)
        if let head = program.layers.last { add(head, as: prefix + logits) }
    }

    /// DQN's network: hidden layers, and behind them heads with layers of their own, which have relu.
    private mutating func addActionValues(_ program: PolicyProgram, _ values: ActionValues) throws(StateError) {
        if values.atoms > 1 { throw noEqual("distributions of action values like these") }
        let hidden = program.layers.dropLast()
        guard !hidden.isEmpty else { throw noEqual("action values without hidden layers") }
        // Without state values, the heads' own layers are those of another nonlinearity than the first.
        let firstOther = hidden.firstIndex { $0.activation != hidden[0].activation }
        let branch = values.isDueling ? program.branch : firstOther ?? hidden.count
        guard branch > 0 else { throw noEqual("dueling action values without layers that both heads read") }
        try addHidden(hidden[..<branch])
        guard values.isDueling || branch < hidden.count else {
            add(program.layers[branch], as: logits)
            return
        }
        if flattens { addIdentity(width: hidden[branch - 1].outputs, as: logits) }
        try addHead(program.layers[branch...], behind: hidden[branch - 1], "advantage_module", "A")
        if values.isDueling { try addHead(program.valueLayers[...], behind: hidden[branch - 1], "value_module", "V") }
    }

    /// The layers of one of DQN's heads. Where it has no hidden layer RLlib's has one all the same, which passes on what
    /// it reads as long as relu does.
    private mutating func addHead(
        _ layers: ArraySlice<LayerStep>, behind last: LayerStep, _ module: String, _ letter: String
    ) throws(StateError) {
        guard let head = layers.last else { return }
        let hidden = layers.dropLast()
        if hidden.contains(where: { $0.activation != .relu }) { throw noEqual("heads of action values but with relu") }
        if hidden.isEmpty {
            guard last.activation == .relu else { throw noEqual("dueling heads without a layer that has relu") }
            addIdentity(width: last.outputs, as: "\(module).dueling_\(letter)_0")
        }
        for (index, layer) in hidden.enumerated() { add(layer, as: "\(module).dueling_\(letter)_\(index)") }
        add(head, as: "\(module).\(letter)")
    }

    /// A layer that passes on what it reads.
    private mutating func addIdentity(width: Int, as name: String) {
        var matrix = [Float](repeating: 0, count: width * width)
        for index in 0..<width { matrix[index * width + index] = 1 }
        tensors.add(matrix, shape: [width, width], named: "\(name)._model.0.weight")
        tensors.add([Float](repeating: 0, count: width), shape: [width], named: "\(name)._model.0.bias")
    }
}

private func noEqual(_ what: String) -> StateError {
    StateError(
        .unsupportedFormat,
        "RLlib has no \(what); the names \"\(TensorNames.sequential.rawValue)\" fit every policy")
}
