package import ReinCheckpoints
import ReinPolicies
import ReinRLlib
import Synchronization

/// A checkpoint, read as what Rein saves, whoever wrote it. The state of the algorithm is read once, and handed to all who
/// ask for it; that of a policy whenever it is asked for, since there may be thousands.
///
/// An algorithm of RLlib's gets the settings of its policies, which are all read for it; its mapping is left out where there
/// are several.
package final class SavedCheckpoint: Sendable {
    /// Where the checkpoint is.
    package let source: any CheckpointSource
    private let known = Mutex<Known?>(nil)

    /// The algorithm, and what was seen of its policies on the way.
    private struct Known {
        let algorithm: AlgorithmState
        /// The tree that it was read from; nil where another library saved it.
        let tree: StateTree?
        /// Why training cannot go on from policies of RLlib's.
        let problems: [(id: PolicyID?, problem: StateError)]
    }

    /// Reads from a source.
    package init(_ source: any CheckpointSource) { self.source = source }

    /// Opens the checkpoint in a directory.
    ///
    /// - Parameter verifyingChecksums: whether to compare files with their checksums in the manifest, where there are.
    /// - Throws: `StateError` when there is no checkpoint that can be read.
    package convenience init(opening path: String, verifyingChecksums: Bool = true) throws(StateError) {
        self.init(DirectorySource(try CheckpointDirectory(opening: path), verifyingChecksums: verifyingChecksums))
    }

    /// What the checkpoint is of.
    package var kind: CheckpointDirectory.Kind { source.kind }

    /// What the checkpoint is called in messages.
    package var path: String { source.path }

    /// Which policies there are, and which of them have a replay.
    package var manifest: CheckpointManifest { get throws(StateError) { try source.manifest } }

    /// The state of the algorithm.
    ///
    /// - Throws: `StateError` that names the file, and for RLlib's algorithms what cannot be read and why.
    package func algorithm() throws(StateError) -> AlgorithmState { try read().algorithm }

    /// The state of a policy as Rein saves it; with the state of a learner unless RLlib trained it in a way that there is
    /// not here.
    ///
    /// - Parameters:
    ///   - id: which policy; it may be left out when there is only one.
    ///   - trainsOn: whether it is an error when training cannot go on.
    /// - Throws: `StateError` that names the file, and for RLlib's policies what cannot be read and why.
    package func policy(_ id: PolicyID? = nil, trainsOn: Bool = false) throws(StateError) -> StateTree {
        let state = try source.policyState(id)
        guard RLlibPolicy.isFile(state) else { return state }
        let rllib = try RLlibPolicy(StateReader(state, path: source.location(of: id)))
        do throws(StateError) {
            return try RLlibMethods.policy(rllib).state
        } catch {
            guard !trainsOn, error.code == .unsupportedFormat else { throw error }
            return rllib.policy.state
        }
    }

    /// The replay of a policy.
    ///
    /// - Throws: `StateError` when the manifest promises one that is not there, and for a file that is damaged.
    package func replay(of id: PolicyID) throws(StateError) -> ReplayState { try source.replayState(id) }

    /// The files by which other programs run a policy, as they are.
    ///
    /// - Throws: `StateError` for a manifest that is damaged.
    package func models(of id: PolicyID? = nil) throws(StateError) -> [ModelFile] {
        try source.modelFiles(of: id)
    }

    /// Where a policy's state lies, to be named in a message.
    package func location(of id: PolicyID?) -> String { source.location(of: id) }

    /// Why training cannot go on from policies of RLlib's that can act; the id is nil for a policy alone. Nothing for
    /// checkpoints of Rein's.
    ///
    /// - Throws: `StateError` as `policy(_:trainsOn:)`.
    package func trainingProblems() throws(StateError) -> [(id: PolicyID?, problem: StateError)] {
        guard source.kind == .policy else { return try read().problems }
        let state = try source.policyState(nil)
        guard RLlibPolicy.isFile(state),
            let problem = try Self.trainingProblem(RLlibPolicy(StateReader(state, path: source.location(of: nil))))
        else { return [] }
        return [(nil, problem)]
    }

    private static func trainingProblem(_ rllib: RLlibPolicy) throws(StateError) -> StateError? {
        do throws(StateError) {
            _ = try RLlibMethods.policy(rllib)
            return nil
        } catch  where error.code == .unsupportedFormat {
            return error
        }
    }

    /// The tree of the algorithm's state as it was saved; nil where another library saved it.
    func savedTree() throws(StateError) -> StateTree? { try read().tree }

    private func read() throws(StateError) -> Known {
        if let known = known.withLock({ $0 }) { return known }
        let tree = try source.algorithmState()
        guard case .map = tree else { throw StateError(.wrongType, "not the state of an algorithm", path: path) }
        var read: Known
        if RLlibAlgorithm.isFile(tree) {
            let file = try RLlibAlgorithm(StateReader(tree, path: "\(path)/algorithm_state"))
            var policies: [(id: PolicyID, settings: StateTree?)] = []
            var problems: [(id: PolicyID?, problem: StateError)] = []
            for id in try manifest.policyIDs.sorted(byBytesOf: \.string) {
                let state = try source.policyState(id)
                let rllib = try RLlibPolicy(StateReader(state, path: source.location(of: id)))
                policies.append((id, try file.settings(of: rllib)))
                if let problem = try Self.trainingProblem(rllib) { problems.append((id, problem)) }
            }
            read = Known(algorithm: try file.state(policies), tree: nil, problems: problems)
        } else {
            read = Known(
                algorithm: try AlgorithmState(StateReader(tree, path: "algorithm_state")), tree: tree, problems: [])
        }
        known.withLock { $0 = read }
        return read
    }
}
