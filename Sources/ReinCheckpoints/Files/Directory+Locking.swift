import CSystemCalls

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What came of asking for a lock.
enum LockOutcome {
    /// It is ours, for as long as the file or the directory is open.
    case taken
    /// Somebody else has it.
    case held
    /// The file system has no such locks.
    case unsupported

    /// The outcome of a call that has just returned.
    init(_ result: Int32) {
        self = result == 0 ? .taken : errno == EWOULDBLOCK || errno == EAGAIN ? .held : .unsupported
    }
}

extension Directory {
    /// Locks this directory itself, without waiting. The lock ends when the directory is closed, and so with its
    /// process, however that ends.
    func lock() -> LockOutcome { LockOutcome(uninterrupted { rein_lock_directory(descriptor) }) }

    /// The status of this directory.
    ///
    /// - Throws: `StateError` when the system does not tell.
    var status: FileStatus {
        get throws(StateError) { try FileStatus(ofOpen: descriptor, path: path) }
    }

    /// Whether an open file or directory lies here under a name.
    ///
    /// - Throws: `StateError` when the system does not tell.
    func holds(_ open: FileStatus, as name: String) throws(StateError) -> Bool {
        try FileStatus(of: name, in: self)?.identity == open.identity
    }
}
