/// The folder of a `CheckpointStore`: its journal, what stays, and what is on its way out.
struct CheckpointFolder {
    /// Which checkpoints stay.
    private(set) var ranking: CheckpointRanking
    private let path: String
    private let isSynchronizing: Bool
    private let lock: DirectoryLock
    private var journal: CheckpointJournal
    private var contents = CheckpointJournal.Contents()
    /// Indices that were begun, and whose checkpoints are in the making.
    private var open = KeyList<Int>()
    /// Checkpoints that no longer stay, which the journal does not know yet: it is told when nobody holds them any more.
    private var unnoted: [Int] = []
    private var holders = Table<Int, Int>()
    private var warnings: [String] = []
    private var hasWarnedOfScore = false
    private var undeletable = KeyList<Int>()
    private var isKilled = false
    private var isClosed = false

    /// The checkpoint that is held since the folder was opened.
    private(set) var heldAtOpening: StoredCheckpoint?

    /// Takes the lock of a folder, reads its journal, and finishes what a killed process left.
    ///
    /// - Parameter isHeld: the newest checkpoint that it says this of is held, before any is deleted.
    /// - Throws: `StateError` when it is in use, or that says what is wrong with it.
    init(
        at path: String, config: CheckpointConfig, synchronizing: Bool,
        holding isHeld: @Sendable (StoredCheckpoint) -> Bool
    ) throws(StateError) {
        self.path = path
        isSynchronizing = synchronizing
        lock = try DirectoryLock(on: path)
        CheckpointDirectory.removeRemains(in: path, andOf: [CheckpointJournal.fileName])
        journal = try CheckpointJournal(in: path, &contents)
        ranking = CheckpointRanking(config)
        if !lock.isEffective {
            warnings.append("\(path): this file system has no locks; see to it that nobody else makes checkpoints here")
        }
        try reached(.opened)
        try takeUp(holding: isHeld)
    }

    private mutating func takeUp(holding isHeld: @Sendable (StoredCheckpoint) -> Bool) throws(StateError) {
        // Folders that are not ours have names that are not to be used either.
        let present = KeyList(try LocalFile.names(in: path).compactMap { CheckpointName.index(in: $0) })
        let missing = contents.metrics.keys.filter { !present.contains($0) }.ascending
        if !missing.isEmpty {
            try append(.gone(missing))
            for index in missing { noteMissing(index) }
        }
        var surplus: [Int] = []
        for index in contents.metrics.keys.ascending {
            surplus += ranking.register(index, metrics: contents.metrics[index] ?? .null)
        }
        // Said when it was registered.
        hasWarnedOfScore = ranking.problem != nil
        unnoted = surplus
        heldAtOpening = contents.metrics.keys.ascending.reversed().lazy.compactMap(checkpoint).first(where: isHeld)
        if let heldAtOpening { holders.set(1, for: heldAtOpening.index) }
        try sweep()
        // A process that is killed while it notes something about a checkpoint leaves a file in it.
        for index in ranking.retained { DirectoryNotes.removeRemains(in: path(of: index)) }
        contents.highest = max(contents.highest, present.keys.max() ?? -1)
        guard contents.lineCount > 2 * (contents.metrics.count + 32) else { return }
        try journal.rewrite(contents)
        try reached(.rewritten)
    }

    /// The index after all that were ever used.
    var nextIndex: Int { contents.highest + 1 }

    /// A checkpoint that stays, or is held.
    @inline(never)  // Once for its many callers, to whom a call is nothing.
    func checkpoint(_ index: Int) -> StoredCheckpoint? {
        contents.metrics[index].map { StoredCheckpoint(index: index, path: path(of: index), metrics: $0) }
    }

    /// What a person should know since the last call.
    mutating func takeWarnings() -> [String] {
        defer { warnings = [] }
        return warnings
    }

    /// Notes that the next checkpoint is about to be made.
    mutating func begin() throws(StateError) -> Int {
        var index = nextIndex
        while try FileStatus(of: path(of: index), followingLinks: false) != nil { index += 1 }
        try append(.begun(index))
        open.insert(index)
        try reached(.begun)
        return index
    }

    /// Adds a complete checkpoint.
    mutating func register(_ index: Int, metrics: StateTree) throws(StateError) -> [Int] {
        guard open.contains(index) else {
            throw StateError(.notFound, "was not begun, or is registered already", path: path(of: index))
        }
        guard try LocalFile.isDirectory(path(of: index)) else {
            throw StateError(.notFound, "holds no checkpoint to be registered", path: path(of: index))
        }
        try append(.registered(index, metrics: metrics))
        // Before anything is deleted for it.
        if isSynchronizing { try journal.synchronize() }
        open.remove(index)
        try reached(.registered)
        let removed = ranking.register(index, metrics: metrics)
        if let problem = ranking.problem, !hasWarnedOfScore {
            hasWarnedOfScore = true
            warnings.append(problem)
        }
        unnoted += removed
        do throws(StateError) { try sweep() } catch {
            if isKilled { throw error }
            // The checkpoint is registered all the same; the rest is done after the next one.
            warnings.append("\(error); checkpoints that are no longer to be kept stay for now")
        }
        return removed
    }

