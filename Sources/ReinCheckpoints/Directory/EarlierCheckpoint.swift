/// A checkpoint whose files a new one may share, as clones or hard links: the one before it in the same run.
///
/// Sharing is a saving and nothing else: whatever is wrong with the earlier checkpoint, the new one is written whole. A
/// file is shared only when it was compared byte by byte with what would be written, and has the size and the checksum
/// that the earlier manifest gives, so that damage is never passed on.
final class EarlierCheckpoint {
    private let directory: Directory
    private let manifest: CheckpointManifest

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
    }

    /// The file at a place below the checkpoint's directory; nil when it is missing or not of the size that was written.
    func file(_ place: String) -> EarlierFile? {
        guard let record = manifest.record(of: place), let file = try? EarlierFile(record, in: directory) else {
            return nil
        }
        return file.file.size == record.size ? file : nil
    }
}

/// A file of an earlier checkpoint.
final class EarlierFile {
    /// What the manifest says about it.
    let record: CheckpointManifest.FileRecord
    /// Where it lies.
    let folder: Directory
    /// Its name there.
    let name: String
    /// The open file.
    let file: RegularFile

    /// Opens the file of a record in the checkpoint's directory.
    init(_ record: CheckpointManifest.FileRecord, in directory: borrowing Directory) throws(StateError) {
        let names = record.path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
        var folder = try directory.directory(names.count > 1 ? names[0] : ".")
        for name in names.dropFirst().dropLast() { folder = try folder.directory(name) }
        self.record = record
        name = names.last ?? ""
        file = try folder.file(name)
        self.folder = folder
    }

    /// Whether the bytes have the checksum in the manifest.
    var isAsRecorded: Bool {
        let checksum = RunningChecksum()
        guard (try? file.bytes(limit: record.size) { checksum.update($0) }) != nil else { return false }
        return checksum.hexadecimal() == record.sha256
    }
}
