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
    let keepsRemains = Atomic(false)
    private let parent: Directory
    private let hidden: String
    private let replacing: Replacing

    /// Makes the hidden directory, in which files are put until `make` has returned.
    ///
    /// - Throws: `StateError` when it cannot be made there, with `.alreadyExists` when something is there that must stay.
    init(at path: String, replacing: Replacing = .impossible) throws(StateError) {
        let name = lastComponent(of: path)
        guard !name.isEmpty, name != ".", name != "..", !TemporaryName.matches(name), !path.utf8.contains(0) else {
            throw StateError(.outOfRange, "a checkpoint needs a name of its own", path: path)
        }
        let trimmed = String(path.reversed().drop { $0 == "/" }.reversed())
        let parentPath = trimmed.dropLast(name.count)
        destination = trimmed
        self.replacing = replacing
        do {
            parent = try Directory(opening: parentPath.isEmpty ? "." : String(parentPath))
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
    ///   - reached: called at each stage but that of files.
    ///   - fill: puts in what belongs there.
    /// - Throws: `StateError` of `reached` and `fill`, or when that fails, naming the place that was asked for.
    func make(
        synchronizing: Bool = true, reached: (CheckpointWriter.Stage) throws(StateError) -> Void = { _ in },
        _ fill: (borrowing Directory) throws(StateError) -> Void
    ) throws(StateError) {
        do {
            try reached(.begun)
            try fill(workspace)
            // After everything has been written: so the disk can work on many files at a time.
            if synchronizing { try Self.synchronize(workspace) }
            try reached(.complete)
            try publish(synchronizing: synchronizing, reached)
        } catch {
            if !keepsRemains.load(ordering: .relaxed) { discard() }
            throw namingDestination(error)
        }
    }

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
    private func publish(
        synchronizing: Bool, _ reached: (CheckpointWriter.Stage) throws(StateError) -> Void
    ) throws(StateError) {
        let source = parent.path(of: hidden)
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
        // The hidden directory is now the old checkpoint.
        if hasReplaced { discard() }
    }

    /// Removes the hidden directory. What cannot be removed stays, hidden and never read, until the next writer.
    private func discard() {
        guard let directory = try? parent.directory(hidden) else { return Remains.note(in: parent) }
        Remains.discard(directory, hidden, in: parent)
    }

    /// An error with the name that was asked for in the place of that of the hidden directory, which is gone.
    private func namingDestination(_ error: StateError) -> StateError {
        guard error.path.hasPrefix(workspace.path) else { return error }
        return StateError(error.code, error.message, path: destination + error.path.dropFirst(workspace.path.count))
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
