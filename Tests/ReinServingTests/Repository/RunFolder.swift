#if Serving
import Foundation
import ReinCheckpoints
import ReinNetworks
import ReinPolicies
import ReinServing
import ReinSpaces
import ReinTestSupport
import Synchronization
import Testing

/// The directory of a run, with checkpoints of policies whose action tells their version.
struct RunFolder {
    let path: String

    /// Calls `body` with an empty run.
    static func with<Value>(_ body: (RunFolder) throws -> Value) throws -> Value {
        try withTemporaryDirectory { try body(RunFolder(path: $0)) }
    }

    /// Calls `body` with an empty run.
    static func with<Value>(_ body: (RunFolder) async throws -> Value) async throws -> Value {
        try await withTemporaryDirectory { try await body(RunFolder(path: $0)) }
    }

    /// Where the checkpoint of a number is.
    func checkpoint(_ number: Int) -> String {
        "\(path)/checkpoint_" + String(repeating: "0", count: 6 - String(number).count) + String(number)
    }

    /// A policy that always chooses one action of `actions`.
    static func policy(choosing action: Int, of actions: Int = 200, inputs: Int = 3) throws -> Policy {
        var network = ActorCritic(ActorCriticArchitecture(inputs: inputs, outputs: actions, hidden: [4]))
        network.shiftHeadBiases(action..<(action + 1), by: 5)
        var policy = try Policy(
            observationSpace: Box(-1...1, shape: [inputs]), actionSpace: .discrete(actions), network: network)
        policy.learnerState = ["optimizer": "of no use here"]
        return policy
    }

    /// Writes the checkpoint of an algorithm whose policies choose the number of the checkpoint.
    func write(
        _ number: Int, _ ids: [PolicyID] = ["red", "blue"], replacingExisting: Bool = false,
        policy: (PolicyID) throws -> Policy? = { _ in nil }
    ) throws {
        let policies = try ids.map { id in
            (id, try (policy(id) ?? Self.policy(choosing: number)).state)
        }
        try CheckpointDirectory.writeAlgorithm(
            to: checkpoint(number), format: .native, algorithm: ["iteration": 1], policies: policies,
            replacingExisting: replacingExisting, synchronizing: false)
    }

    /// Deletes a checkpoint.
    func delete(_ number: Int) throws { try FileManager.default.removeItem(atPath: checkpoint(number)) }

    /// The file of a policy's state.
    func stateFile(_ number: Int, _ id: String) -> String {
        "\(checkpoint(number))/policies/\(id)/policy_state.safetensors"
    }

    /// Changes the last byte of a file, and its time, as whoever damages or mends it does.
    static func flipByte(of path: String) throws {
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let date = try #require(FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date)
        bytes[bytes.count - 1] ^= 1
        try? FileManager.default.removeItem(atPath: path)
        try bytes.write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.modificationDate: date.addingTimeInterval(1)], ofItemAtPath: path)
    }

    /// Opens the run.
    func repository(
        versions: Int = 1, preload: [GlobPattern] = [], memory: Int? = nil, allowsSpaceChange: Bool = false,
        log: EventLog? = nil
    ) throws -> ModelRepository {
        try ModelRepository(
            ModelRepository.Configuration(
                sources: [ModelSource(path: path)], versions: versions, preload: preload, memory: memory,
                allowsSpaceChange: allowsSpaceChange)
        ) { log?.append($0) }
    }
}

/// The events of a repository.
final class EventLog: Sendable {
    private let list = Mutex<[RepositoryEvent]>([])

    func append(_ event: RepositoryEvent) { list.withLock { $0.append(event) } }

    /// The events since the last call in words, without what differs from run to run.
    func take() -> [String] {
        list.withLock { list in
            defer { list = [] }
            return list.map { event in
                switch event {
                case .added(let model): "added \(model)"
                case .removed(let model): "removed \(model)"
                case .loaded(let model, let version, _, _): "loaded \(model) \(version)"
                case .swapped(let model, let from, let to): "swapped \(model) \(from) \(to)"
                case .loadFailed(let model, let version, _): "failed \(model) \(version)"
                case .spaceChangeRefused(let model, let version, _): "refused \(model) \(version)"
                case .retired(let model, let version): "retired \(model) \(version)"
                case .dropped(let model, let version): "dropped \(model) \(version)"
                case .unloaded(let model): "unloaded \(model)"
                case .lookFailed(let path, _): "look failed \(lastComponent(of: path))"
                }
            }
        }
    }
}

extension ModelRepository {
    /// The version of a model that answers, and the action that it chooses.
    func answer(_ name: String, _ version: String? = nil) throws -> String {
        let lease =
            if let lease = try lease(name, version: version) { lease } else {
                try leaseLoading(name, version: version)
            }
        let policy = lease.model.policy
        let observation = [Float](repeating: 0.5, count: policy.observationSpace.count)
        guard case .discrete(let action) = policy.action(for: observation) else { return "?" }
        return "\(lease.model.version):\(action)"
    }

    /// The index in words.
    func states(_ name: String) throws -> [String] {
        try index(of: name).map { "\($0.version) \($0.state.rawValue)\($0.isLoaded ? " loaded" : "")" }
    }
}
#endif
