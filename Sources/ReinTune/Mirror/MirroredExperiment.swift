import ReinCheckpoints

/// An experiment that lies in a storage and is worked on in a folder of this machine.
struct MirroredExperiment {
    /// What brings it there.
    let mirror: ExperimentMirror
    /// The folder around that of the experiment, if it is only there for that.
    private let temporary: String?

    /// The path of the experiment's folder.
    var folder: String { mirror.folder }

    /// Begins an experiment in a storage.
    ///
    /// - Parameters:
    ///   - storage: the storage.
    ///   - parent: where the experiment's folder comes to lie; nil for a temporary folder.
    ///   - interval: the shortest time between two times that it is brought there, in seconds.
    /// - Throws: `StateError` with `.alreadyExists` when there is something in the storage, or the folder here; and when the
    ///   storage fails. Nothing is left then.
    static func begin(
        _ storage: any Storage, in parent: String?, interval: Double
    ) async throws(StateError) -> MirroredExperiment {
        try await make(storage, in: parent, interval: interval) { folder, deadline throws(StateError) in
            let path = storage.uri.place
            var mirror = FolderMirror(of: folder, to: storage, owner: MirrorOwner())
            var others = try storage.list("", by: deadline).map(\.key)
            guard !others.contains(ExperimentJournal.fileName) else {
                throw StateError(.alreadyExists, "there is an experiment already", path: path)
            }
            // What came of one that was cut off before it was any.
            let record = try MirrorRecord(in: storage, by: deadline)
            let remains = Set(record?.changes.map(\.key) ?? [])
            for key in others where remains.contains(key) { mirror.objects[key] = FolderMirror.Object() }
            others.removeAll { remains.contains($0) || MirrorPath.ownNames.contains($0) }
            if let other = others.first {
                throw StateError(
                    .alreadyExists, "there is something else (\(other.shortened)); choose another place", path: path)
            }
            try mirror.owner.claim(storage, by: deadline)
            return (mirror, [])
        }
    }

    /// Brings an experiment out of a storage, to go on with it.
    ///
    /// - Throws: as `MirrorRecovery.run` and `begin`.
    static func resume(
        _ storage: any Storage, in parent: String?, interval: Double
    ) async throws(StateError) -> MirroredExperiment {
        try await make(storage, in: parent, interval: interval) { folder, deadline throws(StateError) in
            var recovery = MirrorRecovery(from: storage, by: deadline)
            let mirror = try recovery.run(to: folder)
            return (mirror, recovery.warnings)
        }
    }

    private static func make(
        _ storage: any Storage, in parent: String?, interval: Double,
        _ open: @escaping @Sendable (_ folder: String, StorageDeadline) throws(StateError) -> (FolderMirror, [String])
    ) async throws(StateError) -> MirroredExperiment {
        let (temporary, mirror, warnings) = try await WaitingThread.run {
            isCancelled throws(StateError) -> (String?, FolderMirror, [String]) in
            let temporary = parent == nil ? try LocalFile.makeTemporaryDirectory("rein-experiment") : nil
            do throws(StateError) {
                let outer = temporary ?? parent ?? "."
                try LocalFile.makeDirectories(outer)
                let folder = "\(outer)/\(storage.uri.folderName)"
                if try LocalFile.exists(folder) {
                    throw StateError(
                        .alreadyExists,
                        "is there already; remove it, or go on with what lies in it by its path", path: folder)
                }
                let (mirror, warnings) = try open(folder, StorageDeadline(after: nil, isCancelled: isCancelled))
                return (temporary, mirror, warnings)
            } catch {
                if let temporary { LocalFile.removeTemporaryDirectory(temporary) }
                throw error
            }
        }
        return MirroredExperiment(
            mirror: ExperimentMirror(mirror, interval: interval, warnings: warnings), temporary: temporary)
    }

    /// Removes the folder here: everything is in the storage.
    func discard() {
        LocalFile.removeTemporaryDirectory(folder)
        if let temporary { LocalFile.removeTemporaryDirectory(temporary) }
    }
}
