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
    /// The files by which other programs run each policy, or the one that the checkpoint is of; all in memory.
    private let models: [[ModelFile]]

    /// The checkpoint of an algorithm.
    ///
    /// - Parameters:
    ///   - algorithm: the state of the algorithm without its policies.
    ///   - ids: the policies, in the order of the algorithm, each once.
    ///   - states: the state of each.
    ///   - replays: the replay of each.
    ///   - models: the files by which other programs run each, in memory; none of any when nil.
    /// - Throws: `StateError` for an id that appears twice.
    init(
        algorithm: StateTree, policies ids: [PolicyID], states: [StateTree], replays: [ReplayState],
        models: [[ModelFile]]? = nil
    ) throws(StateError) {
        try PolicyID.requireDistinct(ids, path: Self.name)
        kind = .algorithm
        policyIDs = ids
        self.algorithm = algorithm
        names = KeyList(ids.map(\.string))
        self.states = states
        self.replays = replays
        self.models = models ?? ids.map { _ in [] }
    }

    /// The checkpoint of a policy.
    ///
    /// - Parameters:
    ///   - state: the state of the policy.
    ///   - models: the files by which other programs run it, in memory.
    init(policy state: StateTree, models: [ModelFile] = []) {
        kind = .policy
        policyIDs = []
        algorithm = state
        names = KeyList()
        states = []
        replays = []
        self.models = [models]
    }

    /// What there is of the policy at a position in `policyIDs`.
    func contents(at position: Int) -> PolicyContents {
        PolicyContents(StateFile(states[position]), replay: replays[position], models: models[position])
    }

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

    /// The files by which other programs run one policy.
    ///
    /// - Parameter id: which one; it may be left out when there is only one.
    /// - Throws: `StateError` with `.unknownPolicy` that lists the ids there are.
    func modelFiles(of id: PolicyID?) throws(StateError) -> [ModelFile] {
        guard kind == .algorithm else { return models[0] }
        let wanted = id ?? (policyIDs.count == 1 ? policyIDs[0] : nil)
        guard let place = wanted.flatMap({ names.place(of: $0.string) }) else {
            throw PolicyID.unknown(id, among: policyIDs, path: Self.name)
        }
        return models[place]
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
