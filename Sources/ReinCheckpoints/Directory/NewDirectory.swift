#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A directory that is put together under a hidden name beside its place and gets its own at the end: whole or not at all.
struct NewDirectory: ~Copyable {
    private let destination: String
    private let name: String
    private let parent: Directory

    /// Looks at the place where the directory is to be.
    ///
    /// - Throws: `StateError` when it cannot be made there, with `.alreadyExists` when something is there.
    init(at path: String) throws(StateError) {
        let name = lastComponent(of: path)
        guard !name.isEmpty, name != ".", name != "..", !TemporaryName.matches(name), !path.utf8.contains(0) else {
            throw StateError(.outOfRange, "a directory needs a name of its own", path: path)
        }
        let trimmed = String(path.reversed().drop { $0 == "/" }.reversed())
        let parentPath = trimmed.dropLast(name.count)
        let parent = try Directory(opening: parentPath.isEmpty ? "." : String(parentPath))
        guard try !parent.contains(name) else { throw Self.taken(trimmed) }
        self.name = name
        self.parent = parent
        destination = trimmed
    }

    /// Makes the directory.
    ///
    /// - Parameter fill: puts in what belongs there.
    /// - Throws: `StateError` of `fill`, or when that fails. There is then nothing new.
    func make(_ fill: (borrowing Directory) throws(StateError) -> Void) throws(StateError) {
        Remains.removeOnce(in: parent)
        let workspace = try CheckpointWriter.makeWorkspace(for: name, in: parent)
        let hidden = lastComponent(of: workspace.path)
        do throws(StateError) {
            try fill(workspace)
            try Self.synchronize(workspace)
            let number = renameAtomically(parent.path(of: hidden), destination, .refuse)
            guard number == 0 else {
                throw number == EEXIST || number == ENOTEMPTY
                    ? Self.taken(destination) : .system("give the directory its name", destination, number: number)
            }
        } catch {
            Remains.discard(workspace, hidden, in: parent)
            guard error.path.hasPrefix(workspace.path) else { throw error }
            throw StateError(error.code, error.message, path: destination + error.path.dropFirst(workspace.path.count))
        }
        try parent.synchronize()
    }

    private static func synchronize(_ directory: borrowing Directory) throws(StateError) {
        for name in try directory.names() where try FileStatus(of: name, in: directory)?.kind == .directory {
            try synchronize(try directory.directory(name))
        }
        try directory.synchronize()
    }

    private static func taken(_ path: String) -> StateError {
        StateError(.alreadyExists, "is there already; choose another name", path: path)
    }
}
