package import ReinCheckpoints
import ReinPolicies

extension CheckpointDirectory {
    /// Writes the checkpoint of an algorithm, whole or not at all: in the format MessagePack with what RLlib reads,
    /// wherever RLlib has such an algorithm.
    ///
    /// - Parameters:
    ///   - state: the state of the algorithm.
    ///   - tree: what to save of it, where that is more than it says itself.
    ///   - path: the directory to make.
    ///   - format: the kind of files.
    ///   - earlier: a checkpoint to share files with, or nil.
    ///   - replacingExisting: whether a checkpoint at `path` may be replaced.
    ///   - synchronizing: whether to wait until everything is on the disk.
    ///   - executor: whether policies are written one after another or several at a time.
    ///   - reporting: whether the result is wanted. It takes looking at every policy.
    ///   - policy: what to save of the policy at a position in the lineup; asked for once each.
    /// - Returns: what RLlib will say of the checkpoint; nothing unless asked for.
    /// - Throws: `StateError` when the directory cannot be made, and what `policy` throws.
    @discardableResult
    package static func writeAlgorithm(
        _ state: AlgorithmState, as tree: StateTree? = nil, to path: String, format: CheckpointFormat,
        sharingWith earlier: String? = nil, replacingExisting: Bool, synchronizing: Bool = true,
        by executor: LoopExecutor = .oneByOne, reporting: Bool,
        policy: (Int) throws(StateError) -> SavedPolicy
    ) throws(StateError) -> RLlibReport {
        let ids = state.lineup.policies
        let files = reporting || format == .msgpack ? RLlibFiles(algorithm: state, reporting: reporting) : nil
        try writeAlgorithm(
            to: path, format: format,
            algorithm: {
                let tree = tree ?? state.state
                return files?.algorithm(tree, format: format) ?? StateFile(tree)
            },
            policies: ids, sharingWith: earlier, replacingExisting: replacingExisting, synchronizing: synchronizing,
            by: executor
        ) { index throws(StateError) in
            let saved = try policy(index)
            return PolicyContents(
                files?.policy(saved.state, id: ids[index], format: format) ?? StateFile(saved.state),
                replay: saved.replay, models: saved.models)
        }
        return files?.report(format: format) ?? RLlibReport()
    }

    /// Writes the checkpoint of a policy, whole or not at all: in the format MessagePack with what RLlib reads, wherever
    /// RLlib has such a policy.
    ///
    /// - Parameters:
    ///   - state: the state of the policy.
    ///   - path: the directory to make.
    ///   - format: the kind of file.
    ///   - models: the files by which other programs run the policy.
    ///   - replacingExisting: whether a checkpoint at `path` may be replaced.
    ///   - synchronizing: whether to wait until everything is on the disk.
    /// - Returns: what RLlib will say of the checkpoint.
    /// - Throws: `StateError` when the directory cannot be made.
    @discardableResult
    package static func writePolicy(
        _ state: StateTree, to path: String, format: CheckpointFormat, models: [ModelFile] = [],
        replacingExisting: Bool, synchronizing: Bool = true
    ) throws(StateError) -> RLlibReport {
        let files = RLlibFiles()
        try writePolicy(
            to: path, format: format, policy: files.policy(state, format: format), models: models,
            replacingExisting: replacingExisting, synchronizing: synchronizing)
        return files.report(format: format)
    }

    /// Writes the checkpoint at `source` once more, in another format. Converting back gives the same bytes; a
    /// checkpoint that RLlib wrote becomes one of Rein's. Policies from which training cannot go on act, and are not among
    /// the policies to train of the algorithm that is written.
    ///
    /// MessagePack files hold what RLlib 2.10 reads, too, wherever RLlib has such a policy.
    ///
    /// - Parameters:
    ///   - source: the checkpoint to read, of an algorithm or a policy.
    ///   - destination: the directory to make.
    ///   - format: the kind of state files to write.
    ///   - replacingExisting: whether a checkpoint at `destination` may be replaced.
    ///   - synchronizing: whether to wait until everything is on the disk.
    /// - Throws: `StateError` when the source cannot be read or the destination not be written.
    public static func convert(
        from source: String, to destination: String, format: CheckpointFormat, replacingExisting: Bool = false,
        synchronizing: Bool = true
    ) throws(StateError) {
        try SavedCheckpoint(opening: source).convert(
            to: destination, format: format, replacingExisting: replacingExisting, synchronizing: synchronizing)
    }
}

extension SavedCheckpoint {
    /// Writes the checkpoint once more, in another format; see `CheckpointDirectory.convert`.
    ///
    /// - Returns: what RLlib will say of it.
    /// - Throws: `StateError` when this one cannot be read or the other not be written.
    @discardableResult
    package func convert(
        to destination: String, format: CheckpointFormat, replacingExisting: Bool = false, synchronizing: Bool = true
    ) throws(StateError) -> RLlibReport {
        guard source.kind == .algorithm else {
            return try CheckpointDirectory.writePolicy(
                policy(), to: destination, format: format, models: models(), replacingExisting: replacingExisting,
                synchronizing: synchronizing)
        }
        var state = try algorithm()
        let untrainable = Set(try trainingProblems().map(\.id))
        if !untrainable.isEmpty {
            let trained = state.lineup.policiesToTrain.filter { !untrainable.contains($0) }
            state.lineup = try state.lineup.applying(LineupChanges(policiesToTrain: PolicySelection(trained)))
        }
        let ids = state.lineup.policies
        return try CheckpointDirectory.writeAlgorithm(
            state, as: savedTree(), to: destination, format: format, replacingExisting: replacingExisting,
            synchronizing: synchronizing, reporting: true
        ) { index throws(StateError) in
            try SavedPolicy(
                state: policy(ids[index]), replay: replay(of: ids[index]), models: models(of: ids[index]))
        }
    }
}
