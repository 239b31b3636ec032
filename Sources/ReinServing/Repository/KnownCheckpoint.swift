#if Serving
import ReinCheckpoints
import ReinInterop
import ReinPolicies
import ReinRLlib
import Synchronization

/// A checkpoint that was seen, as it was then: one that is written anew is another one.
final class KnownCheckpoint: Sendable {
    /// The number of its version.
    let number: Int
    /// Where it is.
    let path: String
    /// What tells whether it has changed.
    let stamp: String
    private let place: SourcePlace
    private let normalization: String?
    private let contents = Mutex<Result<Contents, StateError>?>(nil)

    /// What a checkpoint holds, according to its manifest.
    private struct Contents {
        /// Nil for an agent of Stable-Baselines3.
        var directory: CheckpointDirectory?
        var policies: [PolicyID]
        /// The ids, to be found at once; nil when there is one policy, which has no id.
        var names: Set<PolicyID>?
    }

    /// Notes what was seen; `normalization` is the file that goes with an agent of Stable-Baselines3.
    init(number: Int, path: String, stamp: String, place: SourcePlace, normalization: String?) {
        self.number = number
        self.path = path
        self.stamp = stamp
        self.place = place
        self.normalization = normalization
    }

    /// The ids of the policies; those of an algorithm, or the name of the only one.
    var policies: [PolicyID] {
        get throws(StateError) { try opened().policies }
    }

    /// Why the checkpoint cannot be used; nil when it can, or nobody has tried.
    var problem: StateError? {
        contents.withLock { contents in
            if case .failure(let error)? = contents { error } else { nil }
        }
    }

    /// Forgets what the manifest said.
    func close() {
        contents.withLock { contents in
            if case .success? = contents { contents = nil }
        }
    }

    /// Forgets that the checkpoint could not be opened.
    func forgetProblem() {
        contents.withLock { contents in
            if case .failure? = contents { contents = nil }
        }
    }

    /// Whether there is a policy of an id; of the only one when nil.
    ///
    /// - Throws: `StateError` when the checkpoint cannot be opened.
    func contains(_ id: PolicyID?) throws(StateError) -> Bool {
        let contents = try opened()
        guard let id else { return contents.policies.count == 1 }
        return contents.names?.contains(id) ?? (contents.policies == [id])
    }

    /// Reads a policy, to act with. Its file is compared with its checksum.
    ///
    /// - Parameter id: which one; not looked at when there is only one, which has no id.
    /// - Throws: `StateError` when it is not there or damaged.
    func policy(_ id: PolicyID?) throws(StateError) -> Policy {
        let contents = try opened()
        if let directory = contents.directory {
            return try Policy(toActOf: directory, id: contents.names == nil ? nil : id)
        }
        let agent =
            if case .archive = place {
                try StableBaselines3Agent(opening: path, normalization: normalization)
            } else {
                try StableBaselines3Agent(restoring: Checkpoint(directory: path), normalization: normalization)
            }
        return agent.policy.forActing
    }

    /// What changes when the files of a policy do, or when they come to be there.
    func stamp(of id: PolicyID?) -> String {
        guard let directory = contents.withLock({ try? $0?.get() })?.directory else { return stamp }
        let folder = directory.kind == .algorithm && id != nil ? "\(path)/policies/\(id?.string ?? "")" : path
        let names = [CheckpointManifest.fileName] + CheckpointFormat.allCases.map { "policy_state.\($0.fileExtension)" }
        return names.reduce(stamp) { stamps, name in
            "\(stamps) \((try? LocalFile.stamp(of: "\(folder)/\(name)")) ?? "")"
        }
    }

    /// Whether the checkpoint is still there.
    var isThere: Bool { (try? LocalFile.exists(path)) ?? true }

    private func opened() throws(StateError) -> Contents {
        try contents.withLock { contents in
            if let contents { return contents }
            let result = Result { () throws(StateError) in try open() }
            contents = result
            return result
        }.get()
    }

    private func open() throws(StateError) -> Contents {
        switch place {
        case .archive, .unpacked: return Contents(policies: [Self.name(of: path)])
        case .checkpoint, .run:
            let directory = try CheckpointDirectory(opening: path)
            // Read whole, and compared with its own checksum.
            let ids = try directory.manifest.policyIDs
            guard directory.kind == .algorithm else {
                return Contents(directory: directory, policies: [Self.name(of: path)])
            }
            guard !ids.isEmpty else { throw StateError(.notFound, "the checkpoint holds no policies", path: path) }
            return Contents(directory: directory, policies: ids, names: Set(ids))
        }
    }

    /// What a policy without an id is called: as its directory or zip file, unless that is a number.
    private static func name(of path: String) -> PolicyID {
        var name = lastComponent(of: path)
        if name.hasSuffix(".zip") { name.removeLast(4) }
        guard CheckpointName.index(in: name) == nil, let id = try? PolicyID(name) else { return .default }
        return id
    }
}
#endif
