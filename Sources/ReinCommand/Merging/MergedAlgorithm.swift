import ArgumentParser
import Rein

/// An algorithm whose policies come from several checkpoints. Everything else is that of the first one.
struct MergedAlgorithm {
    private let entries: [MergeSource.Entry]
    private let first: MergeSource.Entry
    private let state: StateMap
    private let trained: Set<PolicyID>
    private let foreign: Set<String>
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
        if let saved = saved.optionalChild("policyConfigurations") {
            var configurations = StateMap()
            for (key, configuration) in try saved.map() {
                if let name = names[try PolicyID(key)] { configurations[name.string] = configuration.tree }
            }
            state["policyConfigurations"] = configurations.isEmpty ? nil : .map(configurations)
        }
        state["policies"] = StateEncoder().encode(ids)
        state["mapping"] = StateEncoder().encode(mapping)
        state["policiesToTrain"] = StateEncoder().encode(trained)
        state["runners"] = .map(runners)
        // Episodes of several agents belong to the policies that were in them, by name and place.
        let isWhole = entries.allSatisfy { $0.directory.path == first.directory.path && $0.savedID == $0.id }
        if try !isWhole || ids != saved.decode([PolicyID].self, "policies") { state["stage"] = nil }
        self.entries = entries
        self.first = first
        self.state = state
        self.trained = Set(trained)
        method = try saved.string("algorithm")
        foreign = try Self.foreign(entries, trained: self.trained, first: first, method: method)
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
            let policy = try policy(entry, state)
            if entry.directory.path != first.directory.path { try require(policy, fits: reference, entry) }
            guard !foreign.contains(entry.directory.path) else { return (state, .none) }
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

    /// Checks that a policy of another checkpoint can be improved by the settings of the first one. A policy that only
    /// acts may have any network; whether it can act for its agents is seen when the algorithm is restored.
    private func require(
        _ policy: Policy, fits reference: Policy, _ entry: MergeSource.Entry
    ) throws(StateError) {
        guard trained.contains(entry.id) else { return }
        guard policy.hasForm(of: reference) else {
            throw StateError(
                .wrongShape,
                "has other spaces or another network than \(first.origin), so one algorithm cannot train both",
                path: entry.origin)
        }
        guard let learner = policy.learnerState else { return }
        let name = try StateReader(learner, path: "learner").string("algorithm")
        guard name == method else {
            throw StateError(
                .wrongType,
                "was trained by \(name) and \(first.directory.path) is of \(method): one algorithm cannot train "
                    + "policies of both methods", path: entry.origin)
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

    /// The checkpoints of algorithms of another method. Their policies can act here, but not be improved.
    ///
    /// - Throws: `ValidationError` when one of them is to be trained.
    private static func foreign(
        _ entries: [MergeSource.Entry], trained: Set<PolicyID>, first: MergeSource.Entry, method: String
    ) throws -> Set<String> {
        var methods: [String: String] = [:]
        for entry in entries where entry.directory.kind == .algorithm {
            let path = entry.directory.path
            if methods[path] == nil {
                methods[path] = try StateReader(
                    try entry.directory.algorithmState(), path: "\(path)/algorithm_state"
                ).string("algorithm")
            }
            guard let name = methods[path], name != method, trained.contains(entry.id) else { continue }
            throw ValidationError(
                "\(path) is of \(name) and \(first.directory.path) of \(method): one algorithm cannot train policies of "
                    + "both methods")
        }
        return Set(methods.filter { $0.value != method }.keys)
    }
}
