/// The states of an algorithm with its policies, or of one policy, in memory.
///
/// Tensors are shared with whoever they came from until one of both is written to, so keeping many checkpoints of policies
/// that do not change takes hardly more room than keeping one.
struct MemorySource: Sendable {
    /// What the checkpoint is of.
    let kind: CheckpointDirectory.Kind
    /// The ids of an algorithm's policies in its order; empty for the checkpoint of a policy.
    let policyIDs: [PolicyID]
    let algorithm: StateTree
    /// The state of each policy of an algorithm.
    private let policies: Table<String, StateTree>
    private let replays: Table<String, ReplayState>

    /// The checkpoint of an algorithm.
    ///
    /// - Parameters:
    ///   - state: the state of the algorithm without its policies.
    ///   - policies: the states of the policies, in the order of the algorithm, each id once.
    ///   - replays: the replay of policies whose method has one.
    /// - Throws: `StateError` for an id that appears twice, and for a replay without a policy.
    init(
        algorithm state: StateTree, policies: [(PolicyID, StateTree)], replays: [(PolicyID, ReplayState)] = []
    ) throws(StateError) {
        let ids = policies.map(\.0)
        try PolicyID.requireDistinct(ids, path: Self.name)
        if let stranger = PolicyID.firstStranger(in: replays.map(\.0), among: ids) {
            throw StateError(.unknownPolicy, "a replay, but no policy \"\(stranger)\" is given", path: Self.name)
        }
        kind = .algorithm
        policyIDs = ids
        algorithm = state
        var states = Table<String, StateTree>()
        for (id, state) in policies { states[id.string] = state }
        self.policies = states
        var kept = Table<String, ReplayState>()
        for (id, replay) in replays { kept[id.string] = replay }
        self.replays = kept
    }

    /// The checkpoint of a policy.
    ///
    /// - Parameter state: the state of the policy.
    init(policy state: StateTree) {
        kind = .policy
        policyIDs = []
        algorithm = state
        policies = Table()
        replays = Table()
    }

    /// The state of a policy that is there.
    func state(of id: PolicyID) -> StateTree { policies[id.string] ?? .null }

    /// The replay of a policy.
    func replay(of id: PolicyID) -> ReplayState { replays[id.string] ?? .none }

    /// What a checkpoint in memory is called in messages.
    static let name = "checkpoint"

    /// The state of the algorithm, without its policies.
    ///
    /// - Throws: `StateError` for the checkpoint of a policy.
    func algorithmState() throws(StateError) -> StateTree {
        guard kind == .algorithm else {
            throw StateError(.notFound, "the checkpoint of a policy, not of an algorithm", path: Self.name)
        }
        return algorithm
    }

    /// The state of one policy.
    ///
    /// - Parameter id: which one; it may be left out when there is only one.
    /// - Throws: `StateError` with `.unknownPolicy` that lists the ids there are.
    func policyState(_ id: PolicyID? = nil) throws(StateError) -> StateTree {
        guard kind == .algorithm else {
            guard id == nil else {
                throw StateError(
                    .unknownPolicy, "the checkpoint of one policy, which does not tell its id; leave the id out",
                    path: Self.name)
            }
            return algorithm
        }
        guard let wanted = id ?? (policyIDs.count == 1 ? policyIDs[0] : nil), let state = policies[wanted.string] else {
            throw PolicyID.unknown(id, among: policyIDs, path: Self.name)
        }
        return state
    }

    /// The replay of one policy.
    ///
    /// - Throws: `StateError` for the checkpoint of a policy, which never holds one.
    func replayState(_ id: PolicyID) throws(StateError) -> ReplayState {
        guard kind == .algorithm else {
            throw StateError(.notFound, "the checkpoint of a policy, which never holds a replay", path: Self.name)
        }
        return replay(of: id)
    }
}

extension MemorySource: CheckpointSource {
    /// What all checkpoints in memory are called.
    var path: String { Self.name }

    /// What a directory's manifest would say, without files.
    var manifest: CheckpointManifest {
        var manifest = CheckpointManifest(
            kind: kind, format: .native, policyIDs: policyIDs, files: [])
        manifest.files = nil
        for id in policyIDs {
            switch replay(of: id) {
            case .none: break
            case .omitted: manifest.replays[id] = .omitted
            case .included: manifest.replays[id] = .included
            }
        }
        return manifest
    }

    /// Where a directory would have the policy.
    func location(of id: PolicyID?) -> String {
        id.map { "\(Self.name)/\(CheckpointDirectory.policiesFolder)/\($0)" } ?? Self.name
    }
}
