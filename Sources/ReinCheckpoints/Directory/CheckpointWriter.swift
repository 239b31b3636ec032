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
    private let workspace: Directory
    private var policyIDs: [PolicyID] = []
    private var replays: [PolicyID: CheckpointManifest.Replay] = [:]
    private var records: [CheckpointManifest.FileRecord] = []
    private var isKilled = false

    /// Makes the hidden directory.
    ///
    /// - Throws: `StateError` with `.alreadyExists` when the destination is taken by something that must stay.
    init(to path: String, format: CheckpointFormat, replacingExisting: Bool) throws(StateError) {
        let name = lastComponent(of: path)
        guard !name.isEmpty, name != ".", name != "..", !TemporaryName.matches(name), !path.utf8.contains(0) else {
            throw StateError(.outOfRange, "a checkpoint needs a name of its own", path: path)
        }
        let trimmed = String(path.reversed().drop { $0 == "/" }.reversed())
        let parentPath = trimmed.dropLast(name.count)
        self.format = format
        self.destination = trimmed
        self.replacingExisting = replacingExisting
        parent = try Directory(opening: parentPath.isEmpty ? "." : String(parentPath))
        if parent.contains(name) {
            guard replacingExisting else { throw Self.taken(trimmed) }
            try Self.requireReplaceable(name, in: parent)
        }
        temporary = TemporaryName.next(for: name)
        workspace = try parent.makeDirectory(temporary)
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
            if !isKilled { discardTemporary() }
            throw error
        }
    }

    /// Adds a policy in its folder.
    func addPolicy(_ id: PolicyID, _ state: StateTree) throws(StateError) {
        let policies =
            policyIDs.isEmpty
            ? try workspace.makeDirectory(CheckpointDirectory.policiesFolder)
            : try workspace.directory(CheckpointDirectory.policiesFolder)
        guard !policies.contains(id.string) else {
            throw StateError(.alreadyExists, "the policy \"\(id)\" is given twice", path: destination)
        }
        let folder = try policies.makeDirectory(id.string)
        policyIDs.append(id)
        let prefix = "\(CheckpointDirectory.policiesFolder)/\(id)"
        var record: CheckpointManifest.FileRecord
        let name = CheckpointDirectory.Kind.policy.stateFile(format)
        do { record = try write(state, name, to: folder) } catch { throw error.nested(under: prefix) }
        let manifest = CheckpointManifest(kind: .policy, format: format, files: [record])
        let text = Array(manifest.text.utf8)
        try folder.write(text, to: CheckpointManifest.fileName)
        try reached(.fileWritten)
        record.path = "\(prefix)/\(record.path)"
        record.tensors = []
        records.append(record)
        records.append(
            .init(
                path: "\(prefix)/\(CheckpointManifest.fileName)", size: text.count,
                sha256: Checksum.hexadecimal(text)))
    }

    /// Adds the replay of a policy, or notes that it is left out.
    func addReplay(_ id: PolicyID, _ replay: ReplayState) throws(StateError) {
        switch replay {
        case .none: return
        case .omitted: replays[id] = .omitted
        case .included(let state):
            let folder =
                workspace.contains(CheckpointDirectory.replayFolder)
                ? try workspace.directory(CheckpointDirectory.replayFolder)
                : try workspace.makeDirectory(CheckpointDirectory.replayFolder)
            let place = CheckpointDirectory.replayPath(of: id, format)
            var record: CheckpointManifest.FileRecord
            do {
                record = try write(state, CheckpointDirectory.replayFile(of: id, format), to: folder)
            } catch {
                throw error.nested(under: place)
            }
            record.path = place
            records.append(record)
            replays[id] = .included
        }
    }

    /// Adds the state of the whole and, last of all, the manifest.
    func addState(_ state: StateTree, _ kind: CheckpointDirectory.Kind) throws(StateError) {
        records.insert(try write(state, kind.stateFile(format), to: workspace), at: 0)
        let manifest = CheckpointManifest(
            kind: kind, format: format, policyIDs: policyIDs, replays: replays, files: records)
        try workspace.write(Array(manifest.text.utf8), to: CheckpointManifest.fileName)
        try reached(.fileWritten)
    }

    private func write(
        _ state: StateTree, _ name: String, to directory: borrowing Directory
    ) throws(StateError) -> CheckpointManifest.FileRecord {
        let file = try directory.create(name)
        try format.encode(state, to: file)
        let (size, sha256) = try file.finish()
        try reached(.fileWritten)
        return .init(path: name, size: size, sha256: sha256, tensors: TreeMarkup.tensorChecksums(state))
    }

    /// Waits for the disk, after everything has been written: so it can work on many files at a time.
    private func synchronize() throws(StateError) {
        if !policyIDs.isEmpty {
            let policies = try workspace.directory(CheckpointDirectory.policiesFolder)
            for id in policyIDs { try Self.synchronize(try policies.directory(id.string)) }
            try policies.synchronize()
        }
        if workspace.contains(CheckpointDirectory.replayFolder) {
            try Self.synchronize(try workspace.directory(CheckpointDirectory.replayFolder))
        }
        try Self.synchronize(workspace)
    }

    private static func synchronize(_ directory: borrowing Directory) throws(StateError) {
        let folders = [CheckpointDirectory.policiesFolder, CheckpointDirectory.replayFolder]
        for name in try directory.names() where !folders.contains(name) {
            try directory.synchronizeFile(name)
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
        if synchronizing { try parent.synchronize() }
        // The hidden directory is now the old checkpoint.
        if hasReplaced { discardTemporary() }
    }

    /// Removes the hidden directory, its manifest first. What cannot be removed stays: hidden, and never read.
    private func discardTemporary() {
        guard let directory = try? parent.directory(temporary) else { return }
        try? directory.removeContents(first: CheckpointManifest.fileName)
        try? parent.removeDirectory(temporary)
    }

    private static func requireReplaceable(_ name: String, in parent: borrowing Directory) throws(StateError) {
        var isReplaceable = false
        if let existing = try? parent.directory(name) {
            isReplaceable = CheckpointDirectory.looksLikeCheckpoint(existing)
            if !isReplaceable { isReplaceable = try existing.names().isEmpty }
        }
        guard isReplaceable else {
            throw StateError(
                .alreadyExists, "is there already and is no checkpoint, so it is not replaced",
                path: "\(parent.path)/\(name)")
        }
    }

    private static func taken(_ path: String) -> StateError {
        StateError(.alreadyExists, "is there already; choose another name or ask for it to be replaced", path: path)
    }
}

/// A way to stop writers in the middle, for tests.
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

    /// Asked at each stage whether to stop the writer there.
    @TaskLocal static var interruption: (@Sendable (Stage) -> Interruption?)?

    private func reached(_ stage: Stage) throws(StateError) {
        guard let interruption = Self.interruption?(stage) else { return }
        isKilled = interruption == .kill
        throw StateError(.inputOutput, "interrupted", path: destination)
    }
}
