/// Brings objects of a storage to a new folder, all of them or none. It does not wait for the disk: what is lost there is
/// still in the storage.
package struct FolderDownload {
    /// An object and where it comes to lie.
    package struct Object: Sendable, Hashable {
        /// The object.
        package let key: String
        /// Its path below the folder.
        package let path: String
        /// The number of its bytes.
        package let size: Int

        /// Makes one; the path is the key unless it is said.
        package init(_ entry: StorageEntry, to path: String? = nil) {
            key = entry.key
            self.path = path ?? entry.key
            size = entry.size
        }
    }

    private let storage: any Storage
    private let deadline: StorageDeadline
    private let limits: CheckpointTransfer

    /// Downloads from a storage, no more files and bytes than a `CheckpointTransfer` brings.
    package init(from storage: any Storage, by deadline: StorageDeadline) {
        self.storage = storage
        self.deadline = deadline
        limits = CheckpointTransfer()
    }

    /// Downloads.
    ///
    /// - Parameters:
    ///   - objects: what to bring. Of their names nothing is believed.
    ///   - folders: the paths of folders to make besides.
    ///   - directory: the path of the folder. Its parent must exist.
    ///   - finish: sets right what was brought, in the folder of a path that is not yet its own.
    /// - Returns: what was brought, by its path.
    /// - Throws: `StateError` for names that lead elsewhere or do not go together, too many files or bytes, with
    ///   `.alreadyExists` when the directory is there, what `finish` throws, and what else went wrong, and where. There is
    ///   then nothing new at `directory`.
    package func run(
        _ objects: [Object], folders: [String] = [], to directory: String,
        finishing finish: (_ folder: String) throws(StateError) -> Void = { _ in }
    ) throws(StateError) -> [String: FileContent] {
        let place = storage.uri.place
        let index = TransferIndex(
            files: objects.map { TransferIndex.File(key: $0.path, size: $0.size, sha256: nil) }, folders: folders)
        for object in objects { try StorageKey.check(object.key, in: place) }
        try index.requireSound(path: place)
        try index.require(files: limits.maximumFiles, bytes: limits.maximumBytes, path: place)
        var brought: [String: FileContent] = [:]
        try NewDirectory(at: directory).make(synchronizing: false) { workspace throws(StateError) in
            for folder in folders { _ = try workspace.newOrExistingDirectory(at: StorageKey.parts(of: folder)) }
            for object in objects {
                let file = TransferIndex.File(key: object.key, size: object.size, sha256: nil)
                let fetched = try storage.fetch(file, to: object.path, in: workspace, deadline, synchronizing: false)
                brought[object.path] = FileContent(size: fetched.size, sha256: fetched.sha256 ?? "")
            }
            try finish(workspace.path)
        }
        return brought
    }
}
