public import ReinCheckpoints
public import ReinEnvironments
import ReinNumerics
public import ReinPolicies

extension Algorithm {
    /// The version of the tree that an algorithm saves; a reader refuses a newer one.
    public static var stateVersion: Int { 1 }

    /// Everything but the policies and their replay: settings, environment, mapping, counters, episodes and runners. It
    /// holds no clock times, host names or paths.
    public var state: StateTree {
        var runners = StateMap()
        for slot in slots {
            runners[slot.id.description] = [
                "agents": StateEncoder().encode(slot.agents),
                "state": slot.runnerState,
            ]
        }
        var map: StateMap = [
            "version": .int(Int64(Self.stateVersion)),
            "algorithm": .string(Method.algorithmName),
            "environment": .string(environment.id),
            "configuration": configuration.tree,
            "policies": StateEncoder().encode(policyIDs),
            "agents": StateEncoder().encode(agents),
            "mapping": StateEncoder().encode(mapping),
            "policiesToTrain": StateEncoder().encode(policiesToTrain),
            "counters": counters.state,
            "episodes": episodes.state,
            "runners": .map(runners),
        ]
        if let stage { map["stage"] = stage.state }
        return .map(map)
    }

    /// Writes a checkpoint of everything: a directory that is complete or not there at all.
    ///
    /// The replay goes from the learner's memory to a file of its own, without a copy in between.
    ///
    /// - Parameters:
    ///   - path: the directory to make.
    ///   - format: the kind of files.
    ///   - earlier: the checkpoint before, or nil. Policies and replays that have not changed since share its files,
    ///     where the file system can do that; each checkpoint is complete all the same, and the earlier one may be
    ///     moved or deleted. One that is missing, damaged or of another format is no error: everything is written.
    ///   - replacingExisting: whether an existing checkpoint at `path` may be replaced.
    ///   - synchronizing: whether to wait until the files have reached the disk.
    /// - Throws: `StateError` when the directory exists or cannot be written.
    public func save(
        to path: String, format: CheckpointFormat = .native, sharingWith earlier: String? = nil,
        replacingExisting: Bool = false, synchronizing: Bool = true
    ) throws(StateError) {
        try CheckpointDirectory.writeAlgorithm(
            to: path, format: format, algorithm: state, policies: policyIDs, sharingWith: earlier,
            replacingExisting: replacingExisting, synchronizing: synchronizing
        ) { index in (slots[index].policyWithLearnerState.state, slots[index].replayState) }
    }

    /// Creates an algorithm from a checkpoint; it continues with the bits that the saved one would have.
    ///
    /// A checkpoint whose settings left the replay out (`CheckpointManifest.replays` tells) goes on with an empty one,
    /// which fills anew: training continues, with other bits.
    ///
    /// - Parameters:
    ///   - path: the checkpoint's directory.
    ///   - environment: the environment, or nil to look the saved id up among the registered ones.
    ///   - policies: the policies to restore, by ids or patterns, or nil for all. Only their files are read.
    ///   - agents: the agents, or nil for the saved ones.
    ///   - mapping: which policy acts for which agent, or nil for the saved mapping.
    ///   - policiesToTrain: the policies to improve, of those restored, by ids or patterns; or nil for those of the
    ///     saved list that are restored.
    ///   - threads: the number of threads to work on, without effect on results.
    ///   - verifyingChecksums: whether to compare files with their checksums first.
    /// - Throws: `StateError` for ids and patterns that match no policy, a mapping or a list of policies to train that names a policy
    ///   that is not restored (listing the ids there are), and for damaged files, saying what and where.
    public convenience init(
        restoring path: String, environment: TrainingEnvironment? = nil, policies: PolicySelection? = nil,
        agents: [AgentID]? = nil, mapping: PolicyMapping? = nil, policiesToTrain: PolicySelection? = nil,
        threads: Int = 1, verifyingChecksums: Bool = true
    ) throws {
        let directory = try CheckpointDirectory(opening: path)
        let manifest = try directory.manifest
        let tree = try directory.algorithmState(listedIn: manifest, verifyingChecksum: verifyingChecksums)
        let saved = try SavedAlgorithm<Method>(StateReader(tree, path: "algorithm_state"))
        let environment = try environment ?? TrainingEnvironment(named: saved.environment)
        let ids: [PolicyID]
        do {
            ids = try policies?.ids(in: saved.policies) ?? saved.policies
        } catch {
            throw error.nested(under: path)
        }
        let assignment = try PolicyAssignment(
            policies: ids, agents: agents ?? saved.agents, environment: environment, mapping: mapping ?? saved.mapping,
            policiesToTrain: Self.policiesToTrain(policiesToTrain, of: ids, saved: saved.policiesToTrain))
        // The policy that the settings describe, made once for policies with the same spaces.
        var form: (spaces: TrainingEnvironment.Spaces, policy: Policy)?
        let policies = try ids.enumerated().map { index, id in
            let spaces = try environment.spaces(of: id, for: assignment.casting.agents(of: index))
            let policy = try Self.policy(
                id, of: directory, spaces: spaces, environment: environment, verifyingChecksum: verifyingChecksums)
            let expected: Policy
            if let form, form.spaces == spaces {
                expected = form.policy
            } else {
                expected = try Method.makePolicy(
                    observationSpace: spaces.observations, actionSpace: spaces.actions,
                    configuration: saved.configuration, random: Self.rootStream(saved.configuration))
                form = (spaces, expected)
            }
            guard policy.hasForm(of: expected) else {
                throw StateError(
                    .wrongShape, "the policy's network is not the one that the settings describe",
                    path: "policies/\(id)/network")
            }
            return policy
        }
        let (slots, stage) = try Self.cast(
            policies, as: assignment, environment: environment, configuration: saved.configuration)
        for slot in slots {
            try slot.restoreLearner()
            try slot.restoreReplay(
                from: directory.replayState(slot.id, listedIn: manifest, verifyingChecksum: verifyingChecksums))
        }
        try Self.restoreEpisodes(of: slots, on: stage, as: assignment, from: saved)
        self.init(
            environment: environment, configuration: saved.configuration, assignment: assignment, slots: slots,
            stage: stage, threads: threads)
        counters = saved.counters
        episodes = saved.episodes
    }

