import Rein

/// What a policy in a checkpoint is.
final class SavedPolicyReport {
    /// A tensor of the policy's state.
    struct Tensor {
        let name: String
        let elementType: String
        let shape: [Int]
    }

    private let id: PolicyID?
    private let policy: Policy
    private let tensors: [Tensor]
    private let bytes: Int
    /// Whether the checkpoint holds the policy's replay, nil when its method has none.
    private let replay: CheckpointManifest.Replay?
    private let replayBytes: Int?

    /// Reads a policy; its replay is not opened.
    ///
    /// - Throws: `StateError` when its files are damaged or do not hold a policy.
    init(_ checkpoint: SavedCheckpoint, _ manifest: CheckpointManifest, _ id: PolicyID?) throws {
        self.id = id
        let state = try checkpoint.policy(id)
        do {
            policy = try Policy(restoring: state)
        } catch {
            throw error.nested(under: checkpoint.location(of: id))
        }
        tensors = Self.tensors(state)
        let folder = id.map { "\(checkpoint.path)/policies/\($0)" } ?? checkpoint.path
        bytes = try LocalFile.totalBytes(folder)
        replay = id.flatMap { manifest.replays[$0] }
        replayBytes = id.flatMap { manifest.replayRecord(of: $0)?.size }
    }

    private static func tensors(_ tree: StateTree, name: String = "") -> [Tensor] {
        func path(_ key: String) -> String { name.isEmpty ? key : "\(name)/\(key)" }
        switch tree {
        case .tensor(let tensor):
            return [Tensor(name: name, elementType: tensor.elementType.rawValue, shape: tensor.shape)]
        case .map(let map): return map.entries.flatMap { tensors($0.value, name: path($0.key)) }
        case .list(let list): return list.enumerated().flatMap { tensors($0.element, name: path(String($0.offset))) }
        default: return []
        }
    }

    /// A table of policies, a row each.
    static func table(_ reports: [SavedPolicyReport]) -> String {
        let showsReplay = reports.contains { $0.replay != nil }
        let header = ["policy", "observations", "actions", "network", "parameters", "size"]
        var table = TextTable(header + (showsReplay ? ["replay"] : []))
        for report in reports {
            let architecture = report.policy.network.architecture
            let core = architecture.recurrent.map { ["\($0.kind.rawValue)(\($0.width))"] } ?? []
            let layers = architecture.hidden + architecture.headHidden + [architecture.outputs]
            let widths = ["\(architecture.inputs)"] + core + layers.map(String.init)
            let row = [
                report.id?.description ?? "(alone)", Wording.space(report.policy.observationSpace),
                Wording.space(report.policy.actionSpace),
                "\(widths.joined(separator: "-")) \(activations(architecture)), "
                    + "value: \(architecture.value.rawValue)",
                Wording.grouped(report.policy.network.parameters.count), Wording.bytes(report.bytes),
            ]
            table.add(row + (showsReplay ? [report.replayText] : []))
        }
        return table.text()
    }

    /// The nonlinearity of the hidden layers, and that of the heads' own where it is another one.
    private static func activations(_ architecture: ActorCriticArchitecture) -> String {
        let common = architecture.activation.rawValue
        guard let own = architecture.headActivation, own != architecture.activation, !architecture.headHidden.isEmpty
        else { return common }
        return "\(common), heads: \(own.rawValue)"
    }

    private var replayText: String {
        guard let replay else { return "-" }
        return replay.rawValue + (replayBytes.map { ", \(Wording.bytes($0))" } ?? "")
    }

    /// The settings of RLlib's that training goes on without.
    var departures: [RLlibDeparture] { policy.rllibDepartures }

    /// What the policy's observations are made of, in a line; nil for those that are numbers.
    var partsText: String? {
        guard policy.observationEncoding != .numbers else { return nil }
        let owner = id.map { "observations of \($0): " } ?? "observations: "
        return owner + Wording.parts(policy.observationEncoding)
    }

    /// The tensors, a row each.
    var tensorText: String {
        var table = TextTable(["tensor", "type", "shape"])
        for tensor in tensors {
            table.add([tensor.name, tensor.elementType, "[\(tensor.shape.map(String.init).joined(separator: ", "))]"])
        }
        return table.text()
    }

    /// The policy as data.
    func tree(showsTensors: Bool) -> StateTree {
        var map: StateMap = [
            "id": id.map { .string($0.description) } ?? .null,
            "observationSpace": StateEncoder().encode(policy.observationSpace),
            "observationEncoding": policy.observationEncoding == .numbers
                ? .null : StateEncoder().encode(policy.observationEncoding),
            "actionSpace": StateEncoder().encode(policy.actionSpace),
            "actionTransform": .string(policy.actionTransform.rawValue),
            "masksActions": .bool(policy.masksActions),
            "normalizesObservations": .bool(policy.observationNormalizer != nil),
            "scalesRewards": .bool(policy.rewardScaler != nil),
            "architecture": StateEncoder().encode(policy.network.architecture),
            "parameters": .int(Int64(policy.network.parameters.count)),
            "stateWidth": .int(Int64(policy.stateWidth)),
            "hasLearnerState": .bool(policy.learnerState != nil),
            "bytes": .int(Int64(bytes)),
            "settingsLeftOut": .map(departures.reduce(into: StateMap()) { $0[$1.key] = $1.value }),
            "replay": replay.map { .string($0.rawValue) } ?? .null,
            "replayBytes": replayBytes.map { .int(Int64($0)) } ?? .null,
        ]
        if showsTensors {
            map["tensors"] = .list(
                tensors.map { tensor in
                    [
                        "name": .string(tensor.name), "type": .string(tensor.elementType),
                        "shape": .list(tensor.shape.map { .int(Int64($0)) }),
                    ]
                })
        }
        return .map(map)
    }
}
