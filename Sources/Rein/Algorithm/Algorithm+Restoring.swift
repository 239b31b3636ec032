public import ReinCheckpoints
import ReinEnvironments
import ReinNumerics
public import ReinPolicies

extension Algorithm {
    /// Creates an algorithm from a checkpoint in a directory; it continues with the bits that the saved one would have.
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
    ///   - configuration: the settings to go on with; those of the checkpoint when nil. What differs takes effect as
    ///     `rein settings` says of each setting (`SettingEffect`), and `settingChanges` lists it.
    ///   - lineup: which of the saved policies to restore, and what they are to do that they did not before. Only the
    ///     files of these policies are read.
    ///   - threads: the number of threads to work on, without effect on results.
    ///   - verifyingChecksums: whether to compare files with their checksums first.
    /// - Throws: `StateError` for ids and patterns that match no policy, a mapping or a list of policies to train that
    ///   names a policy that is not restored (listing the ids there are), a mapping that was left out and is not given,
    ///   and for damaged files, saying what and where; `ConfigurationError` for settings that differ and are fixed by what
    ///   is stored; `ThreadError` when the system does not give so many threads.
    public convenience init(
        restoring path: String, environment: TrainingEnvironment? = nil, configuration: Configuration? = nil,
        lineup: LineupChanges = .none, threads: Int = 1, verifyingChecksums: Bool = true
    ) throws {
        try self.init(
            restoring: SavedCheckpoint(opening: path, verifyingChecksums: verifyingChecksums),
            environment: environment, configuring: { configuration ?? $0 }, lineup: lineup, threads: threads)
    }

    /// Creates an algorithm from a checkpoint of any kind; see the initialiser with a path.
    ///
    /// - Throws: as there.
    public convenience init(
        restoring checkpoint: Checkpoint, environment: TrainingEnvironment? = nil, configuration: Configuration? = nil,
        lineup: LineupChanges = .none, threads: Int = 1
    ) throws {
        try self.init(
            restoring: SavedCheckpoint(checkpoint.source()), environment: environment,
            configuring: { configuration ?? $0 },
            lineup: lineup, threads: threads)
    }

    /// Takes over everything from a checkpoint of an algorithm with the same environment; on an error the algorithm is
    /// unchanged. It keeps its mappings where they were left out of the checkpoint.
    ///
    ///     try algorithm.restore(from: best) { $0.learningRate = .constant(1e-4) }
    ///
    /// - Parameters:
    ///   - path: the checkpoint's directory.
    ///   - policies: which policies to take over; all when nil.
    ///   - verifyingChecksums: whether to compare files with their checksums first.
    ///   - change: what to change of the checkpoint's settings, which the algorithm then goes on with; when nil, they have
    ///     to be those that the algorithm has.
    /// - Throws: `StateError` as `init(restoring:)`, and when the checkpoint has other settings and no change is asked
    ///   for; `ConfigurationError` for a change that is impossible or fixed by what is stored.
    public func restore(
        from path: String, policies: PolicySelection? = nil, verifyingChecksums: Bool = true,
        changing change: ((inout Configuration) throws -> Void)? = nil
    ) throws {
        try restore(
            from: SavedCheckpoint(opening: path, verifyingChecksums: verifyingChecksums), policies: policies,
            changing: change)
    }

    /// Takes over everything from a checkpoint of any kind; see `restore(from:)` with a path.
    ///
    /// - Throws: as there.
    public func restore(
        from checkpoint: Checkpoint, policies: PolicySelection? = nil,
        changing change: ((inout Configuration) throws -> Void)? = nil
    ) throws {
        try restore(from: SavedCheckpoint(checkpoint.source()), policies: policies, changing: change)
    }

