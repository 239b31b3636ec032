extension CheckpointDirectory {
    /// Checks everything: that the files are those that were written, that none is missing, that each decodes, and that
    /// there are no others than those that the manifest lists.
    ///
    /// - Returns: how much of this there are checksums for.
    /// - Throws: `StateError` that names the first file, and the tensor if one is at fault.
    @discardableResult
    public func verify() throws(StateError) -> ChecksumCoverage {
        let directory = try Directory(opening: path)
        let manifest = try Self.manifest(of: directory, expecting: (kind, format))
        try Self.requireNoStrangers(in: directory, kind, manifest)
        _ = try Self.state(in: directory, kind, format, manifest)
        if kind == .algorithm { try verifyPolicies(manifest, directory) }
        if manifest.files == nil { return .none }
        return manifest.hasChecksum ? .complete : .allButManifest
    }

    private func verifyPolicies(
        _ manifest: CheckpointManifest, _ directory: borrowing Directory
    ) throws(StateError) {
        guard PolicyID.firstRepetition(in: manifest.policyIDs) == nil else {
            throw StateError(.malformed, "the manifest lists a policy twice", path: path)
        }
        var unlisted = KeyList<String>()
        if try directory.contains(Self.policiesFolder) {
            unlisted = KeyList(try directory.directory(Self.policiesFolder).names())
        }
        var records = Table<String, CheckpointManifest.FileRecord>()
        for record in manifest.files ?? [] { records.set(record, for: record.path) }
        records.removeValue(for: kind.stateFile(format))

        for id in manifest.policyIDs {
            let folder = try policyFolder(id, in: directory)
            let policyFormat = try Self.identify(folder).format
            if manifest.files != nil {
                for name in [CheckpointManifest.fileName, Kind.policy.stateFile(policyFormat)] {
                    let place = "\(Self.policiesFolder)/\(id)/\(name)"
                    guard let record = records.removeValue(for: place) else {
                        throw StateError(.malformed, "the manifest does not list \(place)", path: path)
                    }
                    _ = try Self.bytes(of: folder.file(name), recordedAs: record, policyFormat)
                }
            }
            _ = try policyState(id, in: folder, listedIn: manifest)
            let own = try Self.manifest(of: folder, expecting: (.policy, policyFormat))
            if manifest.files != nil {
                for record in own.modelRecords {
                    let place = "\(Self.policiesFolder)/\(id)/\(record.path)"
                    try manifest.requireRecord(record, at: place, in: path)
                    records.removeValue(for: place)
                }
            }
            try Self.requireNoStrangers(in: folder, .policy, own)
            unlisted.remove(id.string)
            if case .included = try replayState(id, listedIn: manifest, verifyingChecksum: true) {
                records.removeValue(for: Self.replayPath(of: id, format))
            }
        }
        if let name = unlisted.keys.min() {
            throw StateError(
                .malformed, "the policy is not in the manifest", path: "\(path)/\(Self.policiesFolder)/\(name)")
        }
        try verifyReplayFolder(manifest, directory)
        if let place = records.keys.min() {
            throw StateError(.notFound, "the manifest lists a file that belongs to no policy", path: "\(path)/\(place)")
        }
    }

    /// Checks that the replay is that of the algorithm's policies, and that there is no other file of one.
    private func verifyReplayFolder(
        _ manifest: CheckpointManifest, _ directory: borrowing Directory
    ) throws(StateError) {
        if let stranger = PolicyID.firstStranger(in: Array(manifest.replays.keys), among: manifest.policyIDs) {
            throw StateError(
                .malformed, "the manifest lists the replay of policy \"\(stranger)\", which is not there", path: path)
        }
        guard try directory.contains(Self.replayFolder) else { return }
        let included = manifest.policyIDs.filter { manifest.replays[$0] == .included }
        let expected = KeyList(included.map { Self.replayFile(of: $0, format) })
        if let name = try directory.directory(Self.replayFolder).names().first(where: { !expected.contains($0) }) {
            throw StateError(
                .malformed, "the manifest does not list the file", path: "\(path)/\(Self.replayFolder)/\(name)")
        }
    }
}
