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
    private let names: KeyList<String>
    private let states: [StateTree]
    private let replays: [ReplayState]

    /// The checkpoint of an algorithm.
    ///
    /// - Parameters:
    ///   - algorithm: the state of the algorithm without its policies.
    ///   - ids: the policies, in the order of the algorithm, each once.
    ///   - states: the state of each.
    ///   - replays: the replay of each.
    /// - Throws: `StateError` for an id that appears twice.
    init(
        algorithm: StateTree, policies ids: [PolicyID], states: [StateTree], replays: [ReplayState]
    ) throws(StateError) {
        try PolicyID.requireDistinct(ids, path: Self.name)
        kind = .algorithm
        policyIDs = ids
        self.algorithm = algorithm
        names = KeyList(ids.map(\.string))
        self.states = states
        self.replays = replays
    }

    /// The checkpoint of a policy.
    ///
    /// - Parameter state: the state of the policy.
    init(policy state: StateTree) {
        kind = .policy
        policyIDs = []
        algorithm = state
        names = KeyList()
        states = []
        replays = []
    }

    /// The state and the replay of the policy at a position in `policyIDs`.
    func contents(at position: Int) -> (state: StateTree, replay: ReplayState) { (states[position], replays[position]) }

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
        guard let wanted = id ?? (policyIDs.count == 1 ? policyIDs[0] : nil), let place = names.place(of: wanted.string)
        else {
            throw PolicyID.unknown(id, among: policyIDs, path: Self.name)
        }
        return states[place]
    }

    /// The replay of one policy.
    ///
    /// - Throws: `StateError` for the checkpoint of a policy, which never holds one.
    func replayState(_ id: PolicyID) throws(StateError) -> ReplayState {
        guard kind == .algorithm else {
            throw StateError(.notFound, "the checkpoint of a policy, which never holds a replay", path: Self.name)
        }
        return names.place(of: id.string).map { replays[$0] } ?? .none
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
        for (id, replay) in zip(policyIDs, replays) {
            switch replay {
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
