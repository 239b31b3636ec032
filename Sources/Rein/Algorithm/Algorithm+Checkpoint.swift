public import ReinCheckpoints
public import ReinEnvironments
import ReinNumerics
public import ReinPolicies

extension Algorithm {
    /// The newest version of the tree that an algorithm saves; a reader refuses a newer one. Between iterations an
    /// algorithm saves version 1, which older readers know.
    public static var stateVersion: Int { unfinishedStateVersion }

    /// Everything but the policies and their replay: settings, environment, mapping, counters, episodes and runners, and
    /// of an unfinished iteration what has been collected and not been learnt from. It holds no clock times, host names
    /// or paths.
    public var state: StateTree {
        var runners = StateMap()
        for slot in slots {
            runners[slot.id.description] = [
                "agents": .list(slot.agents.map { .string($0.name) }),
                "state": slot.runnerState,
            ]
        }
        var map: StateMap = [
            "version": .int(Int64(isInsideIteration ? Self.unfinishedStateVersion : 1)),
            "algorithm": .string(Method.algorithmName),
            "environment": .string(environment.id),
            "configuration": configuration.tree,
            "policies": .list(slots.map { .string($0.id.string) }),
            "agents": .list(agents.map { .string($0.name) }),
            "mapping": Self.tree(of: mapping),
            "policiesToTrain": StateEncoder().encode(policiesToTrain),
            "counters": counters.state,
            "episodes": episodes.state,
            "runners": .map(runners),
            "arithmetic": arithmetic.state,
        ]
        if let evaluationMapping { map["evaluationMapping"] = Self.tree(of: evaluationMapping) }
        if !policyConfigurations.isNull { map["policyConfigurations"] = policyConfigurations }
        if let stage { map["stage"] = stage.state }
        if let rllib { map["rllib"] = rllib }
        if let unfinishedState { map["iteration"] = unfinishedState }
        return .map(map)
    }

    private static func tree(of mapping: PolicyMapping) -> StateTree {
        mapping.isSavable ? StateEncoder().encode(mapping) : SavedAlgorithm<Method>.leftOut
    }

    /// Writes a checkpoint of everything: a directory that is complete or not there at all.
    ///
    /// The replay goes from the learner's memory to a file of its own, without a copy in between. With several threads,
    /// that many policies are written at a time.
    ///
    /// - Parameters:
    ///   - path: the directory to make.
    ///   - format: the kind of files.
    ///   - earlier: the checkpoint before, or nil to share nothing. Policies and replays that have not changed since share
    ///     its files, as clones or hard links, where the file system can do that; each checkpoint is complete all the
    ///     same, and the earlier one may be moved or deleted. One that is missing, damaged or of another format is no
    ///     error: everything is written.
    ///   - replacingExisting: whether an existing checkpoint at `path` may be replaced.
    ///   - synchronizing: whether to wait until the files have reached the disk.
    ///   - leavingOutCustomMappings: whether a mapping with a choice of the program's, which cannot be saved, may be left
    ///     out; whoever restores the checkpoint then has to give one.
    /// - Throws: `StateError` when the directory exists or cannot be written, and for a mapping that cannot be saved.
    public func save(
        to path: String, format: CheckpointFormat = .native, sharingWith earlier: String? = nil,
        replacingExisting: Bool = false, synchronizing: Bool = true, leavingOutCustomMappings: Bool = false
    ) throws(StateError) {
        for (key, mapping) in [("mapping", mapping), ("evaluationMapping", evaluationMapping)] {
            guard let mapping, !mapping.isSavable, !leavingOutCustomMappings else { continue }
            throw StateError(
                .unsupportedFormat,
                "has a choice that the program makes, which cannot be saved; save with leavingOutCustomMappings to "
                    + "leave the mapping out, and give one when restoring", path: key)
        }
        let state = state
        let files = format == .msgpack ? RLlibFiles(algorithm: state) : nil
        let file = try files?.algorithm(state, policies: policyIDs) { id in
            slots.first { $0.id == id }?.policyWithLearnerState.state ?? .null
        }
        try CheckpointDirectory.writeAlgorithm(
            to: path, format: format, algorithm: file ?? FileState(state), policies: policyIDs,
            sharingWith: earlier,
            replacingExisting: replacingExisting, synchronizing: synchronizing,
            by: Repetition { [pool] in pool.run(shards: $0, $1) }
        ) { index in
            let state = slots[index].policyWithLearnerState.state
            return PolicyContents(
                files?.policy(state, id: slots[index].id) ?? FileState(state), replay: slots[index].replayState)
        }
    }

