import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Puts a checkpoint together in a hidden directory and gives it its name when it is complete.
final class CheckpointWriter {
    private let format: CheckpointFormat
    private let destination: String
    private let replacingExisting: Bool
    private let parent: Directory
    private let temporary: String
    let workspace: Directory
    private let earlier: EarlierCheckpoint?
    private var policyIDs: [PolicyID] = []
    private var replays: [PolicyID: CheckpointManifest.Replay] = [:]
    private var records: [CheckpointManifest.FileRecord] = []
    private var added: [CheckpointManifest.FileRecord] = []
    private let isKilled = Atomic(false)
    private let tryingToClone = Atomic(CheckpointWriter.clonesFiles)
    // Asked for once: a task's values are not there on other threads.
    private let interruption = CheckpointWriter.interruption

    /// Makes the hidden directory.
    ///
    /// - Parameters:
    ///   - path: the checkpoint's directory to be.
    ///   - format: the kind of state files.
    ///   - replacingExisting: whether a checkpoint at `path` may be replaced.
    ///   - earlier: a checkpoint to share files with, if it can be done.
    /// - Throws: `StateError` with `.alreadyExists` when the destination is taken by something that must stay.
    init(
        to path: String, format: CheckpointFormat, replacingExisting: Bool, sharingWith earlier: String? = nil
    ) throws(StateError) {
        let name = lastComponent(of: path)
        guard !name.isEmpty, name != ".", name != "..", !TemporaryName.matches(name), !path.utf8.contains(0) else {
            throw StateError(.outOfRange, "a checkpoint needs a name of its own", path: path)
        }
        let trimmed = String(path.reversed().drop { $0 == "/" }.reversed())
        let parentPath = trimmed.dropLast(name.count)
        self.format = format
        self.destination = trimmed
        self.replacingExisting = replacingExisting
        do {
            parent = try Directory(opening: parentPath.isEmpty ? "." : String(parentPath))
        } catch {
            throw Self.cannotBegin(trimmed, error)
        }
        if try parent.contains(name) {
            guard replacingExisting else { throw Self.taken(trimmed) }
            try Self.requireReplaceable(name, in: parent)
        }
        if let earlier {
            self.earlier = EarlierCheckpoint(opening: earlier, format: format)
        } else {
            self.earlier = nil
        }
        Remains.removeOnce(in: parent)
        do { workspace = try Self.makeWorkspace(for: name, in: parent) } catch {
            throw Self.cannotBegin(trimmed, error)
        }
        temporary = lastComponent(of: workspace.path)
    }

    /// Makes a hidden directory that nobody else works in or takes for the remains of a writer.
    static func makeWorkspace(
        for name: String, in parent: borrowing Directory
    ) throws(StateError) -> Directory {
        while true {
            let hidden = TemporaryName.next(for: name)
            // Taken where another process had our number and left something: on other machines, in other containers.
            guard try parent.makeNewDirectory(hidden) else { continue }
            do throws(StateError) {
                guard let workspace = try parent.existingDirectory(hidden) else { continue }
                if case .held = workspace.lock() { continue }
                if try parent.holds(workspace.status, as: hidden) { return workspace }
            } catch {
                try? parent.removeDirectory(hidden)
                throw error
            }
        }
    }

    /// Fills the checkpoint, closes it and gives it its name. After an error nothing is left.
    func run(
        synchronizing: Bool, _ fill: (CheckpointWriter) throws(StateError) -> Void
    ) throws(StateError) {
        do {
            try reached(.begun)
            try fill(self)
            if synchronizing { try synchronize() }
            try reached(.complete)
            try publish(synchronizing: synchronizing)
        } catch {
            if !isKilled.load(ordering: .relaxed) { discardTemporary() }
            throw namingDestination(error)
        }
    }

    /// An error with the name that was asked for in the place of that of the hidden directory, which is gone.
    private func namingDestination(_ error: StateError) -> StateError {
        guard error.path.hasPrefix(workspace.path) else { return error }
        return StateError(error.code, error.message, path: destination + error.path.dropFirst(workspace.path.count))
    }

    private static func cannotBegin(_ path: String, _ error: StateError) -> StateError {
        StateError(error.code, "cannot be made, in the directory where it is to be: \(error.message)", path: path)
    }

    /// The files of one policy.
    private struct PolicyFiles {
        var records: [CheckpointManifest.FileRecord] = []
        var replay: CheckpointManifest.Replay?
    }

