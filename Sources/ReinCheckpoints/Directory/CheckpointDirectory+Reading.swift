extension CheckpointDirectory {
    /// The state of the algorithm, without its policies.
    ///
    /// - Parameter verifyingChecksum: Whether to compare the file with its checksum in the manifest, if there is one.
    /// - Throws: `StateError` that names the file, and the tensor if one is at fault.
    public func algorithmState(verifyingChecksum: Bool = true) throws(StateError) -> StateTree {
        guard kind == .algorithm else {
            throw StateError(.notFound, "the checkpoint of a policy, not of an algorithm", path: path)
        }
        return try algorithmState(
            listedIn: verifyingChecksum ? manifest : nil, verifyingChecksum: verifyingChecksum)
    }

    /// The state of the algorithm according to a manifest that has been read before, nil to check no checksum.
    package func algorithmState(
        listedIn manifest: CheckpointManifest?, verifyingChecksum: Bool
    ) throws(StateError) -> StateTree {
        let directory = try Directory(opening: path)
        if verifyingChecksum, let manifest { try requireListedFolders(manifest, directory) }
        return try Self.state(in: directory, kind, format, verifyingChecksum ? manifest : nil)
    }

    /// The state of one policy.
    ///
    /// - Parameters:
    ///   - id: which one. It may be left out when there is only one.
    ///   - verifyingChecksum: whether to compare the file with its checksum in the manifest, if there is one.
    /// - Throws: `StateError` with `.unknownPolicy` that lists the ids there are; or that names the file, and the
    ///   tensor if one is at fault.
    public func policyState(_ id: PolicyID? = nil, verifyingChecksum: Bool = true) throws(StateError) -> StateTree {
        let directory = try Directory(opening: path)
        switch kind {
        case .policy:
            guard id == nil || id?.string == lastComponent(of: path) else {
                throw StateError(
                    .unknownPolicy, "the checkpoint of one policy, which does not tell its id; leave the id out",
                    path: path)
            }
            let manifest = verifyingChecksum ? try Self.manifest(of: directory, expecting: (kind, format)) : nil
            return try Self.state(in: directory, kind, format, manifest)
        case .algorithm:
            let wanted = if let id { id } else { try onlyPolicy() }
            let folder = try policyFolder(wanted, in: directory)
            return try policyState(wanted, in: folder, listedIn: verifyingChecksum ? manifest : nil)
        }
    }

    /// The replay of one policy, in a tree that points into its file.
    ///
    /// - Parameters:
    ///   - id: which policy.
    ///   - verifyingChecksum: whether to compare the file with its checksum in the manifest, if there is one.
    /// - Throws: `StateError` that names the file when it is missing or damaged, and the tensor if one is at fault.
    public func replayState(_ id: PolicyID, verifyingChecksum: Bool = true) throws(StateError) -> ReplayState {
        guard kind == .algorithm else {
            throw StateError(.notFound, "the checkpoint of a policy, which never holds a replay", path: path)
        }
        return try replayState(id, listedIn: manifest, verifyingChecksum: verifyingChecksum)
    }

    /// The replay of one policy according to a manifest that has been read before.
    package func replayState(
        _ id: PolicyID, listedIn manifest: CheckpointManifest, verifyingChecksum: Bool
    ) throws(StateError) -> ReplayState {
        switch manifest.replays[id] {
        case nil:
            try requireNoReplay(of: id, manifest)
            return .none
        case .omitted:
            try requireNoReplay(of: id, manifest)
            return .omitted
        case .included:
            let place = Self.replayPath(of: id, format)
            let directory = try Directory(opening: path)
            guard try directory.contains(Self.replayFolder) else {
                throw StateError(.notFound, "the manifest lists the file, but it is missing", path: "\(path)/\(place)")
            }
            return .included(
                try Self.state(
                    in: try directory.directory(Self.replayFolder), Self.replayFile(of: id, format), format,
                    verifyingChecksum ? manifest : nil, listedAs: place))
        }
    }

    /// The state of the policy whose folder this is.
    ///
    /// - Parameter algorithm: the algorithm's manifest, which the policy's must be listed in; nil to check no checksum.
    func policyState(
        _ id: PolicyID, in folder: borrowing Directory, listedIn algorithm: CheckpointManifest?
    ) throws(StateError) -> StateTree {
        let (kind, format, text) = try Self.identify(folder)
        guard kind == .policy else {
            throw StateError(.malformed, "not the checkpoint of a policy", path: folder.path)
        }
        guard let algorithm else { return try Self.state(in: folder, kind, format, nil) }
        guard algorithm.files != nil else {
            let own = try Self.manifest(of: folder, expecting: (kind, format), text: text)
            return try Self.state(in: folder, kind, format, own)
        }
        let whole = if let text { text } else { try ManifestHead.text(in: folder) }
        let own = try Self.manifest(of: folder, expecting: (kind, format), text: whole)
        try Self.require(own, whole, of: id, in: folder, listedIn: algorithm)
        return try Self.state(in: folder, kind, format, own)
    }

    /// Checks that a policy is the one that an algorithm was saved with.
    private static func require(
        _ manifest: CheckpointManifest, _ text: StateBytes, of id: PolicyID, in folder: borrowing Directory,
        listedIn algorithm: CheckpointManifest
    ) throws(StateError) {
        let prefix = "\(policiesFolder)/\(id)"
        let name = Kind.policy.stateFile(manifest.format)
        guard let record = algorithm.record(of: "\(prefix)/\(CheckpointManifest.fileName)"),
            let state = algorithm.record(of: "\(prefix)/\(name)")
        else { throw StateError(.malformed, "the algorithm's manifest does not list the policy", path: folder.path) }
        let own = manifest.record(of: name)
        guard text.count == record.size, Checksum.hexadecimal(text) == record.sha256,
            own == nil || own?.size == state.size && own?.sha256 == state.sha256
        else {
            throw StateError(
                .checksumMismatch, "the policy is not the one that the algorithm was saved with: the manifests differ",
                path: "\(folder.path)/\(CheckpointManifest.fileName)")
        }
    }

    /// The folder of a policy of an algorithm.
    func policyFolder(_ id: PolicyID, in directory: borrowing Directory) throws(StateError) -> Directory {
        guard let policies = try directory.existingDirectory(Self.policiesFolder),
            let folder = try policies.existingDirectory(id.string)
        else { throw unknownPolicy(id) }
        return folder
    }

    /// The only policy of an algorithm.
    func onlyPolicy() throws(StateError) -> PolicyID {
        let ids = try policyIDs
        guard ids.count == 1 else { throw PolicyID.unknown(nil, among: ids, path: path) }
        return ids[0]
    }

    private func unknownPolicy(_ id: PolicyID) -> StateError {
        let known = (try? policyIDs) ?? []
        guard !known.contains(id) else {
            return StateError(
                .unknownPolicy, "the manifest lists policy \"\(id)\", but it has no folder",
                path: "\(path)/\(Self.policiesFolder)/\(id)")
        }
        return PolicyID.unknown(id, among: known, path: path)
    }

    /// Reads the state file of a policy or an algorithm, and compares it with its record if there is a manifest with one.
    @inline(never)  // Once for its many callers, to whom a call is nothing.
    static func state(
        in directory: borrowing Directory, _ kind: Kind, _ format: CheckpointFormat, _ manifest: CheckpointManifest?
    ) throws(StateError) -> StateTree {
        let name = kind.stateFile(format)
        return try state(in: directory, name, format, manifest, listedAs: name)
    }

    /// Reads a file, and compares it with its record if there is a manifest with one.
    private static func state(
        in directory: borrowing Directory, _ name: String, _ format: CheckpointFormat, _ manifest: CheckpointManifest?,
        listedAs place: String
    ) throws(StateError) -> StateTree {
        let file = try directory.file(name)
        let bytes: StateBytes
        if let manifest, manifest.files != nil {
            guard let record = manifest.record(of: place) else {
                throw StateError(.malformed, "the manifest does not list the file", path: file.path)
            }
            bytes = try Self.bytes(of: file, recordedAs: record, format)
        } else {
            bytes = try file.bytes(limit: format.fileSizeLimit)
        }
        do {
            return try format.codec.decode(bytes)
        } catch {
            throw error.nested(under: file.path)
        }
    }

    /// The bytes of a file, which are those that its record tells of.
    ///
    /// - Throws: `StateError` with `.checksumMismatch` that names the file, and the tensors at fault as far as they
    ///   can still be told.
    static func bytes(
        of file: borrowing RegularFile, recordedAs record: CheckpointManifest.FileRecord, _ format: CheckpointFormat
    ) throws(StateError) -> StateBytes {
        guard file.size == record.size else {
            throw StateError(
                .checksumMismatch, "the file has \(file.size) bytes, \(record.size) were written", path: file.path)
        }
        let checksum = RunningChecksum()
        let bytes = try file.bytes(limit: record.size) { checksum.update($0) }
        guard checksum.hexadecimal() != record.sha256 else { return bytes }
        var damage = ""
        if let tree = try? format.codec.decode(bytes) {
            let found = TreeMarkup.tensorChecksums(tree)
            var expected = Table<String, String>()
            for (name, sha256) in record.tensors { expected.insert(sha256, for: name) }
            let damaged = found.filter { expected[$0.name] ?? $0.sha256 != $0.sha256 }.map(\.name)
            if !damaged.isEmpty { damage = "; damaged: tensor \(damaged.prefix(8).joined(separator: ", "))" }
        }
        throw StateError(
            .checksumMismatch, "the file is not the one that was written: its checksum differs\(damage)",
            path: file.path)
    }
}

extension TreeMarkup {
    /// The first digits of each tensor's checksum.
    static func tensorChecksums(_ tree: StateTree) -> [(name: String, sha256: String)] {
        guard let tensors = try? tensors(of: tree) else { return [] }
        return tensors.map { ($0.name, String(Checksum.hexadecimal($0.tensor.bytes).prefix(16))) }
    }
}
