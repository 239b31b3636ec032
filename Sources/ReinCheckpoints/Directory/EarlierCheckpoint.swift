/// A checkpoint whose files a new one may share, as clones or hard links: the one before it in the same run.
///
/// Sharing is a saving and nothing else: whatever is wrong with the earlier checkpoint, the new one is written whole. A
/// file is shared only when it was compared byte by byte with what would be written, and has the size and the checksum
/// that the earlier manifest gives, so that damage is never passed on.
final class EarlierCheckpoint {
    private let directory: Directory
    private let manifest: CheckpointManifest
    /// How many files lie in the folder for models of each policy that has one.
    private let modelCounts: [String: Int]

    /// Opens the checkpoint at `path` of an algorithm; nil when it cannot be used: it is missing or damaged, or was
    /// written in another format or by another version.
    init?(opening path: String, format: CheckpointFormat) {
        guard
            let checkpoint = try? CheckpointDirectory(opening: path), checkpoint.kind == .algorithm,
            checkpoint.format == format, let manifest = try? checkpoint.manifest,
            manifest.version == CheckpointManifest.currentVersion, manifest.reinVersion == ReinVersion.current,
            let directory = try? Directory(opening: path)
        else { return nil }
        self.directory = directory
        self.manifest = manifest
        var counts: [String: Int] = [:]
        for record in manifest.files ?? [] {
            // `policies/<id>/model/<name>`; there may be very many of others.
            guard record.path.utf8.count(where: { $0 == UInt8(ascii: "/") }) == 3 else { continue }
            counts[record.path.parts(between: "/")[1], default: 0] += 1
        }
        modelCounts = counts
    }

    /// How many files lie in the folder for models of a policy.
    func modelCount(of id: PolicyID) -> Int { modelCounts[id.string] ?? 0 }

    /// What the manifest says about the file at a place below the checkpoint's directory.
    func record(of place: String) -> CheckpointManifest.FileRecord? { manifest.record(of: place) }

    /// The file at a place below the checkpoint's directory, and what the manifest says about it; nil when it is missing
    /// or not of the size that was written.
    func file(_ place: String) -> (record: CheckpointManifest.FileRecord, file: EarlierFile)? {
        guard let record = manifest.record(of: place),
            let file = try? EarlierFile(record.path, size: record.size, sha256: record.sha256, in: directory)
        else { return nil }
        return file.file.size == record.size ? (record, file) : nil
    }
}
