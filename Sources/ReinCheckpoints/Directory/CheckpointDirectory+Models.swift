/// The files by which other programs run policies.
extension CheckpointDirectory {
    /// The name of their folder beside a policy's state.
    static let modelFolder = "model"

    /// The files that lie beside the state of a policy; none are opened before their bytes are asked for. Those of other
    /// programs are among them, unless there are folders between.
    ///
    /// - Parameters:
    ///   - id: which policy of an algorithm; nil for the only one.
    ///   - verifyingChecksum: whether to compare them with their checksums in the manifest, where there are.
    /// - Throws: `StateError` that lists the ids there are, or names a manifest that is damaged.
    package func modelFiles(of id: PolicyID?, verifyingChecksum: Bool = true) throws(StateError) -> [ModelFile] {
        let directory = try Directory(opening: path)
        guard kind == .algorithm else {
            return try modelFiles(in: directory, below: "", manifest, nil, verifyingChecksum)
        }
        let wanted = if let id { id } else { try onlyPolicy() }
        let folder = try policyFolder(wanted, in: directory)
        let own = try Self.manifest(of: folder, expecting: (.policy, Self.identify(folder).format))
        let place = "\(Self.policiesFolder)/\(wanted)/"
        return try modelFiles(in: folder, below: place, own, verifyingChecksum ? manifest : nil, verifyingChecksum)
    }

    private func modelFiles(
        in folder: borrowing Directory, below prefix: String, _ own: CheckpointManifest,
        _ algorithm: CheckpointManifest?, _ verifyingChecksum: Bool
    ) throws(StateError) -> [ModelFile] {
        guard own.files != nil else { return try unlistedModelFiles(in: folder, below: prefix) }
        var files: [ModelFile] = []
        for record in own.modelRecords {
            let place = prefix + record.path
            if let algorithm, algorithm.files != nil { try algorithm.requireRecord(record, at: place, in: path) }
            let name = lastComponent(of: record.path)
            files.append(
                ModelFile(name, sha256: record.sha256, reading: reader(of: place, verifyingChecksum ? record : nil)))
        }
        return files
    }

    /// What other programs put there, which list nothing.
    private func unlistedModelFiles(
        in folder: borrowing Directory, below prefix: String
    ) throws(StateError) -> [ModelFile] {
        guard let models = try folder.existingDirectory(Self.modelFolder) else { return [] }
        var files: [ModelFile] = []
        for name in try models.names() {
            guard ModelFile.isPossible(name), try FileStatus(of: name, in: models)?.kind == .regularFile else {
                throw StateError(
                    .malformed, "is no plain file and cannot be carried along; remove it first",
                    path: "\(path)/\(prefix)\(Self.modelFolder)/\(name)")
            }
            let sha256 = try models.file(name).checksum()
            files.append(
                ModelFile(name, sha256: sha256, reading: reader(of: "\(prefix)\(Self.modelFolder)/\(name)", nil)))
        }
        return files
    }

    /// Reads a file below the directory, and compares it with its record if there is one.
    private func reader(
        of place: String, _ record: CheckpointManifest.FileRecord?
    ) -> @Sendable () throws(StateError) -> StateBytes {
        { [path, format] () throws(StateError) in
            let file = try Directory(opening: path).file(at: place)
            if let record { return try Self.bytes(of: file, recordedAs: record, format) }
            return try file.bytes(limit: format.fileSizeLimit)
        }
    }
}

extension CheckpointManifest {
    /// The records of the files that lie in the folder for models, in the manifest of a policy.
    var modelRecords: [FileRecord] {
        guard kind == .policy, let files else { return [] }
        return files.filter { $0.path.hasPrefix("\(CheckpointDirectory.modelFolder)/") }
    }

    /// Checks that the manifest of an algorithm lists a file as that of the policy does.
    ///
    /// - Throws: `StateError` that names the file.
    func requireRecord(_ record: FileRecord, at place: String, in path: String) throws(StateError) {
        guard let listed = self.record(of: place), listed.size == record.size, listed.sha256 == record.sha256 else {
            throw StateError(
                .malformed, "the algorithm's manifest does not list the file as that of its policy does",
                path: "\(path)/\(place)")
        }
    }
}
