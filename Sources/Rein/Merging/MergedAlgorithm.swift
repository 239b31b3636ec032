package import ReinCheckpoints
package import ReinPolicies

/// An algorithm whose policies come from several checkpoints. Everything else is that of the first one.
package final class MergedAlgorithm: Sendable {
    private let policies: [MergedPolicy]
    private let first: SavedCheckpoint
    private let state: AlgorithmState
    private let kind: AlgorithmKind
    /// Whether the first checkpoint was saved inside an iteration. The rest of it goes on with all that the checkpoint
    /// held, so it is left out here, and so are the episodes of its environments, some steps of which belong to it.
    package let leavesIterationOut: Bool

    /// Checks that ids differ, and puts together the algorithm's state.
    ///
    /// - Parameters:
    ///   - policies: the policies, the first of them from an algorithm's checkpoint.
    ///   - mapping: which policy acts for which agent; that of the first checkpoint when nil.
    ///   - policiesToTrain: the policies to improve; those of the first checkpoint when nil.
    /// - Throws: `MergeError` for what does not fit together, `StateError` for files that are damaged.
    package init(_ policies: [MergedPolicy], mapping: PolicyMapping?, policiesToTrain: PolicySelection?) throws {
        guard let first = policies.first?.checkpoint, first.kind == .algorithm else {
            throw MergeError(
                description: "the first checkpoint must be of an algorithm with a policy: its settings, counters and "
                    + "mapping are those of the new one")
        }
        try Self.requireDifferentIDs(policies)
        let saved = try first.algorithm()
        let lineup = try Self.lineup(
            of: policies, first: first, saved: saved.lineup, mapping: mapping, policiesToTrain: policiesToTrain)
        leavesIterationOut = saved.isInsideIteration
        self.policies = policies
        self.first = first
        kind = try AlgorithmKind.named(saved.algorithm)
        // Episodes of several agents belong to the policies that were in them, by name and place.
        let isWhole =
            policies.allSatisfy { $0.checkpoint === first && $0.savedID == $0.id }
            && lineup.policies == saved.lineup.policies
        state = saved.with(
            lineup, runnersOf: Self.names(ofPoliciesFrom: first, in: policies), keepingSharedRunner: isWhole)
        try requireSameMethod()
    }

    /// The lineup of the new algorithm.
    private static func lineup(
        of policies: [MergedPolicy], first: SavedCheckpoint, saved: Lineup, mapping: PolicyMapping?,
        policiesToTrain: PolicySelection?
    ) throws -> Lineup {
        let ids = policies.map(\.id)
        let names = names(ofPoliciesFrom: first, in: policies)
        let mapping = mapping ?? saved.mapping.renaming(names)
        try require(mapping, gives: saved.agents ?? [], oneOf: ids)
        var own: [PolicyID: StateTree] = [:]
        for policy in policies where policy.checkpoint === first {
            own[policy.id] = policy.savedID.flatMap { saved.policyConfigurations[$0] }
        }
        do throws(StateError) {
            return try Lineup(
                policies: ids, agents: saved.agents, mapping: mapping,
                evaluationMapping: saved.evaluationMapping?.renaming(names),
                policiesToTrain: policiesToTrain ?? PolicySelection(saved.policiesToTrain.compactMap { names[$0] }),
                policyConfigurations: own)
        } catch {
            throw MergeError(description: "\(error)")
        }
    }

    /// Writes the checkpoint, whole or not at all. Every policy is put together on the way.
    ///
    /// - Parameters:
    ///   - path: the directory to make.
    ///   - format: the kind of files; that of the first checkpoint when nil.
    ///   - sharesFiles: whether to share with the first checkpoint the files that stay the same.
    ///   - replacingExisting: whether a checkpoint at `path` may be replaced.
    /// - Returns: what RLlib will say of it.
    /// - Throws: `StateError` when the destination exists, when a file is damaged, or when a policy to be trained has not
    ///   the network that the settings describe; then its path is where the policy comes from.
    package func write(
        to path: String, format: CheckpointFormat?, sharesFiles: Bool, replacingExisting: Bool
    ) throws(StateError) -> RLlibReport {
        let trained = Set(state.lineup.policiesToTrain)
        let manifest = try first.manifest
        let hasReplay = !manifest.replays.isEmpty
        return try CheckpointDirectory.writeAlgorithm(
            state, to: path, format: format ?? manifest.format,
            sharingWith: sharesFiles ? first.path : nil, replacingExisting: replacingExisting, reporting: true
        ) { index throws(StateError) in
            let policy = policies[index]
            let isTrained = trained.contains(policy.id)
            let tree = try policy.checkpoint.policy(policy.savedID, trainsOn: isTrained)
            let restored: Policy
            do throws(StateError) {
                restored = try Policy(restoring: tree)
            } catch {
                throw error.nested(under: policy.origin)
            }
            if policy.checkpoint !== first, isTrained { try require(restored, policy) }
            return SavedPolicy(
                state: tree, replay: hasReplay ? try replay(of: policy, isTrained: isTrained) : .none,
                models: try policy.checkpoint.models(of: policy.savedID))
        }
    }

    /// The replay that goes along with a policy, if it fits the settings: it is from the first checkpoint, or the policy is
    /// to be trained and was trained with the same settings.
    private func replay(of policy: MergedPolicy, isTrained: Bool) throws(StateError) -> ReplayState {
        guard let id = policy.savedID else { return .omitted }
        if policy.checkpoint !== first {
            let source = try policy.checkpoint.algorithm()
            guard isTrained, source.algorithm == kind.name, source.settingsOfLearning == state.settingsOfLearning else {
                return .omitted
            }
        }
        return try policy.checkpoint.replay(of: id)
    }

    /// Checks that a policy of another checkpoint can be improved by the settings of the first one. A policy that only
    /// acts may have any network; whether it can act for its agents is seen when the algorithm is restored.
    private func require(_ restored: Policy, _ policy: MergedPolicy) throws(StateError) {
        let fits: Bool
        do {
            fits = try kind.fits(restored, settings: state.configuration)
        } catch {
            throw StateError(.wrongShape, "\(error)", path: policy.origin)
        }
        guard fits else {
            throw StateError(
                .wrongShape, "has another network than the settings of \(first.path) describe", path: policy.origin)
        }
        guard let learner = restored.learnerState else { return }
        let name = try StateReader(learner, path: "learner").string("algorithm")
        guard name == kind.name else {
            throw StateError(
                .wrongType,
                "was trained by \(name) and \(first.path) is of \(kind.name): one algorithm cannot train policies of both "
                    + "methods", path: policy.origin)
        }
    }

    private static func requireDifferentIDs(_ policies: [MergedPolicy]) throws(MergeError) {
        // Upper and lower case do not set ids apart.
        var origins: [String: String] = [:]
        for policy in policies {
            if let other = origins.updateValue(policy.origin, forKey: policy.id.string.lowercased()) {
                throw MergeError(
                    description:
                        "two policies would be \"\(policy.id)\": \(other), and \(policy.origin). Give one another "
                        + "name, as in NAME=CHECKPOINT:\(policy.savedID ?? policy.id)")
            }
        }
    }

    /// The new names of the first checkpoint's policies by their old ones.
    private static func names(
        ofPoliciesFrom first: SavedCheckpoint, in policies: [MergedPolicy]
    ) -> [PolicyID: PolicyID] {
        var names: [PolicyID: PolicyID] = [:]
        for policy in policies where policy.checkpoint === first {
            if let id = policy.savedID, names[id] == nil { names[id] = policy.id }
        }
        return names
    }

    /// Checks that each agent has a policy that is there.
    private static func require(_ mapping: PolicyMapping, gives agents: [AgentID], oneOf ids: [PolicyID]) throws {
        let known = Set(ids)
        for (index, (agent, choice)) in zip(agents, mapping.choices(for: agents)).enumerated() {
            guard let choice else {
                throw MergeError(description: "no rule of the mapping gives agent \"\(agent)\" a policy; see --mapping")
            }
            for share in try choice.shares(for: agent, at: index) where !known.contains(share.policy) {
                throw MergeError(
                    description:
                        "agent \"\(agent)\" is mapped to policy \"\(share.policy)\", which is not taken over; give "
                        + "a --mapping to \(ids.map { "\"\($0)\"" }.joined(separator: ", "))")
            }
        }
    }

    /// Policies of another method can act here, but not be improved.
    private func requireSameMethod() throws {
        let trained = Set(state.lineup.policiesToTrain)
        for policy in policies where trained.contains(policy.id) && policy.checkpoint.kind == .algorithm {
            let name = try policy.checkpoint.algorithm().algorithm
            guard name != kind.name else { continue }
            throw MergeError(
                description:
                    "\(policy.checkpoint.path) is of \(name) and \(first.path) of \(kind.name): one algorithm cannot "
                    + "train policies of both methods")
        }
    }
}

