/// What uploads leave in a storage, and how it goes.
struct UploadRemoval {
    private let storage: any Storage
    private let deadline: StorageDeadline

    init(_ storage: any Storage, _ deadline: StorageDeadline) {
        self.storage = storage
        self.deadline = deadline
    }

    /// The index under a name; nil when there is none.
    func index(_ name: String) throws(StateError) -> TransferIndex? {
        do throws(StateError) {
            let text = try storage.read(name, limit: TransferIndex.sizeLimit, by: deadline)
            return try TransferIndex(parsing: text, path: storage.uri.path(of: name))
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }

    /// Writes an index under a name.
    func write(_ index: TransferIndex, as name: String) throws(StateError) {
        let text = try index.text(path: storage.uri.place)
        try storage.write(StorageContents(text), to: name, by: deadline)
    }

    /// Makes a complete upload one that is not complete: nobody downloads it any more.
    func open(_ index: TransferIndex) throws(StateError) {
        try write(index, as: TransferIndex.begunName)
        try storage.delete(TransferIndex.completeName, by: deadline)
    }

    /// Deletes files, manifests first.
    func delete(_ files: [TransferIndex.File]) throws(StateError) {
        for file in TransferIndex.sorted(files).reversed() { try storage.delete(file.key, by: deadline) }
    }

    /// Removes whatever an upload has left.
    func run() throws(StateError) {
        let complete = try index(TransferIndex.completeName)
        let begun = try index(TransferIndex.begunName)
        if let complete { try open(complete) }
        try delete((complete?.files ?? []) + (begun?.files ?? []))
        try storage.delete(TransferIndex.begunName, by: deadline)
    }
}
