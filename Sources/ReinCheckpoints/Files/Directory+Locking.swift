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

/// What tells one file from all others, whatever their names.
struct FileIdentity: Hashable {
    private let device: UInt64
    private let number: UInt64

    /// The identity of the file that was looked at.
    init(_ status: stat) {
        device = UInt64(truncatingIfNeeded: status.st_dev)
        number = UInt64(truncatingIfNeeded: status.st_ino)
    }
}

extension Directory {
    /// Locks this directory itself, without waiting. The lock ends when the directory is closed, and so with its
    /// process, however that ends.
    func lock() -> LockOutcome { LockOutcome(uninterrupted { rein_lock_directory(descriptor) }) }

    /// The identity of this directory, nil when the system does not tell.
    var identity: FileIdentity? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? FileIdentity(status) : nil
    }

    /// The identity of what lies here under a name, be it a symbolic link; nil when there is nothing.
    func identity(of name: String) -> FileIdentity? {
        var status = stat()
        return fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? FileIdentity(status) : nil
    }
}
