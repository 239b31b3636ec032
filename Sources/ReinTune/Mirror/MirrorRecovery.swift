import ReinCheckpoints

/// Brings an experiment out of a storage to go on with it here: that of the last moment that is complete.
struct MirrorRecovery {
    /// What a person should know.
    private(set) var warnings: [String] = []
    private let storage: any Storage
    private let deadline: StorageDeadline

    /// What a record says, as far as it holds.
    private struct Side {
        /// What does not belong to the moment.
        var strangers: Set<String> = []
        /// What files were that may have grown since.
        var contents: [String: FileContent] = [:]
        /// What the journals of checkpoints say; nil for those that there were none of.
        var stores: [String: String?] = [:]
        /// Under which names lies what trials take over; nil when it is that of the folder.
        var staged: [String: String]?

        /// Everything is as it lies there.
        init() {}

        init(before record: MirrorRecord) {
            for change in record.changes {
                if let before = change.before {
                    contents[change.key] = before
                } else {
                    strangers.insert(change.key)
                }
            }
            for store in record.stores { stores[store.trial] = .some(store.before) }
            staged = record.stagedBefore
        }

        init(after record: MirrorRecord) {
            strangers = Set(record.removals)
            for store in record.stores { stores[store.trial] = .some(store.after) }
            staged = record.stagedAfter
        }
    }

    /// Prepares to bring an experiment here.
    init(from storage: any Storage, by deadline: StorageDeadline) {
        self.storage = storage
        self.deadline = deadline
    }

    /// Becomes the owner, and brings the experiment here.
    ///
    /// - Parameter folder: the path of the folder, which is made. Its parent must exist.
    /// - Returns: what goes on mirroring it.
    /// - Throws: `StateError` with `.notFound` when there is no experiment, as `FolderDownload`, or when the storage fails.
    ///   There is then no new folder.
    mutating func run(to folder: String) throws(StateError) -> FolderMirror {
        guard try storage.exists(ExperimentJournal.fileName, by: deadline) else {
            throw StateError(.notFound, "there is no experiment", path: storage.uri.place)
        }
        if let earlier = try MirrorOwner(of: storage, by: deadline) {
            warnings.append(
                "\(storage.uri.place): \(earlier.description) has not ended in order, and ends now if it is still at work"
            )
        }
        let owner = MirrorOwner()
        try owner.claim(storage, by: deadline)
        let entries = try storage.list("", by: deadline)
        var mirror = FolderMirror(of: folder, to: storage, owner: owner)
        mirror.journal = try storage.content(of: ExperimentJournal.fileName, by: deadline)
        let side = try side(at: mirror.journal)
        var objects: [FolderDownload.Object] = []
        for entry in entries where !MirrorPath.ownNames.contains(entry.key) {
            mirror.objects[entry.key] = FolderMirror.Object()
            if let path = Self.path(of: entry.key, side) { objects.append(FolderDownload.Object(entry, to: path)) }
        }
        mirror.objects[ExperimentJournal.fileName] = nil
        let there = mirror.objects
        var texts: [String: String] = [:]
        var settled: [String: FileContent] = [:]
        let brought = try FolderDownload(from: storage, by: deadline).run(objects, to: folder) {
            workspace throws(StateError) in
            for (key, content) in side.contents {
                guard let path = Self.path(of: key, side), there[key] != nil else { continue }
                if try LocalFile.cut("\(workspace)/\(path)", backTo: content) { settled[key] = content }
            }
            texts = try Self.setRight(workspace, side.stores, there)
        }
        try takeNote(of: objects, brought, settled, in: folder, &mirror)
        for (trial, text) in texts {
            mirror.objects["\(trial)/\(CheckpointRecords.fileName)"] = nil
            mirror.stores[trial] = FolderMirror.Store(
                there: side.stores[trial] == nil ? text : nil, settled: text)
        }
        for object in objects {
            guard let (trial, name) = MirrorPath.staged(MirrorPath.parts(object.key)) else { continue }
            mirror.staged[trial] = name
        }
        return mirror
    }

    /// What belongs to the moment of a journal.
    private mutating func side(at journal: FileContent?) throws(StateError) -> Side {
        guard let record = try MirrorRecord(in: storage, by: deadline) else { return Side() }
        if journal == record.journalAfter { return Side(after: record) }
        if journal == record.journalBefore { return Side(before: record) }
        warnings.append(
            "\(storage.uri.path(of: ExperimentJournal.fileName)): is not what was brought there; trials may go on from "
                + "other checkpoints")
        return Side()
    }

    /// Where an object comes to lie; nil when it does not belong here.
    private static func path(of key: String, _ side: Side) -> String? {
        guard !side.strangers.contains(key) else { return nil }
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        if let trial = MirrorPath.store(parts), case .some(.none) = side.stores[trial] { return nil }
        guard let (trial, name) = MirrorPath.staged(parts) else { return key }
        guard let staged = side.staged else { return name == TakenOverCheckpoint.folderName ? key : nil }
        return staged[trial] == name ? MirrorPath.renamed(parts, to: TakenOverCheckpoint.folderName) : nil
    }

    /// Lets the journals of checkpoints say what they said.
    ///
    /// - Returns: what they say now, by the folders of trials.
    private static func setRight(
        _ workspace: String, _ stores: [String: String?], _ there: [String: FolderMirror.Object]
    ) throws(StateError) -> [String: String] {
        var texts: [String: String] = [:]
        for (trial, text) in stores {
            guard let text else { continue }
            try LocalFile.makeDirectories("\(workspace)/\(trial)")
            try LocalFile.replace("\(workspace)/\(trial)/\(CheckpointRecords.fileName)", with: text)
            texts[trial] = text
        }
        for key in there.keys {
            guard let trial = MirrorPath.store(MirrorPath.parts(key)), stores[trial] == nil else { continue }
            texts[trial] = try CheckpointRecords.text(in: "\(workspace)/\(trial)")
        }
        return texts
    }

    /// Notes what is there and here alike.
    private func takeNote(
        of objects: [FolderDownload.Object], _ brought: [String: FileContent], _ settled: [String: FileContent],
        in folder: String, _ mirror: inout FolderMirror
    ) throws(StateError) {
        var stamps: [String: (stamp: String, size: Int)] = [:]
        for file in try FolderContents(of: folder, takingAllOf: MirrorPath.isInCheckpoint).files {
            stamps[file.path] = (file.stamp, file.size)
        }
        for object in objects {
            guard let content = brought[object.path], let (stamp, size) = stamps[object.path] else { continue }
            mirror.objects[object.key]?.content = content
            mirror.objects[object.key]?.settled = settled[object.key] ?? content
            // What was cut back is shorter here.
            if size == content.size { mirror.objects[object.key]?.stamp = stamp }
        }
        mirror.objects[ExperimentJournal.fileName] = nil
    }
}
