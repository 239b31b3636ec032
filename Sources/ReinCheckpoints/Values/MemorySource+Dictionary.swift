extension MemorySource {
    /// Where the state of an algorithm stands in a dictionary.
    static let algorithmKey = "algorithm_state"
    /// Where the states of an algorithm's policies stand, by their ids.
    static let policiesKey = "policies"
    /// Where their replays stand, by the same ids; null for one that was left out.
    static let replayKey = "replay"
    /// Where the state of one policy stands.
    static let policyKey = "policy_state"

    /// Takes what there is of an algorithm or a policy out of a dictionary.
    ///
    /// - Parameter dictionary: keeps what is neither.
    /// - Returns: nil when the dictionary holds neither.
    /// - Throws: `StateError` with the place, for policies without an algorithm, for both at once, and for what is no id.
    static func taken(from dictionary: inout StateMap) throws(StateError) -> MemorySource? {
        let policies = dictionary[policiesKey]
        let replays = dictionary[replayKey]
        guard let algorithm = dictionary[algorithmKey] else {
            guard let policy = dictionary[policyKey] else { return nil }
            dictionary[policyKey] = nil
            return MemorySource(policy: policy)
        }
        guard dictionary[policyKey] == nil else {
            throw StateError(.malformed, "the state of a policy beside that of an algorithm", path: policyKey)
        }
        for key in [algorithmKey, policiesKey, replayKey] { dictionary[key] = nil }
        var ids: [PolicyID] = []
        var states: [StateTree] = []
        for (id, state) in try StateReader(policies ?? .map([:]), path: policiesKey).map() {
            ids.append(try id.policyID(below: policiesKey))
            states.append(state.tree)
        }
        let names = KeyList(ids.map(\.string))
        var kept = [ReplayState](repeating: .none, count: ids.count)
        for (id, state) in try StateReader(replays ?? .map([:]), path: replayKey).map() {
            guard let place = names.place(of: try id.policyID(below: replayKey).string) else {
                throw StateError(.unknownPolicy, "a replay, but no policy \"\(id)\" is given", path: name)
            }
            kept[place] = state.tree == .null ? .omitted : .included(state.tree)
        }
        return try MemorySource(algorithm: algorithm, policies: ids, states: states, replays: kept)
    }

    /// The states under their keys.
    var dictionary: StateMap {
        guard kind == .algorithm else { return [Self.policyKey: algorithm] }
        var states = StateMap()
        var kept = StateMap()
        for (position, id) in policyIDs.enumerated() {
            let (state, replay) = contents(at: position)
            states[id.string] = state
            switch replay {
            case .included(let tree): kept[id.string] = tree
            case .omitted: kept[id.string] = StateTree.null
            case .none: break
            }
        }
        var dictionary: StateMap = [Self.algorithmKey: algorithm, Self.policiesKey: .map(states)]
        if !kept.isEmpty { dictionary[Self.replayKey] = .map(kept) }
        return dictionary
    }

    /// Everything that another source has.
    ///
    /// - Throws: `StateError` that names a file that is damaged.
    init(reading source: some CheckpointSource) throws(StateError) {
        guard source.kind == .algorithm else {
            self.init(policy: try source.policyState(nil))
            return
        }
        let ids = try source.manifest.policyIDs
        var states: [StateTree] = []
        var replays: [ReplayState] = []
        for id in ids {
            states.append(try source.policyState(id))
            replays.append(try source.replayState(id))
        }
        try self.init(algorithm: source.algorithmState(), policies: ids, states: states, replays: replays)
    }
}

extension String {
    fileprivate func policyID(below path: String) throws(StateError) -> PolicyID {
        do { return try PolicyID(self) } catch { throw error.nested(under: path) }
    }
}