    /// Creates an algorithm from a checkpoint; it continues with the bits that the saved one would have.
    ///
    /// A checkpoint whose settings left the replay out (`CheckpointManifest.replays` tells) goes on with an empty one,
    /// which fills anew: training continues, with other bits.
    ///
    /// A checkpoint that was saved inside an iteration goes on there, if policies, agents, mapping, policies to train and
    /// environment are those that it was saved with. Otherwise the rest of that iteration is left out, as by
    /// `abandonIteration()`; `isInsideIteration` tells.
    ///
    /// - Parameters:
    ///   - path: the checkpoint's directory.
    ///   - environment: the environment, or nil to look the saved id up among the registered ones.
    ///   - policies: the policies to restore, by ids or patterns, or nil for all. Only their files are read.
    ///   - agents: the agents, or nil for the saved ones.
    ///   - mapping: which policy acts for which agent, or nil for the saved mapping.
    ///   - evaluationMapping: which policy acts for which agent in `evaluate`, or nil for what was saved.
    ///   - policiesToTrain: the policies to improve, of those restored, by ids or patterns; or nil for those of the
    ///     saved list that are restored.
    ///   - threads: the number of threads to work on, without effect on results.
    ///   - verifyingChecksums: whether to compare files with their checksums first.
    /// - Throws: `StateError` for ids and patterns that match no policy, a mapping or a list of policies to train that
    ///   names a policy that is not restored (listing the ids there are), a mapping that was left out and is not given,
    ///   and for damaged files, saying what and where; `ThreadError` when the system does not give so many threads.
    public convenience init(
        restoring path: String, environment: TrainingEnvironment? = nil, policies: PolicySelection? = nil,
        agents: [AgentID]? = nil, mapping: PolicyMapping? = nil, evaluationMapping: PolicyMapping? = nil,
        policiesToTrain: PolicySelection? = nil, threads: Int = 1, verifyingChecksums: Bool = true
    ) throws {
        try self.init(
            restoring: path, environment: environment, policies: policies, agents: agents, mapping: mapping,
            evaluationMapping: evaluationMapping, policiesToTrain: policiesToTrain, threads: threads,
            verifyingChecksums: verifyingChecksums, standIns: (nil, nil))
    }

    /// - Parameter standIns: mappings for those that were left out of the checkpoint.
    private convenience init(
        restoring path: String, environment: TrainingEnvironment?, policies: PolicySelection?, agents: [AgentID]?,
        mapping: PolicyMapping?, evaluationMapping: PolicyMapping?, policiesToTrain: PolicySelection?, threads: Int,
        verifyingChecksums: Bool, standIns: (mapping: PolicyMapping?, evaluation: PolicyMapping?)
    ) throws {
        try Arithmetic.checkEnvironment()
        let pool = try WorkerPool(threads: threads)
        let directory = try CheckpointDirectory(opening: path)
        let manifest = try directory.manifest
        let tree = try directory.restorableAlgorithm(listedIn: manifest, verifyingChecksum: verifyingChecksums)
        let saved = try SavedAlgorithm<Method>(StateReader(tree, path: "algorithm_state"))
        let environment = try environment ?? Self.environment(of: saved, at: path)
        let ids: [PolicyID]
        do {
            ids = try policies?.ids(in: saved.policies) ?? saved.policies
        } catch {
            throw error.nested(under: path)
        }
        guard let mapping = mapping ?? saved.mapping ?? standIns.mapping else { throw Self.leftOut("mapping") }
        let evaluationMapping =
            evaluationMapping ?? (saved.leftOutEvaluationMapping ? standIns.evaluation : nil)
        if evaluationMapping == nil, saved.leftOutEvaluationMapping { throw Self.leftOut("evaluationMapping") }
        let assignment = try PolicyAssignment(
            policies: ids, agents: agents ?? saved.agents, environment: environment, mapping: mapping,
            policiesToTrain: Self.policiesToTrain(
                policiesToTrain, of: ids, default: saved.policiesToTrain.filter(Set(ids).contains)))
        try evaluationMapping.map { try Self.require($0, fits: assignment.agents, policies: ids) }
        let configurations = saved.configurations.keeping(ids)
        let flight = try Self.episodes(of: saved, for: assignment, in: environment)
        let trained = Set(assignment.policiesToTrain)
        func keepsLearner(_ id: PolicyID) -> Bool { trained.contains(id) || manifest.replays[id] == .included }
        let restored = try ids.enumerated().map { index, id in
            let state = try directory.restorablePolicy(
                id, verifyingChecksum: verifyingChecksums, trainsOn: keepsLearner(id))
            let policy: Policy
            do throws(StateError) {
                policy = try Policy(restoring: state)
            } catch {
                throw error.nested(under: directory.place(of: id))
            }
            try environment.require(
                policy, id: id, actsFor: flight?.agents[index] ?? assignment.casting.agents(of: index))
            // A policy that only acts may come from anywhere.
            if keepsLearner(id) { try Self.requireForm(policy, id: id, configuration: configurations[id]) }
            return policy
        }
        let (slots, stage) = try Self.cast(
            restored, as: assignment, environment: environment, configurations: configurations,
            agents: flight?.agents, leaving: flight?.leaving ?? [], keepsLearner: keepsLearner)
        for slot in slots {
            try slot.restoreLearner()
            try slot.restoreReplay(
                from: directory.replayState(slot.id, listedIn: manifest, verifyingChecksum: verifyingChecksums))
        }
        try Self.restoreEpisodes(of: slots, on: flight.map { ($0.state, stage) }, from: saved)
        self.init(
            environment: environment, configurations: configurations, assignment: assignment, slots: slots,
            stage: stage, pool: pool)
        self.evaluationMapping = evaluationMapping ?? saved.evaluationMapping
        counters = saved.counters
        episodes = saved.episodes
        rllib = saved.rllib
        earlierArithmetic = saved.arithmetic
        guard let iteration = saved.iteration else { return }
        if Self.canGoOn(saved, as: assignment, in: environment) {
            try restoreUnfinished(from: iteration)
        } else {
            for slot in slots { slot.abandonIteration() }
        }
    }

