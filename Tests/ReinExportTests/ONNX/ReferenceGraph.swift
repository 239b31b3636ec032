import Foundation
import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import ReinPolicies
import ReinSpaces
import Testing

/// A graph that was made by hand with ONNX's own library, as its weights, inputs and what onnxruntime 1.32 made of them
/// (Fixtures/ONNXReference; Tests/Interoperability/make_onnx_references.py).
struct ReferenceGraph: Sendable, CustomStringConvertible {
    let description: String
    private let json: StateReader

    static let names = [
        "categorical_elu", "categorical_leakyReLU", "categorical_mask", "categorical_relu", "categorical_silu",
        "categorical_tanh", "distributional", "dueling", "gaussian_normalised", "gru", "lstm", "multi_discrete",
        "squashed_gaussian",
    ]

    init(_ name: String) throws {
        description = name
        json = StateReader(try JSON.parse(Array(Data(contentsOf: URL(fileURLWithPath: Self.path(name))))))
    }

    /// Where the file is.
    static func path(_ name: String) throws -> String {
        let resources = try #require(Bundle.module.resourceURL)
        return resources.appendingPathComponent("Fixtures/ONNXReference/\(name).json").path
    }

    /// Numbers under a key of weights, inputs or outputs, as they lie in memory; nil without the key.
    func numbers(_ group: String, _ key: String) throws -> (shape: [Int], values: [Double])? {
        try json.child(group).optionalChild(key).map { Self.flatten($0.tree) }
    }

    private static func flatten(_ tree: StateTree) -> (shape: [Int], values: [Double]) {
        switch tree {
        case .list(let elements):
            let parts = elements.map(flatten)
            return ([parts.count] + (parts.first?.shape ?? []), parts.flatMap(\.values))
        case .bool(let value): return ([], [value ? 1 : 0])
        case .int(let value): return ([], [Double(value)])
        case .double(let value): return ([], [value])
        default: return ([], [])
        }
    }

    private func weight(_ key: String) throws -> [Float] {
        try #require(try numbers("weights", key)).values.map { Float($0) }
    }

    /// The policy with these weights.
    func policy() throws -> Policy {
        switch description {
        case "categorical_mask":
            var policy = try perceptron(.discrete(3), hidden: [8], .tanh)
            policy.masksActions = true
            return policy
        case "multi_discrete": return try perceptron(.multiDiscrete([2, 3]), hidden: [8], .tanh)
        case "distributional":
            let values = ActionValues(count: 3, atoms: 5, low: -10, high: 10)
            return try make(
                .discrete(3), .actionValues(values), hidden: [8], .relu,
                names: ["policy/0": "trunk.0", "policy/1": "advantage"])
        case "dueling":
            return try make(
                .discrete(3), .actionValues(ActionValues(count: 3, isDueling: true)), hidden: [8], .relu,
                value: .shared, names: ["trunk/0": "trunk.0", "policy/0": "advantage", "value/0": "value"])
        case "gaussian_normalised":
            return try perceptron(
                .box(Box(low: weight("low"), high: weight("high"))), inputs: 3, hidden: [8], .tanh,
                normalizer: normalizer())
        case "squashed_gaussian":
            return try perceptron(
                .box(Box(low: [-2, 0], high: [2, 3])), .squashedGaussian(SquashedGaussian(count: 2)), inputs: 3,
                hidden: [8, 8], .relu)
        case "lstm", "gru":
            let kind: RecurrentKind = description == "lstm" ? .lstm : .gru
            return try make(
                .discrete(2), hidden: [], .tanh, recurrent: RecurrentArchitecture(kind: kind, width: 6),
                names: ["policy/0": "policy"])
        default:
            let name = String(description.dropFirst("categorical_".count))
            return try perceptron(.discrete(2), hidden: [8, 8], #require(Activation(rawValue: name)))
        }
    }

    private func perceptron(
        _ actions: ActionSpace, _ distribution: ActionDistribution? = nil, inputs: Int = 4, hidden: [Int],
        _ activation: Activation, normalizer: ObservationNormalizer? = nil
    ) throws -> Policy {
        var names = ["policy/\(hidden.count)": "policy"]
        for index in hidden.indices { names["policy/\(index)"] = "hidden.\(index)" }
        return try make(
            actions, distribution, inputs: inputs, hidden: hidden, activation, normalizer: normalizer, names: names)
    }

    private func make(
        _ actions: ActionSpace, _ distribution: ActionDistribution? = nil, inputs: Int = 4, hidden: [Int],
        _ activation: Activation, value: ActorCriticArchitecture.ValueNetwork = .none,
        recurrent: RecurrentArchitecture? = nil, normalizer: ObservationNormalizer? = nil, names: [String: String]
    ) throws -> Policy {
        let distribution = distribution ?? ActionDistribution(for: actions)
        var network = ActorCritic(
            ActorCriticArchitecture(
                inputs: inputs, outputs: distribution.headWidth, hidden: hidden, activation: activation, value: value,
                hasLogDeviation: distribution.hasLogDeviation, recurrent: recurrent))
        for view in network.views where view.name != "logDeviation" {
            let parts = view.name.split(separator: "/")
            let numbers: [Float]
            if parts[0] == "core" {
                numbers = try memory(String(parts[1]), String(parts[2]), recurrent?.kind.gateCount ?? 0)
            } else {
                let layer = try #require(names["\(parts[0])/\(parts[1])"])
                numbers = try weight("\(layer).\(parts[2])")
            }
            #expect(numbers.count == view.count)
            network.parameters.replaceSubrange(view.range, with: numbers)
        }
        return try Policy(
            observationSpace: Box(-100_000...100_000, shape: [inputs]), actionSpace: actions,
            distribution: distribution, network: network, observationNormalizer: normalizer)
    }

    /// A tensor of the recurrent layer as Rein has it: `[inputs, gates * width]`, the gates i, f, g, o or r, z, n.
    private func memory(_ part: String, _ kind: String, _ gateCount: Int) throws -> [Float] {
        let order = gateCount == 4 ? [0, 2, 3, 1] : [1, 0, 2]
        if kind == "bias" {
            let both = try weight("core.B")
            let half = Array(part == "input" ? both.prefix(both.count / 2) : both.suffix(both.count / 2))
            return order.flatMap { half[$0 * half.count / gateCount..<($0 + 1) * half.count / gateCount] }
        }
        let found = try #require(try numbers("weights", part == "input" ? "core.W" : "core.R"))
        let (rows, inputs) = (found.shape[1], found.shape[2])
        let block = rows / gateCount
        return (0..<inputs).flatMap { input in
            order.flatMap { gate in
                (0..<block).map { Float(found.values[(gate * block + $0) * inputs + input]) }
            }
        }
    }

    /// A normaliser with the shift and the scale of the graph.
    private func normalizer() throws -> ObservationNormalizer {
        let shift = try weight("normaliser.shift").map(Double.init)
        let squares = try weight("normaliser.scale").map { 1 / (Double($0) * Double($0)) - 1e-8 }
        var moments = RunningMoments(width: shift.count)
        try moments.restore(
            from: [
                "count": 1, "mean": .tensor(StateTensor(shift, shape: [shift.count])),
                "squaredDistances": .tensor(StateTensor(squares, shape: [squares.count])),
            ])
        return ObservationNormalizer(moments: moments, limit: try weight("normaliser.high")[0])
    }
}
