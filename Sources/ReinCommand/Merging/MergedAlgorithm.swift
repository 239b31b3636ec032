import ArgumentParser
import Rein

/// An algorithm whose policies come from several checkpoints. Everything else is that of the first one.
struct MergedAlgorithm {
    private let entries: [MergeSource.Entry]
    private let first: MergeSource.Entry
    private let state: StateMap
    private let method: String

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
        let saved = StateReader(try first.directory.algorithmState(), path: "\(first.directory.path)/algorithm_state")
        guard case .map(var state) = saved.tree else { throw saved.error(.malformed, "not the state of an algorithm") }
        let names = Self.names(ofPoliciesFrom: first.directory, in: entries)

        let mapping = try mapping ?? Self.renamed(saved.decode(PolicyMapping.self, "mapping"), names)
        try Self.require(mapping, gives: saved.decode([AgentID].self, "agents"), oneOf: ids)
        let trained = try asUsageError("--policies-to-train") {
            try policiesToTrain?.ids(in: ids)
                ?? saved.decode([PolicyID].self, "policiesToTrain").compactMap { names[$0] }
        }
        var runners = StateMap()
        for (key, runner) in try saved.child("runners").map() {
            if let name = names[try PolicyID(key)] { runners[name.string] = runner.tree }
        }
        state["policies"] = StateEncoder().encode(ids)
        state["mapping"] = StateEncoder().encode(mapping)
        state["policiesToTrain"] = StateEncoder().encode(trained)
        state["runners"] = .map(runners)
        self.entries = entries
        self.first = first
        self.state = state
        method = try saved.string("algorithm")
        try requireSameMethod()
    }

    /// Writes the checkpoint, whole or not at all. Every policy is put together on the way.
    ///
    /// - Throws: `StateError` when the destination exists, when a file is damaged, or when a policy has not the spaces
    ///   and the network of the first one.
    func write(to path: String, format: CheckpointFormat?) throws {
        let reference = try policy(first, try policyState(first))
        let hasReplay = !first.manifest.replays.isEmpty
        try CheckpointDirectory.writeAlgorithm(
            to: path, format: format ?? first.directory.format, algorithm: .map(state), policies: entries.map(\.id),
            sharingWith: first.directory.path
        ) { index throws(StateError) in
            let entry = entries[index]
            let state = try policyState(entry)
            try require(try policy(entry, state), fits: reference, entry)
            guard let id = entry.savedID else { return (state, hasReplay ? .omitted : .none) }
            let replay = try entry.directory.replayState(id, listedIn: entry.manifest, verifyingChecksum: true)
            return (state, replay)
        }
    }

    private func policyState(_ entry: MergeSource.Entry) throws(StateError) -> StateTree {
        try entry.directory.policyState(entry.savedID)
    }

    private func policy(_ entry: MergeSource.Entry, _ state: StateTree) throws(StateError) -> Policy {
        do { return try Policy(restoring: state) } catch { throw error.nested(under: entry.origin) }
    }

    private func require(
        _ policy: Policy, fits reference: Policy, _ entry: MergeSource.Entry
    ) throws(StateError) {
        guard policy.hasForm(of: reference) else {
            throw StateError(
                .wrongShape,
                "has other spaces or another network than \(first.origin), so both cannot be in one "
                    + "algorithm", path: entry.origin)
        }
        guard let learner = policy.learnerState else { return }
        let name = try StateReader(learner, path: "learner").string("algorithm")
        guard name == method else {
            throw StateError(
                .wrongType,
                "was trained by \(name) and \(first.directory.path) is of \(method): one algorithm has one "
                    + "method", path: entry.origin)
        }
    }

    private static func requireDifferentIDs(_ entries: [MergeSource.Entry]) throws {
        var origins: [PolicyID: String] = [:]
        for entry in entries {
            if let other = origins.updateValue(entry.origin, forKey: entry.id) {
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

    private func requireSameMethod() throws {
        var checked: Set<String> = []
        for entry in entries where entry.directory.kind == .algorithm {
            guard checked.insert(entry.directory.path).inserted else { continue }
            let state = StateReader(
                try entry.directory.algorithmState(), path: "\(entry.directory.path)/algorithm_state")
            let name = try state.string("algorithm")
            guard name == method else {
                throw ValidationError(
                    "\(entry.directory.path) is of \(name) and \(first.directory.path) of \(method): one algorithm has "
                        + "one method")
            }
        }
    }
}
