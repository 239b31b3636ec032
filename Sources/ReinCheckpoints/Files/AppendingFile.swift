#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that grows by whole pieces: of what is appended all is in the file afterwards, or nothing.
final class AppendingFile {
    private let path: String
    private let descriptor: Int32

    /// Opens a file to append to, and makes it when it is not there.
    ///
    /// - Throws: `StateError` when that fails, or that says what it is that is no file.
    init(_ path: String) throws(StateError) {
        // Without O_NONBLOCK, opening a pipe would wait for somebody to read from it.
        let descriptor = uninterrupted {
            open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0o666)
        }
        let failure = StateError.system("open the file", path)
        do throws(StateError) {
            let status = descriptor < 0 ? try FileStatus(of: path) : try FileStatus(ofOpen: descriptor, path: path)
            if let kind = status?.kind, kind != .regularFile {
                throw StateError(.malformed, "is \(kind.words), not a file", path: path)
            }
            guard descriptor >= 0 else { throw failure }
        } catch {
            if descriptor >= 0 { close(descriptor) }
            throw error
        }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Adds bytes at the end. When they cannot be written, no part of them stays.
    ///
    /// - Throws: `StateError` when they cannot be written.
    func append(_ bytes: [UInt8]) throws(StateError) {
        let size = try FileStatus(ofOpen: descriptor, path: path).size
        let number = bytes.withUnsafeBytes { writeAll($0, to: descriptor) }
        guard number == 0 else {
            _ = uninterrupted { ftruncate(descriptor, off_t(size)) }
            throw .system("write the file", path, number: number)
        }
    }

    /// Waits until everything is on the disk.
    ///
    /// - Throws: `StateError` when the system refuses.
    func synchronize() throws(StateError) {
        #if os(Linux)
        let result = uninterrupted { fdatasync(descriptor) }
        #else
        let result = uninterrupted { fsync(descriptor) }
        #endif
        guard result == 0 else { throw .system("write the file to the disk", path) }
    }
}
