/// The states of an algorithm and its policies, or of one policy.
extension Checkpoint {
    /// What the checkpoint is of; nil when it is neither an algorithm's nor a policy's.
    ///
    /// - Throws: `StateError` when the directory cannot be read.
    public var kind: CheckpointDirectory.Kind? {
        get throws(StateError) {
            switch content {
            case .states(let states, _): states.kind
            case .dictionary: nil
            case .files, .directory, .remote:
                try inDirectory { path throws(StateError) in
                    try CheckpointDirectory.exists(at: path) ? CheckpointDirectory(opening: path).kind : nil
                }
            }
        }
    }

    /// The ids of an algorithm's policies in its order; empty for any other checkpoint.
    ///
    /// - Throws: `StateError` when the directory cannot be read.
    public var policyIDs: [PolicyID] {
        get throws(StateError) {
            guard try kind == .algorithm else { return [] }
            return try source().manifest.policyIDs
        }
    }

    /// The state of the algorithm, without its policies.
    ///
    /// - Throws: `StateError` when the checkpoint is of something else, and for a file that is damaged, naming it.
    public func algorithmState() throws(StateError) -> StateTree {
        try source().algorithmState()
    }

    /// The state of one policy.
    ///
    /// - Parameter id: which one; it may be left out when there is only one.
    /// - Throws: `StateError` with `.unknownPolicy` that lists the ids there are, and for a file that is damaged, naming
    ///   it.
    public func policyState(_ id: PolicyID? = nil) throws(StateError) -> StateTree {
        try source().policyState(id)
    }

    /// The replay of one policy.
    ///
    /// - Throws: `StateError` for the checkpoint of a policy, which never holds one, and for a file that is damaged.
    public func replayState(_ id: PolicyID) throws(StateError) -> ReplayState {
        try source().replayState(id)
    }

    /// Where the states are read from. A temporary directory lives as long as that.
    ///
    /// - Throws: `StateError` when there are none.
    package func source() throws(StateError) -> any CheckpointSource {
        switch content {
        case .states(let states, _): return states
        case .dictionary:
            throw StateError(
                .notFound, "the checkpoint of something else, not of an algorithm or a policy", path: MemorySource.name)
        case .files: return try TemporarySource(self)
        case .directory(let path): return DirectorySource(try CheckpointDirectory(opening: path))
        case .remote(let remote): throw remote.isElsewhere
        }
    }
}
