import CSystemCalls

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The right to write in a directory: one process has it at a time, and one owner in that process.
///
/// It is a lock on the file `.lock` in the directory, which names its owner. The lock ends with its process, however
/// that ends, and stays with a directory that is moved; the file is removed when the lock is given back, and one that
/// is left by a killed process is in nobody's way. Whoever only reads takes no lock and is never kept waiting.
///
/// It is advisory: it holds off those who ask for it. A file system that has no locks (some network ones) holds off
/// nobody; `isEffective` is then false.
package final class DirectoryLock {
    private let directory: Directory
    private var file: Int32

    /// The name of the file.
    package static let fileName = ".lock"

    /// Whether the lock holds others off. False where the file system has no locks.
    package let isEffective: Bool

    /// Takes the lock of the directory at `path`, without waiting.
    ///
    /// - Throws: `StateError` with `.inUse` that names the owner when somebody has it, or that says why there can be no
    ///   lock.
    package init(on path: String) throws(StateError) {
        let directory = try Directory(opening: path)
        while true {
            let file = try directory.openLockFile()
            switch LockOutcome(uninterrupted { rein_lock_file(file) }) {
            case .held:
                defer { close(file) }
                throw StateError(
                    .inUse,
                    "\(Owner.read(from: file)?.description ?? "another process") is at work here; wait for its end, "
                        + "or end it",
                    path: path)
            case .unsupported:
                close(file)
                self.directory = directory
                self.file = -1
                isEffective = false
                return
            case .taken:
                // The one who had the lock before may have removed the file after it was opened here.
                guard try directory.holdsLockFile(file) else {
                    close(file)
                    continue
                }
                Owner.current.write(to: file)
                self.directory = directory
                self.file = file
                isEffective = true
                return
            }
        }
    }

    deinit { release() }

    /// Gives the lock back. Of no effect the second time.
    package func release() {
        guard file >= 0 else { return }
        // Before the lock ends: whoever gets it afterwards has made a file of their own.
        if (try? directory.holdsLockFile(file)) ?? false { try? directory.removeFile(Self.fileName) }
        close(file)
        file = -1
    }

    /// Who works in the directory at `path`, nil when nobody has its lock. Asking takes no lock.
    package static func owner(of path: String) -> Owner? {
        guard let directory = try? Directory(opening: path), let file = directory.openLockFileToRead() else {
            return nil
        }
        defer { close(file) }
        guard rein_is_file_locked(file) == 1 else { return nil }
        return Owner.read(from: file) ?? Owner(processID: nil, host: nil)
    }
}

extension DirectoryLock {
    /// The process that has a lock.
    package struct Owner: Equatable, CustomStringConvertible {
        /// Its number, nil when it has not written it yet.
        package let processID: Int?
        /// The name of its machine.
        package let host: String?

        /// This process.
        static var current: Owner {
            Owner(processID: Int(getpid()), host: HostName.current)
        }

        /// `process 4711`, with the machine if it is another one.
        package var description: String {
            guard let processID else { return "another process" }
            guard let host, host != Self.current.host else { return "process \(processID)" }
            return "process \(processID) on \(host)"
        }

        /// The longest text that is read.
        private static let limit = 512

        /// What a lock's file says; nil when it says nothing of the kind.
        static func read(from file: Int32) -> Owner? {
            var bytes = [UInt8](repeating: 0, count: limit)
            let count = bytes.withUnsafeMutableBytes { buffer in
                uninterrupted { pread(file, buffer.baseAddress, buffer.count, 0) }
            }
            guard count > 0 else { return nil }
            let words = String(decoding: bytes[..<count], as: UTF8.self).parts(
                between: "\n", omittingEmpty: true)
            guard let processID = words.first.flatMap(\.wholeNumber) else { return nil }
            return Owner(processID: processID, host: words.count > 1 ? words[1].escapingControls : nil)
        }

        /// Replaces what a lock's file says. A disk that is full does not matter: the words only help in messages.
        func write(to file: Int32) {
            let text = Array("\(processID ?? 0)\n\(host ?? "")\n".utf8)
            _ = uninterrupted { ftruncate(file, 0) }
            text.withUnsafeBytes { bytes in
                _ = uninterrupted { pwrite(file, bytes.baseAddress, bytes.count, 0) }
            }
        }
    }
}

extension Directory {
    /// Opens the file of the lock, and makes it when there is none. The caller closes it.
    fileprivate func openLockFile() throws(StateError) -> Int32 {
        let path = "\(path)/\(DirectoryLock.fileName)"
        // Not blocking: opening a pipe would wait.
        let file = uninterrupted {
            openat(
                descriptor, DirectoryLock.fileName, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o666)
        }
        guard file >= 0 else {
            throw errno == ELOOP || errno == EISDIR
                ? StateError(.malformed, "is in the place of the lock's file, and is none", path: path)
                : .system("lock the directory", path)
        }
        do throws(StateError) {
            guard try FileStatus(ofOpen: file, path: path).kind == .regularFile else {
                throw StateError(.malformed, "is in the place of the lock's file, and is none", path: path)
            }
        } catch {
            close(file)
            throw error
        }
        return file
    }

    /// Opens the file of the lock to look at it; nil when there is none. The caller closes it.
    fileprivate func openLockFileToRead() -> Int32? {
        let file = uninterrupted {
            openat(descriptor, DirectoryLock.fileName, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        }
        guard file >= 0 else { return nil }
        guard (try? FileStatus(ofOpen: file, path: path))?.kind == .regularFile else {
            close(file)
            return nil
        }
        return file
    }

    /// Whether an open file is still the file of the lock.
    fileprivate func holdsLockFile(_ file: Int32) throws(StateError) -> Bool {
        try holds(FileStatus(ofOpen: file, path: "\(path)/\(DirectoryLock.fileName)"), as: DirectoryLock.fileName)
    }
}
