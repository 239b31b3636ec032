/// One upload of a directory.
struct CheckpointUpload {
    private let settings: CheckpointTransfer
    private let directory: String
    private let storage: any Storage
    private let deadline: StorageDeadline
    private let remains: UploadRemoval

    init(
        _ settings: CheckpointTransfer, _ directory: String, to storage: any Storage, _ deadline: StorageDeadline
    ) {
        self.settings = settings
        self.directory = directory
        self.storage = storage
        self.deadline = deadline
        remains = UploadRemoval(storage, deadline)
    }

    /// How long the removal of what a cancelled upload has brought may take.
    private static let removalLimit = Duration.seconds(60)

    func run(replacing: Bool) throws(StateError) {
        let index = try localIndex()
        let text = try index.text(path: directory)
        var there = try storage.list("", by: deadline)
        if try isDone(index, there) {
            if there.contains(where: { $0.key == TransferIndex.begunName }) {
                try storage.delete(TransferIndex.begunName, by: deadline)
            }
            return
        }
        try clear(index, &there, replacing: replacing)
        do throws(StateError) {
            try remains.write(index, as: TransferIndex.begunName)
            try bring(index, there)
            try requireAll(index, text)
            try remains.write(index, as: TransferIndex.completeName)
        } catch {
            if error.code == .cancelled { removeWhatWasBrought(index) }
            throw error
        }
        // The upload is complete, whatever becomes of this one.
        try? storage.delete(TransferIndex.begunName, by: deadline)
    }

    /// The files of the directory with their checksums.
    private func localIndex() throws(StateError) -> TransferIndex {
        let root = try Directory(opening: directory)
        let tree = try DirectoryTree(of: root, limit: settings.maximumFiles) { key, path throws(StateError) in
            try deadline.check(path)
            try StorageKey.check(key, in: directory)
        }
        var index = TransferIndex(files: [], folders: tree.emptyFolders.sortedByBytes)
        for file in tree.files {
            let contents = try StorageContents(root.file(at: file.path))
            index.files.append(TransferIndex.File(key: file.path, size: contents.size, sha256: contents.sha256))
            try deadline.check(directory)
        }
        index.files = index.files.sorted(byBytesOf: \.key)
        try index.requireSound(path: directory)
        try index.require(files: settings.maximumFiles, bytes: settings.maximumBytes, path: directory)
        return index
    }

    /// Whether the same upload is there and complete.
    private func isDone(_ index: TransferIndex, _ there: [StorageEntry]) throws(StateError) -> Bool {
        guard there.contains(where: { $0.key == TransferIndex.completeName }),
            try remains.index(TransferIndex.completeName) == index
        else { return false }
        let found = Self.byKey(there)
        return index.files.allSatisfy { found[Array($0.key.utf8)]?.size == $0.size }
    }

    /// Removes what is there and does not belong to this upload, as far as an upload has left it.
    private func clear(
        _ index: TransferIndex, _ there: inout [StorageEntry], replacing: Bool
    ) throws(StateError) {
        let complete = try remains.index(TransferIndex.completeName)
        let begun = try remains.index(TransferIndex.begunName)
        let known = TransferIndex.byKey((complete?.files ?? []) + (begun?.files ?? []))
        let names = [TransferIndex.completeName, TransferIndex.begunName]
        let objects = there.filter { !names.contains($0.key) }
        if let stranger = objects.first(where: { known[Array($0.key.utf8)] == nil }) {
            throw StateError(
                .alreadyExists,
                "is there and was not left by an upload: nothing is uploaded beside it; choose another place",
                path: storage.uri.path(of: stranger.key))
        }
        if let complete {
            guard replacing || complete == index else {
                throw StateError(
                    .alreadyExists, "holds another checkpoint; choose another place, or say that it may be replaced",
                    path: storage.uri.place)
            }
            try remains.open(complete)
        }
        // What stays is what the earlier upload says of it, and this one would say too.
        let wanted = TransferIndex.byKey(index.files)
        let stays = { (entry: StorageEntry) in
            let key = Array(entry.key.utf8)
            return known[key] != nil && known[key] == wanted[key] && entry.size == wanted[key]?.size
        }
        try remains.delete(TransferIndex.files(of: objects.filter { !stays($0) }))
        there = objects.filter(stays)
    }

    /// Brings the files that are not there, manifests last.
    private func bring(_ index: TransferIndex, _ there: [StorageEntry]) throws(StateError) {
        let found = Self.byKey(there)
        let root = try Directory(opening: directory)
        for file in TransferIndex.sorted(index.files) where found[Array(file.key.utf8)] == nil {
            let contents = try StorageContents(root.file(at: file.key), sha256: file.sha256)
            guard contents.size == file.size else {
                throw StateError(
                    .checksumMismatch, "the file was changed while it was uploaded", path: "\(directory)/\(file.key)")
            }
            try storage.write(contents, to: file.key, by: deadline)
        }
    }

    /// Checks that everything has arrived, and that nobody else has begun an upload.
    private func requireAll(_ index: TransferIndex, _ text: [UInt8]) throws(StateError) {
        let found = Self.byKey(try storage.list("", by: deadline))
        for file in index.files {
            guard let size = found[Array(file.key.utf8)]?.size else {
                throw Self.another(storage.uri.path(of: file.key))
            }
            guard size == file.size else {
                throw StateError(
                    .checksumMismatch, "has \(size) bytes there, but \(file.size) were uploaded",
                    path: storage.uri.path(of: file.key))
            }
        }
        let begun = try storage.read(TransferIndex.begunName, limit: TransferIndex.sizeLimit, by: deadline)
        guard begun == text else { throw Self.another(storage.uri.path(of: TransferIndex.begunName)) }
    }

    private static func another(_ path: String) -> StateError {
        StateError(.inUse, "is no more what it was: somebody else uploads to the same place", path: path)
    }

    private static func byKey(_ entries: [StorageEntry]) -> Table<[UInt8], TransferIndex.File> {
        TransferIndex.byKey(TransferIndex.files(of: entries))
    }

    /// Removes what a cancelled upload has brought, as far as that can be done.
    private func removeWhatWasBrought(_ index: TransferIndex) {
        let deadline = StorageDeadline(after: Self.removalLimit) { false }
        let removal = UploadRemoval(storage, deadline)
        try? removal.delete(index.files)
        try? storage.delete(TransferIndex.begunName, by: deadline)
    }
}
