import ArgumentParser
import Rein

/// A file that an option or argument names, to be made.
struct NewFile: ExpressibleByArgument {
    /// Its path as written.
    let path: String

    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        path = argument
    }

    static var defaultCompletionKind: CompletionKind { .file() }

    /// Makes sure that the file can be made, before there is something to write.
    ///
    /// - Parameter replacing: whether a file may be there, which will be replaced.
    /// - Throws: `CommandFailure` when the place is taken, or in a directory that is not there.
    func check(replacing: Bool) throws { try Self.check(path, replacing: replacing) }

    /// Makes sure that a file can be made at a path, before there is something to write; see `check(replacing:)`.
    ///
    /// - Throws: `CommandFailure` as there.
    static func check(_ path: String, replacing: Bool) throws {
        let parent = Self.parent(of: path)
        guard try LocalFile.isDirectory(parent) else {
            throw CommandFailure.wrongPath(path, "there is no directory \(parent) to make it in")
        }
        guard try LocalFile.exists(path) || LocalFile.isLink(path) else { return }
        guard try !LocalFile.isDirectory(path) else {
            throw CommandFailure.wrongPath(path, "is a directory, not a file")
        }
        guard replacing else {
            throw CommandFailure.wrongPath(path, "is there already; choose another name, or replace it with --force")
        }
        // A link may lead to a pipe or a device, as /dev/stdout does; one that leads nowhere may go.
        let target = try LocalFile.absolutePath(path)
        guard try target.map({ try LocalFile.isFile($0) }) ?? !LocalFile.exists(path) else {
            throw CommandFailure.wrongPath(path, "is no file, and is not replaced")
        }
    }

    /// Writes the file, whole or not at all.
    ///
    /// - Throws: `StateError` when that fails.
    func write(_ text: String) throws(StateError) { try LocalFile.replace(path, with: text) }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