    /// The environment whose name was saved.
    private static func environment(
        of saved: SavedAlgorithm<Method>, at path: String
    ) throws(StateError) -> TrainingEnvironment {
        do {
            return try TrainingEnvironment(named: saved.environment)
        } catch {
            throw StateError(.notFound, "\(error); or give an environment", path: "\(path)/algorithm_state/environment")
        }
    }

    private static func leftOut(_ key: String) -> StateError {
        StateError(
            .missingKey, "the mapping was chosen by a program and is not in the checkpoint: give one", path: key)
    }

    /// Episodes of several agents that have begun, and who acts in them.
    private struct Flight {
        let state: StateReader
        /// The agents of each policy.
        let agents: [[Int]]
        /// Policies that have been taken out.
        let leaving: [MultiAgentRole]
    }

    /// The saved episodes of several agents, if they can go on. They belong to the policies that were in them: under
    /// another mapping environments start afresh. A mapping that was left out is taken to be the given one.
    private static func episodes(
        of saved: SavedAlgorithm<Method>, for assignment: PolicyAssignment, in environment: TrainingEnvironment
    ) throws -> Flight? {
        guard case .multiAgent(let specification) = environment, let state = saved.stage,
            assignment.policies == saved.policies, (saved.mapping ?? assignment.mapping) == assignment.mapping
        else { return nil }
        var agents: [[Int]] = []
        for (index, id) in assignment.policies.enumerated() {
            let names = Set(try saved.runner(of: id)?.agents ?? [])
            let indices = specification.agents.indices.filter { names.contains(specification.agents[$0]) }
            guard Set(indices).isSuperset(of: assignment.casting.agents(of: index)) else { return nil }
            agents.append(indices)
        }
        return Flight(
            state: state, agents: agents, leaving: try MultiAgentRunner.leaving(in: state, of: environment))
    }

    /// Goes on with the episodes in flight, or starts afresh.
    private static func restoreEpisodes(
        of slots: [PolicySlot<Method>], on flight: (state: StateReader, stage: MultiAgentRunner?)?,
        from saved: SavedAlgorithm<Method>
    ) throws(StateError) {
        if let (state, stage) = flight, let stage {
            do {
                return try stage.restore(from: state.tree)
            } catch {
                throw error.nested(under: state.path)
            }
        }
        for slot in slots {
            if slot.isAlone, let runner = try saved.runner(of: slot.id), runner.agents == slot.agents {
                try slot.restoreRunner(from: runner.state)
            } else {
                slot.startAfresh()
            }
        }
    }

    /// Takes over everything from a checkpoint of an algorithm with the same settings and environment; on an error
    /// the algorithm is unchanged. It keeps its mappings where they were left out of the checkpoint.
    ///
    /// - Throws: `StateError` as `init(restoring:)`, and when the checkpoint has other settings.
    public func restore(from path: String, policies: PolicySelection? = nil, verifyingChecksums: Bool = true) throws {
        let other = try Algorithm(
            restoring: path, environment: environment, policies: policies, agents: nil, mapping: nil,
            evaluationMapping: nil, policiesToTrain: nil, threads: 1, verifyingChecksums: verifyingChecksums,
            standIns: (mapping, evaluationMapping))
        guard other.configuration == configuration else {
            throw StateError(
                .outOfRange, "the checkpoint was made with other settings; use init(restoring:) to take them over",
                path: path)
        }
        adopt(other)
    }
}
