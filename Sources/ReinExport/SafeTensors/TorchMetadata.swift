import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinSpaces

/// What a file for PyTorch says of a policy besides its tensors, enough to act: texts by their keys, all but the first
/// three JSON. Bounds that are infinite are null in it.
///
/// | key | |
/// | --- | --- |
/// | `format` | `pt`, by which programs know tensors of PyTorch |
/// | `rein.version`, `rein.policy` | the version that wrote the file; what the policy is called |
/// | `names` | how the tensors are called: `"sequential"`, `"sb3"` or `"rllib"` |
/// | `observation_space`, `action_space` | the spaces |
/// | `observation_parts` | what observations that are indices or have parts are made of, in their order; else not there |
/// | `normaliser` | null, or the limit of a normalised element |
/// | `memory` | null, or kind, inputs and width of the recurrent layer |
/// | `layers` | inputs, outputs and nonlinearity of each layer, the last being the head |
/// | `branch`, `value_layers` | after how many of them the layers of dueling state values begin, and these |
/// | `head` | the kind of distribution with its numbers |
/// | `transform` | what happens to continuous actions: `"none"`, `"clip"` or `"rescale"` |
/// | `mask_width`, `masks_actions` | the entries of a mask; whether the policy was trained with masks |
/// | `first_action` | what the outside world counts discrete actions from |
struct TorchMetadata {
    /// The texts in the order in which they are written.
    let texts: [(key: String, text: String)]

    init(_ program: PolicyProgram, _ names: TensorNames) {
        let encoder = StateEncoder()
        let trees: [(String, StateTree)] = [
            ("names", .string(names.rawValue)),
            ("observation_space", encoder.encode(program.observations)),
            ("action_space", encoder.encode(program.actions)),
            ("normaliser", program.normaliser.map(Self.tree) ?? .null),
            ("memory", program.memory.map(Self.tree) ?? .null),
            ("layers", Self.tree(program.layers)),
            ("branch", .int(Int64(program.branch))),
            ("value_layers", Self.tree(program.valueLayers)),
            ("head", Self.tree(program.head)),
            ("transform", Self.tree(program.transform)),
            ("mask_width", .int(Int64(program.maskWidth))),
            ("masks_actions", .bool(program.masksActions)),
            ("first_action", .int(Int64(program.firstAction))),
        ]
        texts =
            [("format", "pt"), ("rein.version", ReinVersion.current), ("rein.policy", program.id)]
            + trees.map { ($0, JSON.text($1)) }
            + (program.observationParts.map { [("observation_parts", JSON.text($0))] } ?? [])
    }

    private static func tree(_ normaliser: NormaliserStep) -> StateTree {
        ["limit": .double(Double(normaliser.limit))]
    }

    private static func tree(_ memory: MemoryStep) -> StateTree {
        [
            "kind": .string(memory.kind.rawValue), "inputs": .int(Int64(memory.input.inputs)),
            "width": .int(Int64(memory.width)),
        ]
    }

    private static func tree(_ layers: [LayerStep]) -> StateTree {
        .list(
            layers.map {
                [
                    "inputs": .int(Int64($0.inputs)), "outputs": .int(Int64($0.outputs)),
                    "activation": .string($0.activation.rawValue),
                ]
            })
    }

    /// All discrete heads have `counts`, the number of choices of each component of an action.
    private static func tree(_ head: HeadStep) -> StateTree {
        func counts(_ counts: [Int]) -> StateTree { .list(counts.map { .int(Int64($0)) }) }
        switch head {
        case .categorical(let count): return ["type": "categorical", "counts": counts([count])]
        case .multiCategorical(let all): return ["type": "multiCategorical", "counts": counts(all)]
        case .actionValues(let values):
            return [
                "type": "actionValues", "counts": counts([values.count]), "atoms": .int(Int64(values.atoms)),
                "low": .double(Double(values.low)), "high": .double(Double(values.high)),
                "isDueling": .bool(values.isDueling),
            ]
        case .continuous(let head):
            return [
                "type": "continuous", "count": .int(Int64(head.count)), "isSquashed": .bool(head.isSquashed),
                "meanLimit": head.meanLimit.map { .double(Double($0)) } ?? .null,
                "deviations": .string(name(of: head.deviations)),
            ]
        }
    }

    private static func name(of deviations: ContinuousHead.Deviations) -> String {
        switch deviations {
        case .none: "none"
        case .constant: "constant"
        case .head: "head"
        case .features: "features"
        }
    }

    private static func tree(_ transform: TransformStep) -> StateTree {
        switch transform {
        case .none: "none"
        case .clip: "clip"
        case .rescale: "rescale"
        }
    }
}
