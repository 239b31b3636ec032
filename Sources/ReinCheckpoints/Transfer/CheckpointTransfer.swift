/// Brings checkpoints to a storage and back, whole or not at all.
///
///     let storage = try StorageSchemes.storage(at: "file:///backup/run/checkpoint_000010")
///     try CheckpointTransfer().upload("run/checkpoint_000010", to: storage)
///     try CheckpointTransfer().download(from: storage, to: "elsewhere/checkpoint_000010")
///
/// An upload writes first what it is going to bring (`rein_upload.json`), then the files, manifests last, then their index
/// (`rein_index.json`), without which nobody downloads anything. When it stops in the middle, the next one of the same
/// files goes on where it stopped; when it is cancelled, it removes what it has brought. A download is put together in a
/// hidden directory beside its place, each file compared with its checksum, and gets its name at the end.
///
/// Failures that may pass are tried again. Not more than one at a time should upload to the same place; the one that finds
/// another at work ends with `.inUse`.
public struct CheckpointTransfer: Sendable {
    /// How often to try again, and how long to wait.
    public var retries = RetryPolicy()
    /// How long a transfer may take, nil for as long as it takes. One that stops for that reason can be continued.
    public var timeLimit: Duration?
    /// The largest number of files and empty folders: a million.
    public var maximumFiles = 1_000_000
    /// The largest number of bytes in all files: 2⁴⁰.
    public var maximumBytes = 1 << 40
    /// Asked now and then whether to stop; by default whether the current task is cancelled.
    public var isCancelled: @Sendable () -> Bool = { Task.isCancelled }
    /// Whether a folder without an index and a manifest is a checkpoint, too.
    var takesAnyFolder = false
    /// Waits between attempts; nil to sleep.
    var pause: (@Sendable (Duration, StorageDeadline) throws(StateError) -> Void)?

    /// A transfer with what is said above.
    public init() {}

    /// Brings a directory to a storage, of which it takes the place.
    ///
    /// - Parameters:
    ///   - directory: the directory, usually of a checkpoint.
    ///   - storage: where to: a place with nothing in it but what an upload has left there.
    ///   - replacingExisting: whether a complete upload of something else may be replaced. It is gone when the new one
    ///     begins.
    /// - Throws: `StateError` with `.alreadyExists` when something is there that must stay, `.inUse` when somebody else
    ///   uploads there, `.cancelled`, `.timedOut`, or what else went wrong, and where.
    public func upload(
        _ directory: String, to storage: any Storage, replacingExisting: Bool = false
    ) throws(StateError) {
        try CheckpointUpload(self, directory, to: retrying(storage), deadline).run(replacing: replacingExisting)
    }

    /// Brings an upload to a new directory. A folder that others brought to the storage needs a manifest.
    ///
    /// - Parameters:
    ///   - storage: where from.
    ///   - directory: the directory to make. Its parent must exist.
    /// - Throws: `StateError` with `.notFound` when there is no complete upload, `.checksumMismatch` when something is
    ///   not what was uploaded, `.alreadyExists` when the directory is there, or what else went wrong, and where. There is
    ///   then nothing new at `directory`.
    public func download(from storage: any Storage, to directory: String) throws(StateError) {
        try CheckpointDownload(self, from: retrying(storage), deadline).run(to: directory)
    }

    /// Whether a storage has a complete upload, or a folder with a manifest that others brought there.
    ///
    /// - Throws: `StateError` when the storage does not tell.
    public func isComplete(_ storage: any Storage) throws(StateError) -> Bool {
        let (storage, deadline) = (retrying(storage), deadline)
        if try storage.exists(TransferIndex.completeName, by: deadline) { return true }
        guard try storage.exists(CheckpointManifest.fileName, by: deadline) else { return false }
        return try !storage.exists(TransferIndex.begunName, by: deadline)
    }

    /// Removes an upload, complete or not, and nothing else. One that is not there is no error.
    ///
    /// - Throws: `StateError` when that fails; there is then no complete upload any more, and removing can go on.
    public func remove(from storage: any Storage) throws(StateError) {
        try UploadRemoval(retrying(storage), deadline).run()
    }

    private var deadline: StorageDeadline { StorageDeadline(after: timeLimit, isCancelled: isCancelled) }

    private func retrying(_ storage: any Storage) -> RetryingStorage {
        if let pause { return RetryingStorage(storage, policy: retries, pause: pause) }
        return RetryingStorage(storage, policy: retries)
    }
}