    /// Reads a policy, and checks that it has the spaces of its agents.
    private static func policy(
        _ id: PolicyID, of directory: CheckpointDirectory, spaces: TrainingEnvironment.Spaces,
        environment: TrainingEnvironment, verifyingChecksum: Bool
    ) throws -> Policy {
        let state = try directory.policyState(id, verifyingChecksum: verifyingChecksum)
        let policy: Policy
        do throws(StateError) {
            policy = try Policy(restoring: state)
        } catch {
            throw error.nested(under: "policies/\(id)")
        }
        guard policy.observationSpace == spaces.observations, policy.actionSpace == spaces.actions else {
            throw StateError(
                .wrongShape, "the policy's spaces are not those of environment \(environment.id)",
                path: "policies/\(id)")
        }
        return policy
    }

    /// Goes on with the episodes in flight. They belong to the agents and policies that were in them: under another
    /// mapping environments start afresh.
    private static func restoreEpisodes(
        of slots: [PolicySlot<Method>], on stage: MultiAgentRunner?, as assignment: PolicyAssignment,
        from saved: SavedAlgorithm<Method>
    ) throws(StateError) {
        if let stage, let state = saved.stage, assignment.policies == saved.policies,
            assignment.mapping == saved.mapping
        {
            do {
                return try stage.restore(from: state.tree)
            } catch {
                throw error.nested(under: state.path)
            }
        }
        for slot in slots {
            if stage == nil, let runner = saved.runners[slot.id], runner.agents == slot.agents {
                try slot.restoreRunner(from: runner.state)
            } else {
                slot.startAfresh()
            }
        }
    }

    /// The policies to improve: those that are asked for, otherwise those of the saved list that are there.
    private static func policiesToTrain(
        _ selection: PolicySelection?, of ids: [PolicyID], saved: [PolicyID]
    ) throws(StateError) -> [PolicyID] {
        guard let selection else { return saved.filter(Set(ids).contains) }
        do {
            return try selection.ids(in: ids)
        } catch {
            throw error.nested(under: "policiesToTrain")
        }
    }

    /// Takes over everything from a checkpoint of an algorithm with the same settings and environment; on an error
    /// the algorithm is unchanged.
    ///
    /// - Throws: `StateError` as `init(restoring:)`, and when the checkpoint has other settings.
    public func restore(from path: String, policies: PolicySelection? = nil, verifyingChecksums: Bool = true) throws {
        let other = try Algorithm(
            restoring: path, environment: environment, policies: policies, verifyingChecksums: verifyingChecksums)
        guard other.configuration == configuration else {
            throw StateError(
                .outOfRange, "the checkpoint was made with other settings; use init(restoring:) to take them over",
                path: path)
        }
        adopt(other)
    }
}
