import ReinNetworks
import ReinSpaces

/// A policy as a graph: its steps, one after the other.
extension ONNXBuilder {
    /// Builds the graph of a policy.
    convenience init(_ program: PolicyProgram, opset: Int, isRaw: Bool, hasMask: Bool) {
        self.init(opset: opset)
        let observations = input("obs", shape: program.observations.shape)
        let mask = hasMask ? input("action_mask", .bool, shape: [program.maskWidth]) : nil
        var value = rows(observations, shape: program.observations.shape)
        if !isRaw, let step = program.normaliser { value = normalised(value, by: step) }
        let states = program.memory.map { remembered(value, by: $0) } ?? []
        value = states.first ?? value
        let trunk = layers(value, program.layers.prefix(program.branch))
        let features = layers(trunk, program.layers.dropFirst(program.branch).dropLast())
        let head = layers(features, program.layers.suffix(1))
        let values = program.valueLayers.isEmpty ? nil : layers(trunk, program.valueLayers)
        finish(program, head: head, features: features, values: values, mask: mask, hasAction: !isRaw)
        if let memory = program.memory {
            for (index, state) in states.enumerated() {
                output(state, as: "state_out_\(index)", shape: [memory.width])
            }
        } else if isRaw {
            // RLlib's callers give networks without memory an empty state, and may ask for the next one.
            output(input("state_ins"), as: "state_outs")
        }
    }

    /// Adds what becomes of the numbers of the head, and hands it to the caller.
    private func finish(
        _ program: PolicyProgram, head: String, features: String, values: String?, mask: String?, hasAction: Bool
    ) {
        let shown: (name: String, width: Int)
        switch program.head {
        case .categorical(let count): shown = (head, count)
        case .multiCategorical(let counts): shown = (head, counts.reduce(0, +))
        case .actionValues(let kind): shown = (actionValues(head, kind, values: values), kind.count)
        case .continuous(let kind):
            shown = (outputs(head, features: features, kind), kind.outputCount)
        }
        if hasAction { act(program, head: head, shown: shown.name, mask: mask) }
        output(shown.name, as: "output", shape: [shown.width])
    }

    /// Adds the most likely action.
    ///
    /// - Parameters:
    ///   - head: the numbers of the head.
    ///   - shown: what a program is shown of them.
    private func act(_ program: PolicyProgram, head: String, shown: String, mask: String?) {
        switch program.head {
        case .categorical, .actionValues:
            output(choice(masked(shown, mask: mask), from: program.firstAction), as: "action", .integer)
        case .multiCategorical(let counts):
            let action = choices(masked(shown, mask: mask), counts: counts)
            output(action, as: "action", .integer, shape: [counts.count])
        case .continuous(let kind):
            guard case .box(let box) = program.actions else { preconditionFailure("no box of continuous actions") }
            let action = transformed(mode(head, kind), by: program.transform)
            output(shaped(action, as: box.shape), as: "action", shape: box.shape)
        }
    }
}

extension ContinuousHead {
    /// The number of numbers that a program is shown.
    fileprivate var outputCount: Int {
        if case .none = deviations { count } else { 2 * count }
    }
}