    func restore(
        from checkpoint: SavedCheckpoint, policies: PolicySelection? = nil,
        changing change: ((inout Configuration) throws -> Void)?
    ) throws {
        let saved = try checkpoint.algorithm().lineup
        let kept = LineupChanges(
            policies: policies, mapping: saved.mapping == .leftOut ? mapping : nil,
            evaluationMapping: saved.evaluationMapping == .leftOut ? evaluationMapping : nil)
        let other = try Algorithm(
            restoring: checkpoint, environment: environment,
            configuring: { saved in
                var configuration = saved
                try change?(&configuration)
                return configuration
            }, lineup: kept)
        guard change != nil || other.configuration == configuration else {
            throw StateError(
                .outOfRange,
                "the checkpoint was made with other settings; use init(restoring:) or restore(from:changing:) to take "
                    + "them over",
                path: checkpoint.path)
        }
        adopt(other)
    }

    /// Creates an algorithm from a checkpoint that has been opened.
    ///
    /// - Parameter configure: the settings to go on with, by those in the checkpoint; they are checked here.
    package convenience init(
        restoring checkpoint: SavedCheckpoint, environment: TrainingEnvironment? = nil,
        configuring configure: (Configuration) throws -> Configuration = { $0 },
        lineup changes: LineupChanges = .none, threads: Int = 1
    ) throws {
        try Arithmetic.checkEnvironment()
        let pool = try WorkerPool(threads: threads)
        let manifest = try checkpoint.manifest
        let saved = try checkpoint.algorithm()
        try saved.require(Method.algorithmName)
        let environment = try environment ?? Self.environment(of: saved, at: checkpoint.path)
        let lineup = try Self.lineup(of: saved, with: changes, at: checkpoint.path)
        let resolved = try ResolvedLineup(lineup, in: environment)
        if changes.evaluationMapping != nil { try resolved.requireEvaluationMapping() }
        let savedConfigurations = try PolicyConfigurations(
            Configuration(overlaying: saved.configuration), own: saved.lineup.policyConfigurations
        ).keeping(lineup.policies)
        let (configurations, settingChanges) = try Self.configurations(
            changedFrom: savedConfigurations, by: configure, lineup: lineup)
        let startsAfresh = settingChanges.contains { $0.effect == .newEnvironments }
        let flight = startsAfresh ? nil : try Self.episodes(of: saved, for: resolved, in: environment)
        let trained = Set(lineup.policiesToTrain)
        func keepsLearner(_ id: PolicyID) -> Bool { trained.contains(id) || manifest.replays[id] == .included }
        let restored = try lineup.policies.enumerated().map { index, id in
            let state = try checkpoint.policy(id, trainsOn: keepsLearner(id))
            let policy: Policy
            do throws(StateError) {
                policy = try Policy(restoring: state)
            } catch {
                throw error.nested(under: checkpoint.location(of: id))
            }
            try environment.require(
                policy, id: id, actsFor: flight?.agents[index] ?? resolved.mapping.agents(of: index))
            // A policy that only acts may come from anywhere.
            if keepsLearner(id) { try Self.requireForm(policy, id: id, configuration: configurations[id]) }
            return policy
        }
        let (players, sharedRunner) = try Self.assemble(
            restored, as: resolved, environment: environment, configurations: configurations,
            agents: flight?.agents, retired: flight?.retired ?? [], keepsLearner: keepsLearner,
            // New environments do not repeat the first episodes of the run.
            index: startsAfresh ? saved.counters.iterations : nil)
        for player in players {
            try player.restoreLearner()
            try player.restoreReplay(from: checkpoint.replay(of: player.id))
            player.adoptSettings(changedFrom: savedConfigurations[player.id])
        }
        if startsAfresh {
            for player in players { player.startAfresh() }
        } else {
            try Self.restoreEpisodes(of: players, on: flight.map { ($0.state, sharedRunner) }, from: saved)
        }
        self.init(
            environment: environment, configurations: configurations, lineup: resolved, players: players,
            sharedRunner: sharedRunner, pool: pool)
        self.settingChanges = settingChanges
        counters = saved.counters
        episodes = saved.episodes
        rllib = saved.rllib
        earlierArithmetic = saved.arithmetic
        let hasLostShared = sharedRunner?.beginning.restoredLanes.begunAnew.isEmpty == false
        for player in players where hasLostShared || !player.restoredLanes.begunAnew.isEmpty { player.startAfresh() }
        guard let iteration = saved.iteration else { return }
        let goesOn = settingChanges.isEmpty || !startsAfresh && Self.iterationsGoOn(with: settingChanges)
        if goesOn, !hasLostEpisodes, Self.canGoOn(saved, as: resolved.lineup, in: environment) {
            try restoreUnfinished(from: iteration)
        } else {
            for player in players { player.abandonIteration() }
        }
    }

