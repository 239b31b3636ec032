extension CheckpointWriter {
    /// Writes the files by which other programs run a policy, or shares those of the earlier checkpoint. May run beside
    /// others.
    ///
    /// - Parameters:
    ///   - folder: where the policy's state lies.
    ///   - prefix: the path of that folder, with a slash at the end; empty for the checkpoint's own.
    ///   - isSamePolicy: whether the policy is that of the earlier checkpoint: what would be made of it is there then.
    /// - Returns: their records, and whether each is shared.
    /// - Throws: `StateError` that names the one that cannot be made, read or written.
    func writeModels(
        _ models: [ModelFile], to folder: borrowing Directory, below prefix: String, ofSamePolicy isSamePolicy: Bool
    ) throws(StateError) -> [(record: CheckpointManifest.FileRecord, isShared: Bool)] {
        guard !models.isEmpty else { return [] }
        let directory = try folder.makeDirectory(CheckpointDirectory.modelFolder)
        var written: [(record: CheckpointManifest.FileRecord, isShared: Bool)] = []
        for model in models {
            let place = "\(prefix)\(CheckpointDirectory.modelFolder)/\(model.name)"
            written.append(try write(model, to: directory, listedAs: place, ofSamePolicy: isSamePolicy))
            try reached(.fileWritten)
        }
        return written
    }

    private func write(
        _ model: ModelFile, to directory: borrowing Directory, listedAs place: String, ofSamePolicy isSamePolicy: Bool
    ) throws(StateError) -> (record: CheckpointManifest.FileRecord, isShared: Bool) {
        let known = earlier?.record(of: place)
        if let known, model.sha256.map({ $0 == known.sha256 }) ?? isSamePolicy,
            let record = share(place, model.name, in: directory)
        {
            return (record, true)
        }
        let bytes = try model.bytes()
        let sha256 = Checksum.hexadecimal(bytes)
        if let known, known.sha256 == sha256, let record = share(place, model.name, in: directory) {
            return (record, true)
        }
        let file = try directory.create(model.name)
        try bytes.withUnsafeBytes { memory throws(StateError) in try file.write(memory) }
        let written = try file.finish()
        return (.init(path: place, size: written.size, sha256: written.sha256), false)
    }
}

extension CheckpointManifest.FileRecord {
    /// The same record at another place.
    func withPath(_ path: String) -> CheckpointManifest.FileRecord {
        var record = self
        record.path = path
        return record
    }
}