    /// Adds policies, each in its folder, and the replays of those that have one.
    ///
    /// - Parameters:
    ///   - ids: the policies, in the order of the manifest.
    ///   - executor: how their files are written: one policy after another, or several at a time.
    ///   - contents: the state and the replay of the policy at a position in `ids`.
    /// - Throws: the error of the first policy, in their order, among those that had one.
    func addPolicies(
        _ ids: [PolicyID], by executor: LoopExecutor,
        _ contents: (Int) throws(StateError) -> PolicyContents
    ) throws(StateError) {
        try PolicyID.requireDistinct(ids, path: destination)
        guard !ids.isEmpty else { return }
        let folder = try workspace.makeDirectory(CheckpointDirectory.policiesFolder)
        let written = try executor.map(ids.count) { index throws(StateError) in
            let contents = try contents(index)
            var files = try writePolicy(ids[index], contents.state, in: folder)
            try writeReplay(ids[index], contents.replay, into: &files)
            return files
        }
        policyIDs = ids
        for (id, files) in zip(ids, written) {
            records += files.records
            replays[id] = files.replay
        }
    }

    /// Writes a policy in a folder of its own. May run beside others.
    private func writePolicy(
        _ id: PolicyID, _ state: StateFile, in policies: borrowing Directory
    ) throws(StateError) -> PolicyFiles {
        let folder = try policies.makeDirectory(id.string)
        let prefix = "\(CheckpointDirectory.policiesFolder)/\(id)"
        let name = CheckpointDirectory.Kind.policy.stateFile(format)
        let place = "\(prefix)/\(name)"
        let written = try write(state, name, to: folder, listedAs: place)
        try reached(.fileWritten)
        var record = written.record
        var files = PolicyFiles()
        let manifestPlace = "\(prefix)/\(CheckpointManifest.fileName)"
        let shared = written.isShared ? share(manifestPlace, CheckpointManifest.fileName, in: folder) : nil
        if let shared {
            files.records = [record, shared]
        } else {
            record.path = name
            if record.tensors.isEmpty { record.tensors = TreeMarkup.tensorChecksums(state.tree) }
            let text = Array(CheckpointManifest(kind: .policy, format: format, files: [record]).text.utf8)
            try folder.write(text, to: CheckpointManifest.fileName)
            record.path = place
            record.tensors = []
            files.records = [
                record, .init(path: manifestPlace, size: text.count, sha256: Checksum.hexadecimal(text)),
            ]
        }
        try reached(.fileWritten)
        return files
    }

    /// Writes the replay of a policy, or notes that it is left out. May run beside others.
    private func writeReplay(_ id: PolicyID, _ replay: ReplayState, into files: inout PolicyFiles) throws(StateError) {
        switch replay {
        case .none: return
        case .omitted: files.replay = .omitted
        case .included(let state):
            let folder = try workspace.newOrExistingDirectory(CheckpointDirectory.replayFolder)
            let place = CheckpointDirectory.replayPath(of: id, format)
            let name = CheckpointDirectory.replayFile(of: id, format)
            files.records.append(try write(StateFile(state), name, to: folder, listedAs: place).record)
            try reached(.fileWritten)
            files.replay = .included
        }
    }

    /// Adds files and folders of somebody else's.
    ///
    /// - Throws: `StateError` that names the one that cannot be written.
    func add(_ tree: FileTree) throws(StateError) {
        try tree.write(into: workspace) { path, size, sha256 throws(StateError) in
            added.append(.init(path: path, size: size, sha256: sha256))
            try reached(.fileWritten)
        }
    }

    /// Adds the state of the whole and, last of all, the manifest.
    func addState(_ state: StateFile, _ kind: CheckpointDirectory.Kind) throws(StateError) {
        let name = kind.stateFile(format)
        records.insert(try write(state, name, to: workspace, listedAs: name).record, at: 0)
        try reached(.fileWritten)
        let manifest = CheckpointManifest(
            kind: kind, format: format, policyIDs: policyIDs, replays: replays, files: records, added: added)
        try workspace.write(Array(manifest.text.utf8), to: CheckpointManifest.fileName)
        try reached(.fileWritten)
    }

    /// Writes a file, or shares that of the earlier checkpoint at the same place if it is the same.
    ///
    /// - Returns: its record, with the checksums of tensors unless it is the shared state of a policy.
    private func write(
        _ state: StateFile, _ name: String, to directory: borrowing Directory, listedAs place: String
    ) throws(StateError) -> (record: CheckpointManifest.FileRecord, isShared: Bool) {
        if let (record, file) = earlier?.file(place), isSame(state, as: file), share(file, as: name, in: directory) {
            return (record, true)
        }
        let file = try directory.create(name)
        do {
            try format.encode(state, to: file)
        } catch {
            // An error of the state names a place in it; one of the disk the file, and no place.
            if let failure = file.failure { throw failure }
            throw error.nested(under: "\(directory.path)/\(name)")
        }
        let written = try file.finish()
        let record = CheckpointManifest.FileRecord(
            path: place, size: written.size, sha256: written.sha256,
            tensors: TreeMarkup.tensorChecksums(state.tree))
        return (record, false)
    }