    /// The settings to go on with, and what differs in them.
    ///
    /// - Throws: `ConfigurationError` for settings that are impossible, or fixed by what is stored.
    private static func configurations(
        changedFrom saved: PolicyConfigurations<Configuration>, by configure: (Configuration) throws -> Configuration,
        lineup: Lineup
    ) throws -> (PolicyConfigurations<Configuration>, [SettingChange]) {
        let base = try configure(saved.base)
        // What cannot change is said before what does not go together with it.
        _ = try base.changes(from: saved.base, of: nil)
        let configurations = try PolicyConfigurations(base, own: lineup.policyConfigurations)
        return (configurations, try configurations.changes(from: saved, of: lineup.policies))
    }

    /// The saved lineup with changes.
    private static func lineup(
        of saved: AlgorithmState, with changes: LineupChanges, at path: String
    ) throws(StateError) -> Lineup {
        do {
            return try saved.lineup.applying(changes)
        } catch {
            throw Lineup.Key.isChoice(error.path) ? error : error.nested(under: path)
        }
    }

    /// The environment whose name was saved.
    private static func environment(
        of saved: AlgorithmState, at path: String
    ) throws(StateError) -> TrainingEnvironment {
        do {
            return try TrainingEnvironment(
                named: saved.environment, settings: saved.environmentSettings, record: saved.environmentRecord)
        } catch {
            throw StateError(.notFound, "\(error); or give an environment", path: "\(path)/algorithm_state/environment")
        }
    }
}

/// Episodes in flight.
extension Algorithm {
    /// Episodes of several agents that have begun, and who acts in them.
    private struct Flight {
        let state: StateReader
        /// The agents of each policy.
        let agents: [[Int]]
        /// Policies that have been taken out.
        let retired: [MultiAgentRole]
    }

    /// The saved episodes of several agents, if they can go on. They belong to the policies that were in them: under
    /// another mapping environments start afresh. A mapping that was left out is taken to be the given one.
    private static func episodes(
        of saved: AlgorithmState, for resolved: ResolvedLineup, in environment: TrainingEnvironment
    ) throws -> Flight? {
        let lineup = resolved.lineup
        guard case .multiAgent(let specification) = environment, let state = saved.sharedRunner,
            lineup.policies == saved.lineup.policies,
            saved.lineup.mapping == lineup.mapping || saved.lineup.mapping == .leftOut
        else { return nil }
        var agents: [[Int]] = []
        for (index, id) in lineup.policies.enumerated() {
            let names = Set(try saved.runner(of: id)?.agents ?? [])
            let indices = specification.agents.indices.filter { names.contains(specification.agents[$0]) }
            guard Set(indices).isSuperset(of: resolved.mapping.agents(of: index)) else { return nil }
            agents.append(indices)
        }
        return Flight(
            state: state, agents: agents, retired: try MultiAgentRunner.retired(in: state, of: environment))
    }

    /// Goes on with the episodes in flight, or starts afresh.
    private static func restoreEpisodes(
        of players: [Player<Method>], on flight: (state: StateReader, sharedRunner: MultiAgentRunner?)?,
        from saved: AlgorithmState
    ) throws(StateError) {
        if let (state, sharedRunner) = flight, let sharedRunner {
            do {
                return try sharedRunner.restore(from: state.tree)
            } catch {
                throw error.nested(under: state.path)
            }
        }
        for player in players {
            if player.isAlone, let runner = try saved.runner(of: player.id), runner.agents == player.agents {
                try player.restoreRunner(from: runner.state)
            } else {
                player.startAfresh()
            }
        }
    }
}
