#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Files and directories of the machine by their paths, with errors that name them.
package enum LocalFile {
    /// Whether there is something at the path.
    ///
    /// - Throws: `StateError` when the system does not tell.
    package static func exists(_ path: String) throws(StateError) -> Bool { try FileStatus(of: path) != nil }

    /// Whether there is a directory at the path.
    ///
    /// - Throws: `StateError` when the system does not tell.
    package static func isDirectory(_ path: String) throws(StateError) -> Bool {
        try FileStatus(of: path)?.kind == .directory
    }

    /// Whether what is at the path is a file, and no directory, pipe, device or symbolic link.
    ///
    /// - Throws: `StateError` when the system does not tell.
    package static func isFile(_ path: String) throws(StateError) -> Bool {
        try FileStatus(of: path, followingLinks: false)?.kind == .regularFile
    }

    /// How long ago a file or directory was changed, in seconds; nil when there is none.
    ///
    /// - Throws: `StateError` when the system does not tell.
    package static func secondsSinceChange(of path: String) throws(StateError) -> Int? {
        try FileStatus(of: path)?.secondsSinceChange
    }

    /// What changes whenever a file is written, or another one takes its place; nil when there is none.
    ///
    /// - Throws: `StateError` when the system does not tell.
    package static func stamp(of path: String) throws(StateError) -> String? { try FileStatus(of: path)?.stamp }

    /// The absolute path without symbolic links, or nil when there is nothing at the path.
    ///
    /// - Throws: `StateError` when the system does not tell.
    package static func absolutePath(_ path: String) throws(StateError) -> String? {
        guard let resolved = uninterrupted({ realpath(path, nil) }) else {
            if FileStatus.meansNothing(errno) { return nil }
            throw .system("look at", path)
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The path as seen from the working directory when it lies below it, otherwise as it is.
    package static func displayPath(_ path: String) -> String {
        guard let current = try? absolutePath("."), path.hasPrefix(current + "/") else { return path }
        return String(path.dropFirst(current.count + 1))
    }

    /// The names in a directory, sorted; empty when there is no such directory.
    ///
    /// - Throws: `StateError` when it is there and cannot be listed.
    package static func names(in path: String) throws(StateError) -> [String] {
        do throws(StateError) {
            return try Directory(opening: path).names()
        } catch  where error.code == .notFound {
            return []
        }
    }

    /// The number of bytes in all files of a directory and those below it; at most the largest `Int`, since a file may
    /// claim to have any size.
    ///
    /// - Throws: `StateError` when something there cannot be looked at.
    package static func totalBytes(_ path: String) throws(StateError) -> Int {
        var total = 0
        for name in try names(in: path) {
            let place = "\(path)/\(name)"
            guard let status = try FileStatus(of: place, followingLinks: false) else { continue }
            let (sum, overflow) = total.addingReportingOverflow(
                status.kind == .directory ? try totalBytes(place) : status.size)
            total = overflow ? .max : sum
        }
        return total
    }

    /// Makes a directory and those above it; it may exist already.
    ///
    /// - Throws: `StateError` when that fails.
    package static func makeDirectories(_ path: String) throws(StateError) {
        // Most are there, and then it is one call.
        if try isDirectory(path) { return }
        var partial = path.hasPrefix("/") ? "/" : ""
        for component in path.parts(between: "/", omittingEmpty: true) {
            partial += partial.isEmpty || partial.hasSuffix("/") ? component : "/" + component
            _ = try makeNewDirectory(partial)
        }
        guard try isDirectory(path) else {
            throw StateError(.alreadyExists, "there is a file in the place of a directory", path: path)
        }
    }

    /// Makes a directory that is not there yet.
    ///
    /// - Returns: false when it is.
    /// - Throws: `StateError` when it cannot be made.
    package static func makeNewDirectory(_ path: String) throws(StateError) -> Bool {
        if uninterrupted({ mkdir(path, 0o777) }) == 0 { return true }
        if errno == EEXIST { return false }
        throw .system("make the directory", path)
    }

    /// The bytes of a file.
    ///
    /// - Parameter limit: the largest number of bytes that it may have.
    /// - Throws: `StateError` when it is larger, cannot be read, or is no file.
    package static func read(_ path: String, limit: Int) throws(StateError) -> [UInt8] {
        try RegularFile(opening: path).array(limit: limit)
    }

    /// Replaces a file as a whole: a reader finds the old bytes or the new ones.
    ///
    /// - Parameter synchronizing: whether to wait until the new ones are on the disk, so that neither is lost in a power
    ///   failure.
    /// - Throws: `StateError` when that fails; the old file is then still there.
    package static func replace(
        _ path: String, with text: String, synchronizing: Bool = true
    ) throws(StateError) {
        try replace(path, synchronizing: synchronizing) { file throws(StateError) in
            try file.write(Array(text.utf8))
        }
    }

    /// Replaces a file as a whole by what `fill` writes piece by piece; see `replace(_:with:synchronizing:)`.
    ///
    /// - Parameter replacingExisting: whether there may be a file, which is replaced.
    /// - Throws: `StateError` as there, with `.alreadyExists` for a file that must stay.
    package static func replace(
        _ path: String, synchronizing: Bool = true, replacingExisting: Bool = true,
        _ fill: (FileSink) throws(StateError) -> Void
    ) throws(StateError) {
        let temporary = TemporaryName.replacing(path)
        let file = try newFile(temporary, toReplace: path)
        do throws(StateError) {
            try fill(file)
            _ = try file.finish()
            if synchronizing { try file.synchronize() }
            try rename(temporary, to: path, replacingExisting: replacingExisting)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    private static func newFile(_ temporary: String, toReplace path: String) throws(StateError) -> FileSink {
        unlink(temporary)
        let descriptor = uninterrupted {
            open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
        }
        guard descriptor >= 0 else { throw .system("write the file", path) }
        return FileSink(path: path, descriptor: descriptor)
    }

    private static func rename(
        _ temporary: String, to path: String, replacingExisting: Bool
    ) throws(StateError) {
        let number =
            replacingExisting ? renamePlainly(temporary, path) : renameAtomically(temporary, path, .refuse)
        guard number == 0 else {
            throw number == EEXIST && !replacingExisting
                ? alreadyExists(path) : .system("replace the file", path, number: number)
        }
    }

    /// The error for a place that is taken by something that must stay.
    package static func alreadyExists(_ path: String) -> StateError {
        StateError(
            .alreadyExists, "is there already; choose another name, or say that it may be replaced", path: path)
    }
}