    /// Whether the file of a state would be the same as an earlier one, and that one is still what was written.
    private func isSame(_ state: StateFile, as file: EarlierFile) -> Bool {
        let sink = ComparingSink(file)
        // What is wrong with the state itself shows when it is written.
        guard (try? format.encode(state, to: sink)) != nil else { return false }
        return sink.isSame()
    }

    /// Shares a small file of the earlier checkpoint without looking at what would be written.
    ///
    /// - Returns: its record, nil when it cannot be shared.
    private func share(
        _ place: String, _ name: String, in directory: borrowing Directory
    ) -> CheckpointManifest.FileRecord? {
        guard let (record, file) = earlier?.file(place), file.isAsRecorded, share(file, as: name, in: directory) else {
            return nil
        }
        return record
    }

    /// Gives a directory the file of the earlier checkpoint; false when that cannot be done.
    private func share(_ file: EarlierFile, as name: String, in directory: borrowing Directory) -> Bool {
        if tryingToClone.load(ordering: .relaxed) {
            if directory.clone(file, as: name) { return true }
            // Most file systems cannot; one try is enough to know.
            tryingToClone.store(false, ordering: .relaxed)
        }
        return directory.link(file, as: name)
    }

    /// Waits for the disk, after everything has been written: so it can work on many files at a time.
    private func synchronize() throws(StateError) { try Self.synchronize(workspace) }

    private static func synchronize(_ directory: borrowing Directory) throws(StateError) {
        for name in try directory.names() {
            if try FileStatus(of: name, in: directory)?.kind == .directory {
                try synchronize(directory.directory(name))
            } else {
                try directory.synchronizeFile(name)
            }
        }
        try directory.synchronize()
    }

    /// Gives the directory its name.
    private func publish(synchronizing: Bool) throws(StateError) {
        let source = "\(parent.path)/\(temporary)"
        var number = renameAtomically(source, destination, .refuse)
        var hasReplaced = false
        if number == EEXIST, replacingExisting {
            try Self.requireReplaceable(lastComponent(of: destination), in: parent)
            number = renameAtomically(source, destination, .exchange)
            hasReplaced = number == 0
        }
        guard number == 0 else {
            throw number == EEXIST || number == ENOTEMPTY
                ? Self.taken(destination)
                : .system("give the checkpoint its name", destination, number: number)
        }
        try reached(.renamed)
        if synchronizing {
            do { try parent.synchronize() } catch { throw StateError(error.code, error.message, path: destination) }
        }
        // The hidden directory is now the old checkpoint.
        if hasReplaced { discardTemporary() }
    }

    /// Removes the hidden directory. What cannot be removed stays, hidden and never read, until the next writer.
    private func discardTemporary() {
        guard let directory = try? parent.directory(temporary) else { return Remains.note(in: parent) }
        Remains.discard(directory, temporary, in: parent)
    }

    private static func requireReplaceable(_ name: String, in parent: borrowing Directory) throws(StateError) {
        var isReplaceable = false
        if try FileStatus(of: name, in: parent)?.kind == .directory {
            let existing = try parent.directory(name)
            isReplaceable = try CheckpointDirectory.looksLikeCheckpoint(existing)
            if !isReplaceable { isReplaceable = try existing.contains(CheckpointLayout.dictionaryFile) }
            if !isReplaceable { isReplaceable = try existing.names().isEmpty }
        }
        guard isReplaceable else {
            throw StateError(
                .alreadyExists, "is there already and is no checkpoint, so it is not replaced",
                path: "\(parent.path)/\(name)")
        }
    }

    private static func taken(_ path: String) -> StateError {
        StateError(.alreadyExists, "is there already; choose another name, or say that it may be replaced", path: path)
    }
}

/// Ways to stop writers in the middle, and to see what they share, for tests.
extension CheckpointWriter {
    /// How far a writer has come.
    enum Stage: Sendable {
        case begun, fileWritten, complete, renamed
    }

    /// How a writer is stopped.
    enum Interruption: Sendable {
        /// By an error, which it cleans up after.
        case failure
        /// By the end of its process: whatever lies on the disk stays.
        case kill
    }

    /// Asked at each stage, by every thread, whether to stop the writer there.
    @TaskLocal static var interruption: (@Sendable (Stage) -> Interruption?)?

    /// Whether writers try to clone files before they make links, which can be told by looking.
    @TaskLocal static var clonesFiles = true

    func reached(_ stage: Stage) throws(StateError) {
        guard let interruption = interruption?(stage) else { return }
        isKilled.store(interruption == .kill, ordering: .relaxed)
        throw StateError(.inputOutput, "interrupted", path: destination)
    }
}
