import ArgumentParser
import Rein

/// An algorithm whose policies come from several checkpoints. Everything else is that of the first one.
struct MergedAlgorithm {
    private let entries: [MergeSource.Entry]
    private let first: MergeSource.Entry
    private let state: StateMap
    private let trained: Set<PolicyID>
    private let method: TrainingMethod
    private let settings: StateTree
    /// Whether the first checkpoint was saved inside an iteration. The rest of it goes on with all that the checkpoint
    /// held, so it is left out here, and so are the episodes of its environments, some steps of which belong to it.
    let leavesIterationOut: Bool
    /// The methods and settings of the checkpoints of algorithms, by their paths.
    private let sources: [String: Source]

    /// How the policies of a checkpoint were trained.
    private struct Source {
        let method: String
        /// The settings without the seed, which makes no difference to what has been learnt from.
        let settings: StateTree
    }

    /// Checks that ids differ, and puts together the algorithm's state.
    ///
    /// - Parameters:
    ///   - entries: the policies.
    ///   - mapping: which policy acts for which agent; that of the first checkpoint when nil.
    ///   - policiesToTrain: the policies to improve; those of the first checkpoint when nil.
    /// - Throws: `ValidationError` for what does not fit together, `StateError` for files that are damaged.
    init(_ entries: [MergeSource.Entry], mapping: PolicyMapping?, policiesToTrain: PolicySelection?) throws {
        guard let first = entries.first, first.directory.kind == .algorithm else {
            throw ValidationError(
                "the first checkpoint must be of an algorithm with a policy: its settings, counters and mapping are "
                    + "those of the new one")
        }
        try Self.requireDifferentIDs(entries)
        let ids = entries.map(\.id)
        let saved = StateReader(
            try first.directory.restorableAlgorithm(), path: "\(first.directory.path)/algorithm_state")
        guard case .map(var state) = saved.tree else { throw saved.error(.malformed, "not the state of an algorithm") }
        let leavesOut = saved.optionalChild("iteration") != nil
        let names = Self.names(ofPoliciesFrom: first.directory, in: entries)

        let mapping = try mapping ?? Self.renamed(saved.decode(PolicyMapping.self, "mapping"), names)
        if let evaluation = saved.optionalChild("evaluationMapping"), case .map = evaluation.tree {
            state["evaluationMapping"] = StateEncoder().encode(
                Self.renamed(try saved.decode(PolicyMapping.self, "evaluationMapping"), names))
        }
        try Self.require(mapping, gives: saved.decode([AgentID].self, "agents"), oneOf: ids)
        let trained = try asUsageError("--policies-to-train") {
            try policiesToTrain?.ids(in: ids)
                ?? saved.decode([PolicyID].self, "policiesToTrain").compactMap { names[$0] }
        }
        var runners = StateMap()
        for (key, runner) in try saved.child("runners").map() {
            if let name = names[try PolicyID(key)] { runners[name.string] = runner.tree }
        }
        var own = StateMap()
        if let saved = saved.optionalChild("policyConfigurations") {
            for entry in entries where entry.directory.path == first.directory.path {
                if let id = entry.savedID { own[entry.id.string] = saved.optionalChild(id.string)?.tree }
            }
            state["policyConfigurations"] = own.isEmpty ? nil : .map(own)
        }
        state["policies"] = StateEncoder().encode(ids)
        state["mapping"] = StateEncoder().encode(mapping)
        state["policiesToTrain"] = StateEncoder().encode(trained)
        state["runners"] = .map(leavesOut ? [:] : runners)
        // Episodes of several agents belong to the policies that were in them, by name and place.
        let isWhole = entries.allSatisfy { $0.directory.path == first.directory.path && $0.savedID == $0.id }
        if try leavesOut || !isWhole || ids != saved.decode([PolicyID].self, "policies") { state["stage"] = nil }
        if leavesOut { (state["iteration"], state["version"]) = (nil, 1) }
        leavesIterationOut = leavesOut
        self.entries = entries
        self.first = first
        self.state = state
        self.trained = Set(trained)
        let method = try TrainingMethod.named(saved.string("algorithm"))
        self.method = method
        settings = try saved.child("configuration").tree
        sources = try Self.sources(entries)
        try requireSameMethod()
    }

    /// Writes the checkpoint, whole or not at all. Every policy is put together on the way.
    ///
    /// - Parameter sharesFiles: whether to share with the first checkpoint the files that stay the same.
    /// - Throws: `StateError` when the destination exists, when a file is damaged, or when a policy to be trained has not
    ///   the network that the settings describe.
    func write(
        to path: String, format: CheckpointFormat?, sharesFiles: Bool, replacingExisting: Bool
    ) throws {
        let format = format ?? first.directory.format
        let files = format == .msgpack ? RLlibFiles(algorithm: .map(state)) : nil
        let file = try files?.algorithm(.map(state), policies: entries.map(\.id)) { id throws(StateError) in
            guard let entry = entries.first(where: { $0.id == id }) else { return .null }
            return try policyState(entry)
        }
        try CheckpointDirectory.writeAlgorithm(
            to: path, format: format, algorithm: file ?? FileState(.map(state)),
            policies: entries.map(\.id), sharingWith: sharesFiles ? first.directory.path : nil,
            replacingExisting: replacingExisting
        ) { index throws(StateError) in
            let entry = entries[index]
            let state = try policyState(entry)
            let policy = try policy(entry, state)
            if entry.directory.path != first.directory.path { try require(policy, entry) }
            return PolicyContents(
                files?.policy(state, id: entry.id) ?? FileState(state), replay: try replay(of: entry))
        }
    }