    /// Gives up an index that was begun.
    ///
    /// - Parameter isTaken: whether somebody else has put something in its place, which stays.
    mutating func abandon(_ index: Int, isTaken: Bool) {
        guard open.remove(index) != nil else { return }
        if isTaken { try? append(.gone([index])) }
        try? sweep()
    }

    /// Gives the folder to whoever wants it next. Nothing is done in it any more.
    mutating func close() {
        isClosed = true
        lock.release()
    }

    /// Counts a holder.
    mutating func hold(_ index: Int) throws(StateError) -> StoredCheckpoint {
        guard let checkpoint = checkpoint(index) else {
            throw StateError(.notFound, "is no checkpoint, or is none any more", path: path(of: index))
        }
        guard try LocalFile.isDirectory(checkpoint.path) else {
            try append(.gone([index]))
            noteMissing(index)
            ranking.forget(index)
            throw StateError(.notFound, "somebody removed this checkpoint", path: checkpoint.path)
        }
        holders.set((holders[index] ?? 0) + 1, for: index)
        return checkpoint
    }

    /// Counts a holder of each checkpoint that the journal knows: one that stays, or is held.
    ///
    /// - Returns: the text of the journal, and the checkpoints.
    mutating func holdAll() throws(StateError) -> (journal: String, held: [StoredCheckpoint]) {
        var held: [StoredCheckpoint] = []
        for index in contents.metrics.keys.ascending {
            // One that somebody removed is noted as gone, and is no matter here.
            if let checkpoint = try? hold(index) { held.append(checkpoint) }
        }
        do throws(StateError) {
            return (try CheckpointRecords.text(in: path), held)
        } catch {
            for checkpoint in held { release(checkpoint.index) }
            throw error
        }
    }

    /// Takes back a holder, and deletes what nobody holds any longer.
    mutating func release(_ index: Int) {
        guard let count = holders[index] else { return }
        if count > 1 { holders.set(count - 1, for: index) } else { holders.removeValue(for: index) }
        if count == 1, contents.pending.contains(index) || unnoted.contains(index) { try? sweep() }
    }

    /// Notes what no longer stays, and deletes it unless it is held. What cannot be deleted is tried again the next time.
    ///
    /// - Throws: `StateError` when the journal cannot be written: nothing more is deleted then.
    private mutating func sweep() throws(StateError) {
        guard !isKilled, !isClosed else { return }
        let free = unnoted.filter { holders[$0] == nil }
        if !free.isEmpty {
            try append(.removed(free))
            unnoted.removeAll { holders[$0] == nil }
            try reached(.removed)
        }
        let waiting = contents.pending.keys.filter { !open.contains($0) && holders[$0] == nil }
        guard !waiting.isEmpty else { return }
        var gone: [Int] = []
        for index in waiting.ascending where try delete(index) { gone.append(index) }
        guard !gone.isEmpty else { return }
        try append(.gone(gone))
        try reached(.gone)
    }

    /// Deletes the folder of a checkpoint.
    ///
    /// - Returns: whether it is gone.
    private mutating func delete(_ index: Int) throws(StateError) -> Bool {
        let name = CheckpointName.name(index)
        do throws(StateError) {
            let parent = try Directory(opening: path)
            guard let folder = try parent.existingDirectory(name) else { return true }
            let hidden = try Remains.hide(name, in: parent)
            try reached(.hidden)
            Remains.discard(folder, hidden, in: parent)
            try reached(.discarded)
            return true
        } catch {
            if isKilled { throw error }
            if undeletable.insert(index) {
                warnings.append(
                    "\(error); it is no longer one of those to be kept, and is deleted when that can be done")
            }
            return false
        }
    }

    private mutating func noteMissing(_ index: Int) {
        warnings.append("\(path(of: index)): somebody removed this checkpoint")
    }

    @inline(never)
    private func path(of index: Int) -> String { "\(path)/\(CheckpointName.name(index))" }

    @inline(never)  // Once for its many callers, to whom a call is nothing.
    private mutating func append(_ entry: CheckpointJournal.Entry) throws(StateError) {
        guard !isKilled else { throw StateError(.inputOutput, "interrupted", path: path) }
        guard !isClosed else { throw StateError(.unavailable, "the store of these checkpoints is closed", path: path) }
        try journal.append(entry)
        contents.apply(entry)
    }

    private mutating func reached(_ stage: CheckpointStore.Stage) throws(StateError) {
        guard CheckpointStore.interruption?(stage) == true else { return }
        isKilled = true
        throw StateError(.inputOutput, "interrupted", path: path)
    }
}
