/// One download into a new directory.
struct CheckpointDownload {
    private let settings: CheckpointTransfer
    private let storage: any Storage
    private let deadline: StorageDeadline

    init(_ settings: CheckpointTransfer, from storage: any Storage, _ deadline: StorageDeadline) {
        self.settings = settings
        self.storage = storage
        self.deadline = deadline
    }

    /// The number of bytes that are read at once.
    private static let piece = 1 << 23

    func run(to directory: String) throws(StateError) {
        try NewDirectory(at: directory).make { workspace throws(StateError) in
            let index = try remoteIndex()
            try index.require(files: settings.maximumFiles, bytes: settings.maximumBytes, path: storage.uri.place)
            var found = Table<String, TransferIndex.File>()
            for folder in index.folders {
                _ = try workspace.newOrExistingDirectory(at: StorageKey.parts(of: folder))
            }
            for file in index.files {
                let fetched = try fetch(file, into: workspace)
                if file.sha256 == nil { found.set(fetched, for: file.key) }
            }
            if !found.isEmpty { try compareWithManifest(workspace, found) }
        }
    }

    /// What there is to be downloaded.
    private func remoteIndex() throws(StateError) -> TransferIndex {
        let indices = UploadRemoval(storage, deadline)
        if let index = try indices.index(TransferIndex.completeName) { return index }
        let place = storage.uri.place
        guard try !storage.exists(TransferIndex.begunName, by: deadline) else {
            throw StateError(.notFound, "holds an upload that is not complete", path: place)
        }
        let entries = try storage.list("", by: deadline)
        guard entries.contains(where: { $0.key == CheckpointManifest.fileName }) else {
            throw StateError(
                .notFound,
                "holds no checkpoint: neither \(TransferIndex.completeName) nor \(CheckpointManifest.fileName)",
                path: place)
        }
        let index = TransferIndex(files: TransferIndex.files(of: entries), folders: [])
        try index.requireSound(path: place)
        return index
    }

    /// Reads a file of the upload into the directory.
    private func fetch(
        _ file: TransferIndex.File, into workspace: borrowing Directory
    ) throws(StateError) -> TransferIndex.File {
        let path = storage.uri.path(of: file.key)
        var parts = StorageKey.parts(of: file.key)
        guard let name = parts.popLast() else { throw StateError(.malformed, "has no name", path: path) }
        let folder = try workspace.newOrExistingDirectory(at: parts)
        let sink = try folder.create(name)
        var done = 0
        while true {
            try deadline.check(path)
            // One byte more than there should be shows what is longer.
            let end = min(file.size - done, Self.piece) + 1
            let bytes = try storage.read(file.key, range: done..<(done + end), by: deadline)
            let wanted = min(bytes.count, file.size - done, Self.piece)
            try bytes.withUnsafeBytes { bytes in
                Result { () throws(StateError) in try sink.write(UnsafeRawBufferPointer(rebasing: bytes[..<wanted])) }
            }.get()
            done += wanted
            if done == file.size, bytes.count > wanted {
                throw StateError(.checksumMismatch, "has more than its \(file.size) bytes", path: path)
            }
            if done == file.size { break }
            guard bytes.count == end else {
                throw StateError(
                    .checksumMismatch, "ends after \(done) of its \(file.size) bytes", path: path)
            }
        }
        let (size, sha256) = try sink.finish()
        guard sha256 == file.sha256 ?? sha256 else {
            throw StateError(.checksumMismatch, "is not what was uploaded: its checksum differs", path: path)
        }
        try sink.synchronize()
        return TransferIndex.File(key: file.key, size: size, sha256: sha256)
    }

    /// Compares files that no index vouches for with those of the manifest, where it lists some.
    private func compareWithManifest(
        _ workspace: borrowing Directory, _ found: Table<String, TransferIndex.File>
    ) throws(StateError) {
        let identity = try CheckpointDirectory.identify(workspace)
        let manifest = try CheckpointDirectory.manifest(of: workspace, expecting: (identity.kind, identity.format))
        for record in manifest.files ?? [] {
            let path = storage.uri.path(of: record.path)
            guard let file = found[record.path] else {
                throw StateError(.notFound, "the manifest lists the file, but it is missing", path: path)
            }
            guard file.size == record.size, file.sha256 == record.sha256 else {
                throw StateError(.checksumMismatch, "is not what the manifest says", path: path)
            }
        }
    }
}
