extension CheckpointDirectory {
    /// Writes the checkpoint of an algorithm, whole or not at all.
    ///
    /// The files are put together in a hidden directory beside `path`, which gets its name at the very end, at one
    /// stroke. A process that is killed leaves at most that hidden directory, which the next one that writes beside it
    /// removes.
    ///
    /// - Parameters:
    ///   - path: the directory to make. Its parent must exist.
    ///   - format: the kind of state files.
    ///   - algorithm: the state of the algorithm without its policies.
    ///   - policies: the states of the policies, in the order of the algorithm.
    ///   - replays: the replay of policies whose method has one.
    ///   - earlier: a checkpoint of the same algorithm, usually the one before, or nil. Policies and replays that have
    ///     not changed since share its files (as clones or hard links) instead of being written, where the file system
    ///     can do that; nil to share nothing. Each checkpoint is complete all the same: the earlier one may be moved or deleted. One that is
    ///     missing, damaged or of another format is of no help and no error.
    ///   - replacingExisting: whether a checkpoint at `path` may be replaced, at one stroke too. Anything but a
    ///     checkpoint is never replaced.
    ///   - synchronizing: whether to wait until everything is on the disk, so that it survives a power failure.
    /// - Throws: `StateError` with `.alreadyExists` when `path` is taken, or that says what could not be written. There
    ///   is then nothing new at `path`.
    public static func writeAlgorithm(
        to path: String, format: CheckpointFormat, algorithm: StateTree, policies: [(PolicyID, StateTree)],
        replays: [PolicyID: ReplayState] = [:], sharingWith earlier: String? = nil, replacingExisting: Bool = false,
        synchronizing: Bool = true
    ) throws(StateError) {
        if let stranger = PolicyID.firstStranger(in: Array(replays.keys), among: policies.map(\.0)) {
            throw StateError(.unknownPolicy, "a replay, but no policy \"\(stranger)\" is given", path: path)
        }
        try writeAlgorithm(
            to: path, format: format, algorithm: { StateFile(algorithm) }, policies: policies.map(\.0),
            sharingWith: earlier, replacingExisting: replacingExisting, synchronizing: synchronizing
        ) { index in PolicyContents(StateFile(policies[index].1), replay: replays[policies[index].0] ?? .none) }
    }

    /// Writes the checkpoint of an algorithm whose policies are asked for when they are written, so that the states of
    /// thousands are never in memory at once; see the other `writeAlgorithm`.
    ///
    /// - Parameters:
    ///   - algorithm: the state of the algorithm without its policies; asked for when all policies have been written.
    ///   - executor: whether policies are written one after another or several at a time. The files are the same.
    ///   - policy: what there is of the policy at a position in `policies`.
    package static func writeAlgorithm(
        to path: String, format: CheckpointFormat, algorithm: () throws(StateError) -> StateFile, policies: [PolicyID],
        sharingWith earlier: String? = nil, replacingExisting: Bool = false, synchronizing: Bool = true,
        by executor: LoopExecutor = .oneByOne, policy: (Int) throws(StateError) -> PolicyContents
    ) throws(StateError) {
        let writer = try CheckpointWriter(
            to: path, format: format, replacingExisting: replacingExisting, sharingWith: earlier)
        try writer.run(synchronizing: synchronizing) { writer throws(StateError) in
            try writer.addPolicies(policies, by: executor, policy)
            try writer.addState(algorithm(), .algorithm)
        }
    }

    /// Writes the checkpoint of a policy, whole or not at all; see `writeAlgorithm`.
    ///
    /// - Parameters:
    ///   - path: the directory to make. Its parent must exist.
    ///   - format: the kind of state file.
    ///   - policy: the state of the policy.
    ///   - replacingExisting: whether a checkpoint at `path` may be replaced.
    ///   - synchronizing: whether to wait until everything is on the disk.
    /// - Throws: `StateError` with `.alreadyExists` when `path` is taken, or that says what could not be written.
    public static func writePolicy(
        to path: String, format: CheckpointFormat, policy: StateTree, replacingExisting: Bool = false,
        synchronizing: Bool = true
    ) throws(StateError) {
        try writePolicy(
            to: path, format: format, policy: StateFile(policy), replacingExisting: replacingExisting,
            synchronizing: synchronizing)
    }

    /// Writes the checkpoint of a policy whose file may hold more than its state, and beside which there may be files by
    /// which other programs run it; see the other `writePolicy`.
    package static func writePolicy(
        to path: String, format: CheckpointFormat, policy: StateFile, models: [ModelFile] = [],
        replacingExisting: Bool = false, synchronizing: Bool = true
    ) throws(StateError) {
        let writer = try CheckpointWriter(to: path, format: format, replacingExisting: replacingExisting)
        try writer.run(synchronizing: synchronizing) { writer throws(StateError) in
            try writer.addModels(models)
            try writer.addState(policy, .policy)
        }
    }
}
