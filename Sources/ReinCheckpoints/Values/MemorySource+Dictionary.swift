extension MemorySource {
    /// Where the state of an algorithm stands in a dictionary.
    static let algorithmKey = "algorithm_state"
    /// Where the states of an algorithm's policies stand, by their ids.
    static let policiesKey = "policies"
    /// Where their replays stand, by the same ids; null for one that was left out.
    static let replayKey = "replay"
    /// Where the state of one policy stands.
    static let policyKey = "policy_state"
    /// Where the files stand by which other programs run a policy, or those of an algorithm's policies by their ids. What
    /// looks otherwise is somebody else's.
    static let modelKey = "model"

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
            guard let models = dictionary[modelKey].flatMap([ModelFile].init) else {
                return MemorySource(policy: policy)
            }
            dictionary[modelKey] = nil
            return MemorySource(policy: policy, models: models)
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
        let models = dictionary[modelKey].flatMap { Self.models($0, of: names) }
        if models != nil { dictionary[modelKey] = nil }
        return try MemorySource(algorithm: algorithm, policies: ids, states: states, replays: kept, models: models)
    }

    /// The files of each policy in an entry that has them by their ids; nil where it is something else.
    private static func models(_ tree: StateTree, of ids: KeyList<String>) -> [[ModelFile]]? {
        guard case .map(let map) = tree, !map.isEmpty else { return nil }
        var models = [[ModelFile]](repeating: [], count: ids.keys.count)
        for (id, files) in map {
            guard let place = ids.place(of: id), let files = [ModelFile](files) else { return nil }
            models[place] = files
        }
        return models
    }

    /// The states under their keys, and the files by which other programs run the policies.
    ///
    /// - Throws: `StateError` for a file that cannot be had.
    func dictionary() throws(StateError) -> StateMap {
        guard kind == .algorithm else {
            let models = try modelFiles(of: nil)
            var dictionary: StateMap = [Self.policyKey: algorithm]
            if !models.isEmpty { dictionary[Self.modelKey] = try models.tree }
            return dictionary
        }
        var states = StateMap()
        var kept = StateMap()
        var models = StateMap()
        for (position, id) in policyIDs.enumerated() {
            let contents = contents(at: position)
            states[id.string] = contents.state.tree
            if !contents.models.isEmpty { models[id.string] = try contents.models.tree }
            switch contents.replay {
            case .included(let tree): kept[id.string] = tree
            case .omitted: kept[id.string] = StateTree.null
            case .none: break
            }
        }
        var dictionary: StateMap = [Self.algorithmKey: algorithm, Self.policiesKey: .map(states)]
        if !kept.isEmpty { dictionary[Self.replayKey] = .map(kept) }
        if !models.isEmpty { dictionary[Self.modelKey] = .map(models) }
        return dictionary
    }

    /// Everything that another source has.
    ///
    /// - Throws: `StateError` that names a file that is damaged.
    init(reading source: some CheckpointSource) throws(StateError) {
        guard source.kind == .algorithm else {
            self.init(policy: try source.policyState(nil), models: try Self.models(of: nil, in: source))
            return
        }
        let ids = try source.manifest.policyIDs
        var states: [StateTree] = []
        var replays: [ReplayState] = []
        var models: [[ModelFile]] = []
        for id in ids {
            states.append(try source.policyState(id))
            replays.append(try source.replayState(id))
            models.append(try Self.models(of: id, in: source))
        }
        try self.init(
            algorithm: source.algorithmState(), policies: ids, states: states, replays: replays, models: models)
    }

    private static func models(
        of id: PolicyID?, in source: some CheckpointSource
    ) throws(StateError) -> [ModelFile] {
        var models: [ModelFile] = []
        for file in try source.modelFiles(of: id) { models.append(try file.inMemory()) }
        return models
    }
}

extension String {
    fileprivate func policyID(below path: String) throws(StateError) -> PolicyID {
        do { return try PolicyID(self) } catch { throw error.nested(under: path) }
    }
}