extension AlgorithmState {
    /// The settings without those that make no difference to what has been learnt from.
    var settingsOfLearning: StateTree {
        guard case .map(var map) = configuration else { return configuration }
        map["seed"] = nil
        map["exportsNativeModelFiles"] = nil
        return .map(map)
    }

    /// The state with another lineup, between iterations.
    ///
    /// - Parameters:
    ///   - names: the policies whose runners go on, by their names so far.
    ///   - keepingSharedRunner: whether episodes of several agents go on.
    func with(
        _ lineup: Lineup, runnersOf names: [PolicyID: PolicyID], keepingSharedRunner: Bool
    ) -> AlgorithmState {
        var state = self
        state.lineup = lineup
        var kept = StateMap()
        if iteration == nil, case .map(let saved) = runners.tree {
            for (key, runner) in saved {
                if let id = try? PolicyID(key), let name = names[id] { kept[name.string] = runner }
            }
        }
        state.runners = StateReader(.map(kept))
        if iteration != nil || !keepingSharedRunner { state.sharedRunner = nil }
        state.iteration = nil
        return state
    }
}

extension PolicyMapping {
    /// The mapping with other names for policies.
    func renaming(_ names: [PolicyID: PolicyID]) -> PolicyMapping {
        PolicyMapping(
            rules: rules.map { rule in .init(agents: rule.agents, choice: rule.policy.renaming { names[$0] ?? $0 }) })
    }
}
