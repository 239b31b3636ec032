extension CheckpointDirectory {
    /// Checks everything: that the files are those that were written, that none is missing, that each decodes, and
    /// that the folders of policies are those that the manifest lists.
    ///
    /// - Throws: `StateError` that names the first file, and the tensor if one is at fault.
    public func verify() throws(StateError) {
        let directory = try Directory(opening: path)
        let manifest = try Self.manifest(of: directory, expecting: (kind, format))
        _ = try Self.state(in: directory, kind, format, manifest)
        if kind == .algorithm { try verifyPolicies(manifest, directory) }
    }

    private func verifyPolicies(
        _ manifest: CheckpointManifest, _ directory: borrowing Directory
    ) throws(StateError) {
        guard Set(manifest.policyIDs).count == manifest.policyIDs.count else {
            throw StateError(.malformed, "the manifest lists a policy twice", path: path)
        }
        var unlisted: Set<String> = []
        if directory.contains(Self.policiesFolder) {
            unlisted = Set(try directory.directory(Self.policiesFolder).names())
        }
        var records: [String: CheckpointManifest.FileRecord] = [:]
        for record in manifest.files ?? [] { records[record.path] = record }
        records[kind.stateFile(format)] = nil

        for id in manifest.policyIDs {
            let folder = try policyFolder(id, in: directory)
            let (_, policyFormat) = try Self.identify(folder)
            if manifest.files != nil {
                for name in [CheckpointManifest.fileName, Kind.policy.stateFile(policyFormat)] {
                    let place = "\(Self.policiesFolder)/\(id)/\(name)"
                    guard let record = records.removeValue(forKey: place) else {
                        throw StateError(.malformed, "the manifest does not list \(place)", path: path)
                    }
                    try Self.compare(try folder.map(name), with: record, policyFormat, path: "\(path)/\(place)")
                }
            }
            _ = try Self.policyState(in: folder, verifyingChecksum: true)
            unlisted.remove(id.string)
        }
        if let name = unlisted.min() {
            throw StateError(
                .malformed, "the policy is not in the manifest", path: "\(path)/\(Self.policiesFolder)/\(name)")
        }
        if let place = records.keys.min() {
            throw StateError(.notFound, "the manifest lists a file that belongs to no policy", path: "\(path)/\(place)")
        }
    }
}
