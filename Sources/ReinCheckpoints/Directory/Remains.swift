import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What writers leave that were killed: hidden directories that never became checkpoints.
///
/// A writer holds the lock of the hidden directory it works in, which ends with its process. Whoever gets that lock
/// knows that nobody works there.
enum Remains {
    /// The directories that have been looked through in this process.
    private static let visited = Mutex(KeyList<String>())

    /// Removes the remains in a directory, unless this process has done so before.
    static func removeOnce(in parent: borrowing Directory) {
        guard let identity = try? parent.status.identity else { return }
        guard visited.withLock({ $0.insert(identity) }) else { return }
        remove(in: parent)
    }

    /// Lets the next writer look through a directory again: something was left in it.
    static func note(in parent: borrowing Directory) {
        guard let identity = try? parent.status.identity else { return }
        visited.withLock { _ = $0.remove(identity) }
    }

    /// Removes the remains in a directory, as far as that can be done. What a live process works on stays.
    static func remove(in parent: borrowing Directory) {
        guard let names = try? parent.names() else { return }
        for name in names where TemporaryName.matches(name) {
            guard let directory = try? parent.directory(name), isAbandoned(directory) else { continue }
            // Its writer may have finished, and given it its name, before the lock was taken here.
            guard let status = try? directory.status, (try? parent.holds(status, as: name)) ?? false else { continue }
            discard(directory, name, in: parent)
        }
    }

    /// Hides a checkpoint, which is none any more from then on: whoever comes next removes what is left of it.
    ///
    /// - Returns: its hidden name.
    /// - Throws: `StateError` when it stays.
    static func hide(_ name: String, in parent: borrowing Directory) throws(StateError) -> String {
        let hidden = TemporaryName.next(for: name)
        let path = parent.path(of: name)
        let number = renameAtomically(path, parent.path(of: hidden), .refuse)
        guard number == 0 else { throw .system("remove the checkpoint", path, number: number) }
        return hidden
    }

    /// Removes a hidden directory, its manifest first, as far as that can be done.
    static func discard(_ directory: borrowing Directory, _ name: String, in parent: borrowing Directory) {
        do {
            try directory.removeContents(first: CheckpointManifest.fileName)
            try parent.removeDirectory(name)
        } catch {
            note(in: parent)
        }
    }

    /// Whether nobody works in a hidden directory; whoever asks has its lock then.
    private static func isAbandoned(_ directory: borrowing Directory) -> Bool {
        switch directory.lock() {
        case .taken: true
        case .held: false
        // Nobody can know. No writer takes a day between two files.
        case .unsupported: (try? directory.status.secondsSinceChange).map { $0 > 86_400 } ?? false
        }
    }
}
