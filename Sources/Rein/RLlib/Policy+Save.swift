public import ReinCheckpoints
public import ReinPolicies

extension Policy {
    /// Writes a policy checkpoint: a directory with a manifest and one state file, complete or not there at all.
    ///
    /// A MessagePack file holds what RLlib 2.10 reads, too, wherever RLlib has such a policy. Its SAC needs critics: of
    /// a policy that has no learner's state RLlib reads nothing then.
    ///
    /// - Parameters:
    ///   - path: the directory to make.
    ///   - format: the kind of file.
    ///   - replacingExisting: whether an existing checkpoint at `path` may be replaced.
    /// - Throws: `StateError` when the directory exists or cannot be written.
    public func save(
        to path: String, format: CheckpointFormat = .native, replacingExisting: Bool = false
    ) throws(StateError) {
        let file = format == .msgpack ? RLlibFiles().policy(state) : FileState(state)
        try CheckpointDirectory.writePolicy(
            to: path, format: format, policy: file, replacingExisting: replacingExisting)
    }
}
