import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A directory that is put together under a hidden name beside its place and gets its own at the end: whole or not at all.
final class NewDirectory {
    /// Whether a checkpoint, or an empty directory, that is there already may be replaced.
    enum Replacing {
        case allowed
        /// It may not, but whoever asks could have said so.
        case refused
        /// Nobody can say so.
        case impossible
    }

    /// The path that it gets.
    let destination: String
    /// The hidden directory.
    let workspace: Directory
    /// Whether the hidden directory stays after an error, as that of a killed process.
    private let keepsRemains = Atomic(false)
    private let parent: Directory
    private let hidden: String
    private let replacing: Replacing
    /// The name of a directory in the hidden one that gets the name instead.
    private let innerName: String?
    // Asked for once: a task's values are not there on other threads.
    private let interruption = CheckpointWriter.interruption

    /// Makes the hidden directory, in which files are put until `make` has returned.
    ///
    /// - Parameters:
    ///   - path: the path that it gets.
    ///   - replacing: whether what is there may be replaced.
    ///   - isNested: whether a directory in the hidden one, called as it will be, gets the path: one whose own name is
    ///     plain, so that whoever fills it may write checkpoints in it and over it.
    /// - Throws: `StateError` when it cannot be made there, with `.alreadyExists` when something is there that must stay.
    init(at path: String, replacing: Replacing = .impossible, isNested: Bool = false) throws(StateError) {
        let name = lastComponent(of: path)
        guard !name.isEmpty, name != ".", name != "..", !TemporaryName.matches(name), !path.utf8.contains(0) else {
            throw StateError(.outOfRange, "a checkpoint needs a name of its own", path: path)
        }
        let trimmed = withoutTrailingSlashes(path)
        destination = trimmed
        self.replacing = replacing
        do {
            parent = try Directory(opening: parentPath(of: path))
        } catch {
            throw Self.cannotBegin(trimmed, error)
        }
        if try parent.contains(name) {
            guard replacing == .allowed else { throw Self.taken(trimmed, replacing) }
            try Self.requireReplaceable(name, in: parent)
        }
        Remains.removeOnce(in: parent)
        do { workspace = try Self.makeWorkspace(for: name, in: parent) } catch {
            throw Self.cannotBegin(trimmed, error)
        }
        hidden = lastComponent(of: workspace.path)
        innerName = isNested ? name : nil
        guard let innerName else { return }
        do { _ = try workspace.makeDirectory(innerName) } catch {
            discard()
            throw Self.cannotBegin(trimmed, error)
        }
    }

    /// Stops here when a test says so.
    func reached(_ stage: CheckpointWriter.Stage) throws(StateError) {
        guard let interruption = interruption?(stage) else { return }
        if interruption == .kill { keepsRemains.store(true, ordering: .relaxed) }
        throw StateError(.inputOutput, "interrupted", path: destination)
    }

    /// Makes a hidden directory that nobody else works in or takes for the remains of a writer.
    private static func makeWorkspace(
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

    /// Fills the directory and gives it its name. After an error nothing is left.
    ///
    /// - Parameters:
    ///   - synchronizing: whether to wait until everything is on the disk.
    ///   - fill: puts in what belongs there.
    /// - Throws: `StateError` of `fill`, or when that fails, naming the place that was asked for.
    func make(
        synchronizing: Bool = true, _ fill: (borrowing Directory) throws(StateError) -> Void
    ) throws(StateError) {
        do {
            try reached(.begun)
            try fill(workspace)
            try finish(synchronizing: synchronizing)
        } catch {
            abandon()
            throw namingDestination(error)
        }
    }

    /// Says that the directory is filled, and gives it its name.
    ///
    /// - Parameter synchronizing: whether to wait until everything is on the disk.
    /// - Throws: `StateError` when that fails; the caller has to `abandon` it then.
    func finish(synchronizing: Bool) throws(StateError) {
        // After everything has been written: so the disk can work on many files at a time.
        if synchronizing {
            if innerName != nil { try Self.synchronize(inner()) } else { try Self.synchronize(workspace) }
        }
        try reached(.complete)
        try publish(synchronizing: synchronizing)
    }

    /// Removes what there is, unless it is to stay as that of a killed process.
    func abandon() {
        if !keepsRemains.load(ordering: .relaxed) { discard() }
    }

    /// The directory in the hidden one, which its user may have replaced.
    func inner() throws(StateError) -> Directory { try workspace.directory(innerName ?? ".") }

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
        let source = joinedPath(parent.path(of: hidden), innerName ?? "")
        var number = renameAtomically(source, destination, .refuse)
        var hasReplaced = false
        if number == EEXIST, replacing == .allowed {
            try Self.requireReplaceable(lastComponent(of: destination), in: parent)
            number = renameAtomically(source, destination, .exchange)
            hasReplaced = number == 0
        }
        guard number == 0 else {
            throw number == EEXIST || number == ENOTEMPTY
                ? Self.taken(destination, replacing)
                : .system("give the checkpoint its name", destination, number: number)
        }
        try reached(.renamed)
        if synchronizing {
            do { try parent.synchronize() } catch { throw StateError(error.code, error.message, path: destination) }
        }
        // The hidden directory is now the old checkpoint, or has it inside, or nothing.
        if hasReplaced || innerName != nil { discard() }
    }

    /// Removes the hidden directory. What cannot be removed stays, hidden and never read, until the next writer.
    private func discard() {
        guard let directory = try? parent.directory(hidden) else { return Remains.note(in: parent) }
        Remains.discard(directory, hidden, in: parent)
    }

    /// An error with the name that was asked for in the place of that of the hidden directory, which is gone.
    func namingDestination(_ error: StateError) -> StateError {
        for hidden in [joinedPath(workspace.path, innerName ?? ""), workspace.path] where error.path.hasPrefix(hidden) {
            return StateError(error.code, error.message, path: destination + error.path.dropFirst(hidden.count))
        }
        return error
    }

    private static func requireReplaceable(_ name: String, in parent: borrowing Directory) throws(StateError) {
        guard try isReplaceable(name, in: parent) else {
            throw StateError(
                .alreadyExists, "is there already and is no checkpoint, so it is not replaced",
                path: parent.path(of: name))
        }
    }

    private static func isReplaceable(_ name: String, in parent: borrowing Directory) throws(StateError) -> Bool {
        guard try FileStatus(of: name, in: parent)?.kind == .directory else { return false }
        let existing = try parent.directory(name)
        if try CheckpointDirectory.looksLikeCheckpoint(existing) { return true }
        for file in CheckpointLayout.ownFiles where try existing.contains(file) { return true }
        return try existing.names().isEmpty
    }

    private static func taken(_ path: String, _ replacing: Replacing) -> StateError {
        let hint = replacing == .impossible ? "" : ", or say that it may be replaced"
        return StateError(.alreadyExists, "is there already; choose another name\(hint)", path: path)
    }

    private static func cannotBegin(_ path: String, _ error: StateError) -> StateError {
        StateError(error.code, "cannot be made, in the directory where it is to be: \(error.message)", path: path)
    }
}
