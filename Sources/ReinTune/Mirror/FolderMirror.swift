import ReinCheckpoints

/// Brings the folder of an experiment to a storage, again and again only what has changed, in an order that leaves the
/// experiment of one moment there wherever it is cut off:
///
/// 1. `MirrorRecord`, which says what comes;
/// 2. checkpoints, what trials are about to take over, results and logs;
/// 3. the journal of the experiment, with which the next moment begins;
/// 4. the journals of the trials' checkpoints;
/// 5. the deletion of what is no longer here.
struct FolderMirror: Sendable {
    let storage: any Storage
    let owner: MirrorOwner
    /// The path of the folder.
    let folder: String
    var objects: [String: Object] = [:]
    var stores: [String: Store] = [:]
    /// The journal of the last moment that is complete; nil before the first.
    var journal: FileContent?
    /// By trials' folders, under which name lies what they take over.
    var staged: [String: String] = [:]
    /// What was passed over the last time.
    private(set) var passedOver: [String] = []
    /// The record of which nobody knows whether its journal has arrived.
    private var unsure: MirrorRecord?
    private var checked = ContinuousClock.now

    /// How long nobody looks whether there is another owner.
    private static let ownerInterval = Duration.seconds(5)

    /// Makes one that knows of nothing at its place.
    init(of folder: String, to storage: any Storage, owner: MirrorOwner) {
        self.folder = folder
        self.storage = storage
        self.owner = owner
    }

    /// Brings over what has changed.
    ///
    /// - Parameters:
    ///   - snapshot: the checkpoints of trials at work.
    ///   - isLast: whether nothing comes afterwards.
    /// - Throws: `StateError` with `.inUse` when somebody else has gone on with the experiment, or when the storage or the
    ///   disk fails; the next call goes on.
    mutating func bring(
        _ snapshot: MirrorSnapshot, isLast: Bool, by deadline: StorageDeadline
    ) throws(StateError) {
        try requireOwner(deadline)
        try settleUnsure(deadline)
        let contents = try FolderContents(of: folder, takingAllOf: MirrorPath.isInCheckpoint)
        passedOver = contents.passedOver
        let text = try StorageContents(file: "\(folder)/\(ExperimentJournal.fileName)")
        try readStores(contents, snapshot)
        let plan = MirrorPlan(contents.files, self)
        guard FileContent(text) != journal else {
            // Nothing was decided since. What decisions depend on has to wait for the next one, with which it belongs.
            if isLast { try complete(plan, deadline) }
            return
        }
        try clear(plan.obstacles, deadline)
        let record = plan.record(from: self, to: FileContent(text))
        try record.write(to: storage, by: deadline)
        try bring(plan.files, deadline)
        try requireOwner(deadline)
        unsure = record
        try storage.write(text, to: ExperimentJournal.fileName, by: deadline)
        settle(record)
        try bringStores(deadline)
        try requireOwner(deadline)
        try clear(record.removals, deadline)
    }

    /// Says that nobody works on the experiment any more.
    ///
    /// - Throws: `StateError` when the storage fails.
    func end(by deadline: StorageDeadline) throws(StateError) {
        try owner.require(storage, by: deadline)
        // As long as everything has its own name, nobody needs it.
        if staged.values.allSatisfy({ $0 == TakenOverCheckpoint.folderName }) {
            try storage.delete(MirrorRecord.key, by: deadline)
        }
        try storage.delete(MirrorOwner.key, by: deadline)
    }

    private mutating func requireOwner(_ deadline: StorageDeadline) throws(StateError) {
        try owner.require(storage, by: deadline)
        checked = ContinuousClock.now
    }

    /// Finds out whether the last journal has arrived, if that is not known.
    private mutating func settleUnsure(_ deadline: StorageDeadline) throws(StateError) {
        guard let record = unsure else { return }
        if try storage.content(of: ExperimentJournal.fileName, by: deadline) == record.journalAfter { settle(record) }
        unsure = nil
    }

    /// Takes note that a moment is complete.
    private mutating func settle(_ record: MirrorRecord) {
        let removals = Set(record.removals)
        for (key, object) in objects { objects[key]?.settled = removals.contains(key) ? nil : object.content }
        for store in record.stores { stores[store.trial]?.settled = store.after }
        journal = record.journalAfter
        staged = record.stagedAfter
        unsure = nil
    }

    /// Reads the journals of checkpoints that have changed.
    private mutating func readStores(
        _ contents: FolderContents, _ snapshot: MirrorSnapshot
    ) throws(StateError) {
        for file in contents.files {
            guard let trial = MirrorPath.store(MirrorPath.parts(file.path)) else { continue }
            var store = stores[trial] ?? Store()
            // One that did not belong to the moment that was gone on from.
            objects[file.path] = nil
            if let open = snapshot.open[trial] {
                (store.here, store.stamp) = (open, nil)
            } else if store.stamp != file.stamp {
                let noted = try CheckpointRecords.metrics(in: "\(folder)/\(trial)")
                store.here.registered = Set(noted?.keys.map(\.self) ?? [])
                store.here.journal = try CheckpointRecords.text(in: "\(folder)/\(trial)")
                store.stamp = file.stamp
            }
            stores[trial] = store
        }
    }

    private mutating func bring(_ files: [MirrorPlan.File], _ deadline: StorageDeadline) throws(StateError) {
        for file in files {
            if ContinuousClock.now - checked > Self.ownerInterval { try requireOwner(deadline) }
            let contents: StorageContents
            do throws(StateError) {
                contents = try StorageContents(file: "\(folder)/\(file.path)")
            } catch {
                // What a trial's own code writes may go at any time.
                guard !file.isNeeded else { throw error }
                continue
            }
            let earlier = objects[file.key]
            objects[file.key] = Object(stamp: nil, content: nil, settled: earlier?.settled)
            do throws(StateError) {
                try storage.write(contents, to: file.key, by: deadline)
            } catch {
                // One that was changed meanwhile comes the next time.
                guard !file.isNeeded, [.checksumMismatch, .inputOutput].contains(error.code),
                    FolderContents.stamp(of: "\(folder)/\(file.path)") != file.stamp
                else { throw error }
                objects[file.key] = earlier
                objects[file.key]?.stamp = nil
                continue
            }
            objects[file.key]?.stamp = file.stamp
            objects[file.key]?.content = FileContent(contents)
        }
    }

    /// Brings what nothing depends on, and does what the last moment has left to be done.
    private mutating func complete(_ plan: MirrorPlan, _ deadline: StorageDeadline) throws(StateError) {
        try bring(plan.loose, deadline)
        try bringStores(deadline)
        try clear(plan.strangers(in: self), deadline)
    }

    private mutating func bringStores(_ deadline: StorageDeadline) throws(StateError) {
        for (trial, store) in stores.sorted(byBytesOf: \.key) where store.there != store.settled {
            guard let text = store.settled else { continue }
            stores[trial]?.there = nil
            try storage.write(
                StorageContents(Array(text.utf8)), to: "\(trial)/\(CheckpointRecords.fileName)", by: deadline)
            stores[trial]?.there = text
        }
    }

    private mutating func clear(_ keys: [String], _ deadline: StorageDeadline) throws(StateError) {
        for key in keys {
            objects[key]?.stamp = nil
            objects[key]?.content = nil
            try storage.delete(key, by: deadline)
            objects[key] = nil
        }
    }
}
