public import ReinCheckpoints
import ReinPolicies
import ReinRLlib

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
        guard case .map = tree else { throw StateError(.wrongType, "not the state of an algorithm", path: path) }
        guard RLlibAlgorithm.isFile(tree) else { return tree }
        var policies: [(id: PolicyID, policy: RLlibPolicy)] = []
        for id in manifest.policyIDs.sorted() {
            let state = try policyState(id, verifyingChecksum: verifyingChecksum)
            policies.append((id, try RLlibPolicy(StateReader(state, path: place(of: id)))))
        }
        return try RLlibAlgorithm.state(StateReader(tree, path: "\(path)/algorithm_state"), policies: policies)
    }

    /// The state of a policy as Rein saves it, whether Rein wrote the checkpoint or RLlib; with the state of a learner
    /// unless RLlib trained it in a way that there is not here.
    ///
    /// - Parameters:
    ///   - id: which policy. It may be left out when there is only one.
    ///   - verifyingChecksum: whether to compare the file with its checksum in the manifest, if there is one.
    /// - Throws: `StateError` that names the file, and for RLlib's policies what cannot be read and why.
    public func restorablePolicy(
        _ id: PolicyID? = nil, verifyingChecksum: Bool = true
    ) throws(StateError) -> StateTree {
        try restorablePolicy(id, verifyingChecksum: verifyingChecksum, trainsOn: false)
    }

    /// The same.
    ///
    /// - Parameter trainsOn: whether it is an error when training cannot go on.
    package func restorablePolicy(
        _ id: PolicyID?, verifyingChecksum: Bool = true, trainsOn: Bool
    ) throws(StateError) -> StateTree {
        let state = try policyState(id, verifyingChecksum: verifyingChecksum)
        guard RLlibPolicy.isFile(state) else { return state }
        let rllib = try RLlibPolicy(StateReader(state, path: place(of: id)))
        do throws(StateError) {
            return try Self.policy(rllib, method: RLlibMethods.method(of: rllib.policyClass)).state
        } catch {
            guard !trainsOn, error.code == .unsupportedFormat else { throw error }
            return rllib.policy.state
        }
    }

    /// Why training cannot go on from a policy of RLlib's that can act; nil when it can, and for policies of Rein's.
    ///
    /// - Throws: `StateError` as `restorablePolicy`.
    package func trainingProblem(of id: PolicyID?) throws(StateError) -> StateError? {
        let state = try policyState(id)
        guard RLlibPolicy.isFile(state) else { return nil }
        let rllib = try RLlibPolicy(StateReader(state, path: place(of: id)))
        do throws(StateError) {
            _ = try Self.policy(rllib, method: RLlibMethods.method(of: rllib.policyClass))
            return nil
        } catch  where error.code == .unsupportedFormat {
            return error
        }
    }

    private static func policy<Method: RLlibMethod>(
        _ rllib: RLlibPolicy, method: Method.Type
    ) throws(StateError) -> Policy {
        try method.policy(rllib)
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
        let checkpoint = try CheckpointDirectory(opening: source)
        var algorithm: StateTree?
        var files = RLlibFiles()
        var ids: [PolicyID] = []
        if checkpoint.kind == .algorithm {
            ids = try checkpoint.policyIDs
            let state = try checkpoint.trainableAlgorithm(ids)
            algorithm = state
            files = RLlibFiles(algorithm: state)
        }
        try convert(
            from: source, to: destination, format: format, replacingExisting: replacingExisting,
            synchronizing: synchronizing
        ) { id, state throws(StateError) in
            if id == nil, let algorithm {
                guard format == .msgpack else { return FileState(algorithm) }
                return try files.algorithm(algorithm, policies: ids) { id throws(StateError) in
                    try checkpoint.restorablePolicy(id)
                }
            }
            let policy = RLlibPolicy.isFile(state) ? try checkpoint.restorablePolicy(id) : state
            return format == .msgpack ? files.policy(policy, id: id) : FileState(policy)
        }
    }

    /// The state of the algorithm, without policies among those to train that training cannot go on from.
    private func trainableAlgorithm(_ ids: [PolicyID]) throws(StateError) -> StateTree {
        let state = try restorableAlgorithm()
        guard case .map(var map) = state, case .list(var trained)? = map["policiesToTrain"] else { return state }
        for id in ids where try trainingProblem(of: id) != nil { trained.removeAll { $0 == .string(id.string) } }
        map["policiesToTrain"] = .list(trained)
        return .map(map)
    }
}
