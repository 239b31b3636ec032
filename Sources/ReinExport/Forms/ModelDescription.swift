public import ReinCheckpoints
import ReinNetworks
public import ReinPolicies
import ReinSpaces

/// What an exported file takes and gives.
///
///     let model = try policy.modelDescription(of: .onnx)
///     print(model.inputs.map(\.name))  // obs
public struct ModelDescription: Sendable, Equatable {
    /// One of its inputs, outputs or tensors.
    public struct Value: Sendable, Equatable {
        /// The name that it has in the file.
        public let name: String
        /// What its elements are, in the words of the form.
        public let type: String
        /// Its lengths, of which nil is the number of observations that are worked on together.
        public let shape: [Int?]
    }

    /// What it takes, in the order of the file; of tensors for PyTorch what their network takes.
    public let inputs: [Value]
    /// What it gives, in the order of the file; of tensors for PyTorch what their network gives.
    public let outputs: [Value]
}

extension Policy {
    /// What the file takes and gives that `exported(as:id:)` makes.
    ///
    /// - Throws: `StateError` as there, as far as it is about numbers that are not finite.
    public func modelDescription(of form: ModelForm) throws(StateError) -> ModelDescription {
        let program = try PolicyProgram(self, id: "")
        return switch form {
        case .onnx(let options) where options.isRaw: ModelDescription(raw: program)
        case .onnx(let options): ModelDescription(graph: program, hasMask: options.hasMask ?? program.masksActions)
        case .safetensors: ModelDescription(network: program)
        case .c: ModelDescription(header: program)
        }
    }
}

extension ModelDescription {
    /// A graph from the observation to the action.
    fileprivate init(graph program: PolicyProgram, hasMask: Bool) {
        let states = program.states("FP32")
        let mask = hasMask ? [Value(name: "action_mask", type: "BOOL", shape: [nil, program.maskWidth])] : []
        inputs = [program.batch("obs", "FP32")] + mask + states.map { $0("state_in_") }
        let isContinuous = program.actionShape == nil
        outputs =
            [
                Value(
                    name: "action", type: isContinuous ? "FP32" : "INT64",
                    shape: [nil] + (program.actionShape ?? program.continuousShape).map(Optional.init)),
                Value(name: "output", type: "FP32", shape: [nil, program.outputCount]),
            ] + states.map { $0("state_out_") }
    }

    /// A graph of the network alone, as RLlib has it.
    fileprivate init(raw program: PolicyProgram) {
        let states = program.states("FP32")
        let dummy = { (name: String) in Value(name: name, type: "FP32", shape: [nil]) }
        inputs =
            [program.batch("obs", "FP32")]
            + (states.isEmpty ? [dummy("state_ins")] : states.map { $0("state_in_") })
        outputs =
            [Value(name: "output", type: "FP32", shape: [nil, program.outputCount])]
            + (states.isEmpty ? [dummy("state_outs")] : states.map { $0("state_out_") })
    }

    /// The network of tensors.
    fileprivate init(network program: PolicyProgram) {
        let states = program.states("F32")
        inputs = [program.batch("obs", "F32")] + states.map { $0("state_in_") }
        outputs =
            [Value(name: "output", type: "F32", shape: [nil, program.headCount])] + states.map { $0("state_out_") }
    }

    /// The functions of a header, which take one observation at a time.
    fileprivate init(header program: PolicyProgram) {
        let state = program.memory.map { [Value(name: "state", type: "float", shape: [$0.stateWidth])] } ?? []
        let mask =
            program.maskWidth > 0 ? [Value(name: "mask", type: "unsigned char", shape: [program.maskWidth])] : []
        inputs =
            [Value(name: "obs", type: "float", shape: program.observations.shape.map(Optional.init))] + mask + state
        outputs =
            [
                Value(
                    name: "action", type: program.actionShape == nil ? "float" : "int",
                    shape: (program.actionShape ?? program.continuousShape).map(Optional.init)),
                Value(name: "outputs", type: "float", shape: [program.outputCount]),
            ] + state
    }
}

extension PolicyProgram {
    /// The lengths of a discrete action, none for a single number; nil for continuous actions.
    fileprivate var actionShape: [Int]? {
        switch head {
        case .categorical, .actionValues: return []
        case .multiCategorical(let counts): return [counts.count]
        case .continuous: return nil
        }
    }

    /// The lengths of a continuous action.
    fileprivate var continuousShape: [Int] {
        if case .box(let box) = actions { box.shape } else { [] }
    }

    /// The number of numbers that the last layer of the policy gives.
    fileprivate var headCount: Int { layers.last?.outputs ?? 0 }

    /// The number of outputs.
    fileprivate var outputCount: Int {
        switch head {
        case .categorical(let count): count
        case .multiCategorical(let counts): counts.reduce(0, +)
        case .actionValues(let values): values.count
        case .continuous(let head):
            switch head.deviations {
            case .none, .head: headCount
            case .constant, .features: 2 * head.count
            }
        }
    }

    /// Observations, many at a time.
    fileprivate func batch(_ name: String, _ type: String) -> ModelDescription.Value {
        ModelDescription.Value(name: name, type: type, shape: [nil] + observations.shape.map(Optional.init))
    }

    /// Makes the values of what is handed from step to step, many at a time, from the beginning of their names.
    fileprivate func states(_ type: String) -> [(String) -> ModelDescription.Value] {
        guard let memory else { return [] }
        return (0..<memory.kind.stateCount).map { index in
            { ModelDescription.Value(name: "\($0)\(index)", type: type, shape: [nil, memory.width]) }
        }
    }
}
