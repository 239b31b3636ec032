import ReinCheckpoints
import ReinSpaces

/// What a file says of the policy in it.
enum ONNXMetadata {
    /// The version of Rein, the policy's id, and its spaces as JSON; and where observations are indices or have parts, what
    /// they are.
    static func entries(of program: PolicyProgram, version: String) -> [ONNXModel.Entry] {
        var entries = [
            ONNXModel.Entry(key: "rein.version", text: version),
            ONNXModel.Entry(key: "rein.policy", text: program.id),
            ONNXModel.Entry(key: "rein.observation_space", text: JSON.text(tree(of: program.observations))),
            ONNXModel.Entry(key: "rein.action_space", text: JSON.text(tree(of: program.actions))),
        ]
        if let parts = program.observationParts {
            entries.append(ONNXModel.Entry(key: "rein.observation_parts", text: JSON.text(parts)))
        }
        return entries
    }

    private static func tree(of space: ActionSpace) -> StateTree {
        if case .box(let box) = space { tree(of: box) } else { StateEncoder().encode(space) }
    }

    /// A box as other files of Rein have it, but for two things: bounds that are the same for all elements are one number,
    /// as Gymnasium's `Box` takes them, since images have thousands; and one that is infinite is null, since JSON has no
    /// word for it.
    private static func tree(of box: Box) -> StateTree {
        [
            "type": "box", "low": bounds(box.low), "high": bounds(box.high),
            "shape": .list(box.shape.map { .int(Int64($0)) }),
        ]
    }

    private static func bounds(_ bounds: [Float]) -> StateTree {
        let isUniform = bounds.allSatisfy { $0 == bounds[0] }
        return .tensor(StateTensor(isUniform ? [bounds[0]] : bounds, shape: isUniform ? [] : [bounds.count]))
    }
}
