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

    func run(to directory: String) throws(StateError) {
        try NewDirectory(at: directory).make { workspace throws(StateError) in
            let index = try remoteIndex()
            try index.require(files: settings.maximumFiles, bytes: settings.maximumBytes, path: storage.uri.place)
            var found = Table<String, TransferIndex.File>()
            for folder in index.folders {
                _ = try workspace.newOrExistingDirectory(at: StorageKey.parts(of: folder))
            }
            for file in index.files {
                let fetched = try storage.fetch(file, to: file.key, in: workspace, deadline)
                if file.sha256 == nil { found.set(fetched, for: file.key) }
            }
            if found[CheckpointManifest.fileName] != nil { try compareWithManifest(workspace, found) }
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
        guard settings.takesAnyFolder || entries.contains(where: { $0.key == CheckpointManifest.fileName }) else {
            throw StateError(
                .notFound,
                "holds no checkpoint: neither \(TransferIndex.completeName) nor \(CheckpointManifest.fileName)",
                path: place)
        }
        let index = TransferIndex(files: TransferIndex.files(of: entries), folders: [])
        try index.requireSound(path: place)
        return index
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
