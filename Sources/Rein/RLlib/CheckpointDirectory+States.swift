public import ReinCheckpoints
import ReinPolicies

extension CheckpointDirectory {
    /// The state of the algorithm as Rein saves it, whether Rein wrote the checkpoint or RLlib.
    ///
    /// An algorithm of RLlib's gets the settings of its policies; the mapping is left out where there are several.
    ///
    /// - Parameter verifyingChecksum: whether to compare the file with its checksum in the manifest, if there is one.
    /// - Throws: `StateError` that names the file, and for RLlib's algorithms what cannot be read and why.
    public func restorableAlgorithm(verifyingChecksum: Bool = true) throws(StateError) -> StateTree {
        try restorableAlgorithm(listedIn: manifest, verifyingChecksum: verifyingChecksum)
    }

    /// The same according to a manifest that has been read before.
    func restorableAlgorithm(
        listedIn manifest: CheckpointManifest, verifyingChecksum: Bool
    ) throws(StateError) -> StateTree {
        let tree = try algorithmState(listedIn: manifest, verifyingChecksum: verifyingChecksum)
        guard RLlibAlgorithm.isFile(tree) else { return tree }
        var policies: [(id: PolicyID, policy: RLlibPolicy)] = []
        for id in manifest.policyIDs.sorted() {
            let place = "policies/\(id)"
            let state = try policyState(id, verifyingChecksum: verifyingChecksum)
            do { policies.append((id, try RLlibPolicy(StateReader(state)))) } catch { throw error.nested(under: place) }
        }
        return try RLlibAlgorithm.state(StateReader(tree, path: "algorithm_state"), policies: policies)
    }

    /// The state of a policy as Rein saves it, whether Rein wrote the checkpoint or RLlib; with the state of a learner.
    ///
    /// - Parameters:
    ///   - id: which policy. It may be left out when there is only one.
    ///   - verifyingChecksum: whether to compare the file with its checksum in the manifest, if there is one.
    /// - Throws: `StateError` that names the file, and for RLlib's policies what cannot be read and why.
    public func restorablePolicy(
        _ id: PolicyID? = nil, verifyingChecksum: Bool = true
    ) throws(StateError) -> StateTree {
        let state = try policyState(id, verifyingChecksum: verifyingChecksum)
        guard RLlibPolicy.isFile(state) else { return state }
        let rllib = try RLlibPolicy(StateReader(state))
        return try Self.policy(rllib, method: RLlibMethods.method(of: rllib.policyClass)).state
    }

    private static func policy<Method: RLlibMethod>(
        _ rllib: RLlibPolicy, method: Method.Type
    ) throws(StateError) -> Policy {
        try method.policy(rllib)
    }

    /// Writes the checkpoint at `source` once more, in another format. Converting back gives the same bytes; a
    /// checkpoint that RLlib wrote becomes one of Rein's.
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
        let checkpoint = try CheckpointDirectory(opening: source)
        var algorithm: StateTree?
        var files = RLlibFiles()
        var ids: [PolicyID] = []
        if checkpoint.kind == .algorithm {
            let state = try checkpoint.restorableAlgorithm()
            algorithm = state
            files = RLlibFiles(algorithm: state)
            ids = try checkpoint.policyIDs
        }
        try convert(
            from: source, to: destination, format: format, replacingExisting: replacingExisting,
            synchronizing: synchronizing
        ) { id, state throws(StateError) in
            if id == nil, let algorithm {
                guard format == .msgpack else { return FileState(algorithm) }
                return files.algorithm(algorithm, policies: ids) { id throws(StateError) in
                    try checkpoint.restorablePolicy(id)
                }
            }
            let policy = RLlibPolicy.isFile(state) ? try checkpoint.restorablePolicy(id) : state
            return format == .msgpack ? files.policy(policy, id: id) : FileState(policy)
        }
    }
}
