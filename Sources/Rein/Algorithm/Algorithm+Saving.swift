public import ReinCheckpoints
import ReinNumerics
import ReinPolicies

extension Algorithm {
    /// The newest version of the tree that an algorithm saves; a reader refuses a newer one. Between iterations an
    /// algorithm saves version 1, which older readers know.
    public static var stateVersion: Int { AlgorithmState.currentVersion }

    /// Everything but the policies and their replay: settings, environment, lineup, counters, episodes and runners, and
    /// of an unfinished iteration what has been collected and not been learnt from. It holds no clock times, host names
    /// or paths.
    public var state: StateTree { saved.state }

    /// The same, typed.
    var saved: AlgorithmState {
        var state = AlgorithmState(
            algorithm: Method.algorithmName, environment: environment.id, configuration: configuration.tree,
            lineup: lineup)
        state.environmentSettings = environment.settings
        state.environmentRecord = environment.record
        state.environmentIncidents = environmentIncidents
        state.counters = counters
        state.episodes = episodes
        var runners = StateMap()
        for player in players {
            runners[player.id.description] = AlgorithmState.runner(player.runnerState, of: player.agents)
        }
        state.runners = StateReader(.map(runners))
        state.sharedRunner = sharedRunner.map { StateReader($0.state) }
        state.arithmetic = arithmetic
        state.rllib = rllib
        state.iteration = unfinishedState.map { StateReader($0) }
        return state
    }

    /// A checkpoint of everything, in memory. Tensors are shared with the algorithm until training changes them.
    ///
    ///     let before = try algorithm.checkpoint()
    ///     _ = try algorithm.train()
    ///     try algorithm.restore(from: before)
    ///
    /// - Parameter leavingOutCustomMappings: whether a mapping with a choice of the program's, which cannot be saved, may
    ///   be left out; whoever restores the checkpoint then has to give one.
    /// - Throws: `StateError` for a mapping that cannot be saved, and for a policy that cannot be exported where
    ///   `exportsNativeModelFiles` asks for it.
    public func checkpoint(leavingOutCustomMappings: Bool = false) throws(StateError) -> Checkpoint {
        if !leavingOutCustomMappings { try requireSavableMappings() }
        return try Checkpoint(
            algorithm: state,
            policies: players.map { player in
                (
                    player.id,
                    PolicyContents(
                        StateFile(player.policyWithLearnerState.state), replay: player.replayState,
                        models: player.modelFiles)
                )
            })
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
    /// - Throws: `StateError` when the directory exists or cannot be written, for a mapping that cannot be saved, and for a
    ///   policy that cannot be exported where `exportsNativeModelFiles` asks for it.
    public func save(
        to path: String, format: CheckpointFormat = .native, sharingWith earlier: String? = nil,
        replacingExisting: Bool = false, synchronizing: Bool = true, leavingOutCustomMappings: Bool = false
    ) throws(StateError) {
        if !leavingOutCustomMappings { try requireSavableMappings() }
        try CheckpointDirectory.writeAlgorithm(
            saved, to: path, format: format, sharingWith: earlier, replacingExisting: replacingExisting,
            synchronizing: synchronizing, by: LoopExecutor { [pool] in pool.run(shards: $0, $1) }, reporting: false
        ) { index in
            SavedPolicy(
                state: players[index].policyWithLearnerState.state, replay: players[index].replayState,
                models: players[index].modelFiles)
        }
    }

    private func requireSavableMappings() throws(StateError) {
        for (key, mapping) in [(Lineup.Key.mapping, mapping), (.evaluationMapping, evaluationMapping)] {
            guard let mapping, !mapping.isSavable else { continue }
            throw StateError(
                .unsupportedFormat,
                "has a choice that the program makes, which cannot be saved; save with leavingOutCustomMappings to "
                    + "leave the mapping out, and give one when restoring", path: key.rawValue)
        }
    }
}
