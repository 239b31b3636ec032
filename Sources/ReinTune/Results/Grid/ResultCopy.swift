public import ReinCheckpoints

/// A copy of an experiment that lies in a storage, without what is in its checkpoints, for as long as somebody reads it.
final class ResultCopy: Sendable {
    /// Where the experiment lies.
    let uri: StorageURI
    /// The path of the copy.
    let folder: String
    private let parent: String

    /// Brings what is to be read here.
    ///
    /// - Throws: `StateError` when there is nothing, as `FolderDownload`, or when the storage fails. Nothing is left then.
    init(of storage: any Storage, by deadline: StorageDeadline) throws(StateError) {
        uri = storage.uri
        let parent = try LocalFile.makeTemporaryDirectory("rein-results")
        self.parent = parent
        folder = "\(parent)/\(uri.folderName)"
        do throws(StateError) {
            let entries = try storage.list("", by: deadline)
            guard !entries.isEmpty else { throw StateError(.notFound, "there is no such folder", path: uri.place) }
            var objects: [FolderDownload.Object] = []
            var folders: Set<String> = []
            for entry in entries where !MirrorPath.ownNames.contains(entry.key) {
                let parts = MirrorPath.parts(entry.key)
                if MirrorPath.checkpoint(parts) != nil {
                    // The name tells that there is one.
                    folders.insert("\(parts[0])/\(parts[1])")
                } else if MirrorPath.staged(parts) == nil {
                    objects.append(FolderDownload.Object(entry))
                }
            }
            _ = try FolderDownload(from: storage, by: deadline).run(objects, folders: folders.sortedByBytes, to: folder)
        } catch {
            LocalFile.removeTemporaryDirectory(parent)
            throw error
        }
    }

    deinit { LocalFile.removeTemporaryDirectory(parent) }

    /// Lets a trial say where it lies, and not where it was copied to.
    ///
    /// - Throws: `StateError` when an address becomes too long.
    func address(_ trial: inout TrialResult) throws(StateError) {
        if let folder = trial.folder { trial.folder = try address(of: folder).description }
        for place in trial.checkpoints.indices {
            let uri = try address(of: trial.checkpoints[place].path)
            trial.checkpoints[place].path = uri.description
            trial.checkpoints[place].uri = uri
        }
    }

    /// A message that names what lies in the storage, and not in the copy.
    func addressed(_ message: String) -> String {
        message.replacing(folder, with: uri.place)
    }

    private func address(of path: String) throws(StateError) -> StorageURI {
        try uri.appending(String(path.dropFirst(folder.count + 1)))
    }
}

extension ResultGrid {
    /// Reads the results of an experiment in a folder of this machine, or at an address in a storage.
    ///
    ///     let grid = try await ResultGrid.reading("s3://bucket/experiments/cartpole")
    ///     let checkpoint = try grid.bestResult("episodeReturnMean", .max).checkpoint!.checkpoint()
    ///     try await checkpoint.download(to: "best")
    ///
    /// From a storage everything is brought here but what is in checkpoints, which have addresses then. It stays in a
    /// temporary folder for as long as the grid does.
    ///
    /// - Throws: `StateError` as `init(reading:)`, for an address whose scheme nobody has registered, with `.cancelled`, and
    ///   when the storage fails.
    public static func reading(_ place: String) async throws(StateError) -> ResultGrid {
        switch try ExperimentAddress(place) {
        case .folder(let path): return try ResultGrid(reading: path)
        case .storage(let storage):
            return try await WaitingThread.run { isCancelled throws(StateError) in
                let copy = try ResultCopy(of: storage, by: StorageDeadline(after: nil, isCancelled: isCancelled))
                return try ResultGrid(reading: copy.folder, of: copy)
            }
        }
    }
}
