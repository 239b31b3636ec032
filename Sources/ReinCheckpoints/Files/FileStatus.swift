#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the system tells about a file without reading it.
///
/// A file that is not there and one that cannot be looked at are different things: whoever takes a broken disk for an
/// empty one begins anew what is there.
struct FileStatus {
    private let status: stat

    /// Looks at what lies at a path; nil when there is nothing.
    ///
    /// - Parameter followingLinks: whether a symbolic link is what it leads to.
    /// - Throws: `StateError` when the system does not tell.
    init?(of path: String, followingLinks: Bool = true) throws(StateError) {
        try self.init(path) { followingLinks ? stat(path, &$0) : lstat(path, &$0) }
    }

    /// Looks at what lies under a name in an open directory, be it a symbolic link; nil when there is nothing.
    ///
    /// - Throws: `StateError` when the system does not tell.
    init?(of name: String, in directory: borrowing Directory) throws(StateError) {
        let descriptor = directory.descriptor
        try self.init(directory.path(of: name)) { fstatat(descriptor, name, &$0, AT_SYMLINK_NOFOLLOW) }
    }

    /// Looks at an open file.
    ///
    /// - Parameter path: its path, for the error.
    /// - Throws: `StateError` when the system does not tell.
    init(ofOpen descriptor: Int32, path: String) throws(StateError) {
        var status = stat()
        guard uninterrupted({ fstat(descriptor, &status) }) == 0 else { throw .system("look at the file", path) }
        self.status = status
    }

    @inline(never)
    private init?(_ path: String, _ look: (inout stat) -> Int32) throws(StateError) {
        var status = stat()
        guard uninterrupted({ look(&status) }) == 0 else {
            if Self.meansNothing(errno) { return nil }
            throw .system("look at the file", path)
        }
        self.status = status
    }

    /// Whether an error says that there is nothing: also that no file can have the name, and that links lead nowhere.
    static func meansNothing(_ number: Int32) -> Bool {
        [ENOENT, ENOTDIR, ENAMETOOLONG, ELOOP].contains(number)
    }

    /// What lies there.
    var kind: FileKind { FileKind(mode: status.st_mode) }

    /// Its number of bytes.
    var size: Int { Int(status.st_size) }

    /// What tells it from all others, whatever their names: its device and its number there.
    var identity: String { "\(status.st_dev):\(status.st_ino)" }

    /// What changes whenever the file is written or another one takes its place: its identity, its size, and when it was
    /// changed last.
    var stamp: String {
        #if canImport(Darwin)
        let change = status.st_mtimespec
        #else
        let change = status.st_mtim
        #endif
        return "\(identity):\(size):\(change.tv_sec).\(change.tv_nsec)"
    }

    /// How long ago it was changed, in seconds.
    var secondsSinceChange: Int {
        #if canImport(Darwin)
        let change = status.st_mtimespec.tv_sec
        #else
        let change = status.st_mtim.tv_sec
        #endif
        return max(0, time(nil) - change)
    }
}