    /// The replay that goes along with a policy.
    private func replay(of entry: MergeSource.Entry) throws(StateError) -> ReplayState {
        guard !first.manifest.replays.isEmpty else { return .none }
        guard let id = entry.savedID, bringsReplay(entry) else { return .omitted }
        return try entry.directory.replayState(id, listedIn: entry.manifest, verifyingChecksum: true)
    }

    /// Whether the replay of a policy fits the settings: it is from the first checkpoint, or it is to be trained and was
    /// trained with the same ones.
    private func bringsReplay(_ entry: MergeSource.Entry) -> Bool {
        let path = entry.directory.path
        if path == first.directory.path { return true }
        guard trained.contains(entry.id), let source = sources[path] else { return false }
        return source.method == method.name && source.settings == sources[first.directory.path]?.settings
    }

    private func policyState(_ entry: MergeSource.Entry) throws(StateError) -> StateTree {
        try entry.directory.restorablePolicy(entry.savedID, trainsOn: trained.contains(entry.id))
    }

    private func policy(_ entry: MergeSource.Entry, _ state: StateTree) throws(StateError) -> Policy {
        do { return try Policy(restoring: state) } catch { throw error.nested(under: entry.origin) }
    }

    /// Checks that a policy of another checkpoint can be improved by the settings of the first one. A policy that only
    /// acts may have any network; whether it can act for its agents is seen when the algorithm is restored.
    private func require(_ policy: Policy, _ entry: MergeSource.Entry) throws(StateError) {
        guard trained.contains(entry.id) else { return }
        let fits: Bool
        do {
            fits = try method.fits(policy, settings)
        } catch {
            throw StateError(.wrongShape, "\(error)", path: entry.origin)
        }
        guard fits else {
            throw StateError(
                .wrongShape, "has another network than the settings of \(first.directory.path) describe",
                path: entry.origin)
        }
        guard let learner = policy.learnerState else { return }
        let name = try StateReader(learner, path: "learner").string("algorithm")
        guard name == method.name else {
            throw StateError(
                .wrongType,
                "was trained by \(name) and \(first.directory.path) is of \(method.name): one algorithm cannot train "
                    + "policies of both methods", path: entry.origin)
        }
    }

    private static func requireDifferentIDs(_ entries: [MergeSource.Entry]) throws {
        // Upper and lower case do not set ids apart.
        var origins: [String: String] = [:]
        for entry in entries {
            if let other = origins.updateValue(entry.origin, forKey: entry.id.string.lowercased()) {
                throw ValidationError(
                    "two policies would be \"\(entry.id)\": \(other), and \(entry.origin). Give one another name, as "
                        + "in NAME=CHECKPOINT:\(entry.savedID ?? entry.id)")
            }
        }
    }

    /// The new names of the first checkpoint's policies by their old ones.
    private static func names(
        ofPoliciesFrom directory: CheckpointDirectory, in entries: [MergeSource.Entry]
    ) -> [PolicyID: PolicyID] {
        var names: [PolicyID: PolicyID] = [:]
        for entry in entries where entry.directory.path == directory.path {
            if let id = entry.savedID, names[id] == nil { names[id] = entry.id }
        }
        return names
    }

    private static func renamed(_ mapping: PolicyMapping, _ names: [PolicyID: PolicyID]) -> PolicyMapping {
        PolicyMapping(
            rules: mapping.rules.map { rule in
                .init(agents: rule.agents, choice: rule.policy.renaming { names[$0] ?? $0 })
            })
    }

    /// Checks that each agent has a policy that is there.
    private static func require(
        _ mapping: PolicyMapping, gives agents: [AgentID], oneOf ids: [PolicyID]
    ) throws {
        let known = Set(ids)
        for (index, (agent, choice)) in zip(agents, mapping.choices(for: agents)).enumerated() {
            guard let choice else {
                throw ValidationError("no rule of the mapping gives agent \"\(agent)\" a policy; see --mapping")
            }
            for share in try choice.shares(for: agent, at: index) where !known.contains(share.policy) {
                throw ValidationError(
                    "agent \"\(agent)\" is mapped to policy \"\(share.policy)\", which is not taken over; give a "
                        + "--mapping to \(Wording.list(ids))")
            }
        }
    }

    private static func sources(_ entries: [MergeSource.Entry]) throws -> [String: Source] {
        var sources: [String: Source] = [:]
        for entry in entries where entry.directory.kind == .algorithm {
            let path = entry.directory.path
            guard sources[path] == nil else { continue }
            let state = StateReader(try entry.directory.restorableAlgorithm(), path: "\(path)/algorithm_state")
            var settings = try state.child("configuration").tree
            if case .map(var map) = settings {
                map["seed"] = nil
                settings = .map(map)
            }
            sources[path] = Source(method: try state.string("algorithm"), settings: settings)
        }
        return sources
    }

    /// Policies of another method can act here, but not be improved.
    private func requireSameMethod() throws {
        for entry in entries where trained.contains(entry.id) {
            let path = entry.directory.path
            guard let name = sources[path]?.method, name != method.name else { continue }
            throw ValidationError(
                "\(path) is of \(name) and \(first.directory.path) of \(method.name): one algorithm cannot train policies "
                    + "of both methods")
        }
    }
}
