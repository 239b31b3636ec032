import CSystemCalls

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that is open for reading, and whose size is known before anything is read: never a pipe, which might give
/// nothing for ever, nor a device, which might never end.
///
/// Its bytes are copied into memory of their own. Whatever happens to the file meanwhile, what has been checked is what is
/// used, and a file that becomes shorter is an error and not the end of the process, as it would be for mapped bytes.
package struct RegularFile: ~Copyable {
    /// The path of the file, for messages.
    package let path: String
    /// The number of bytes when it was opened.
    package let size: Int
    private let descriptor: Int32

    /// The number of bytes that are read at once, few enough to be still in the cache when they are looked at.
    private static let piece = 1 << 18

    // Without O_NONBLOCK, opening a pipe would wait for somebody to write to it.
    private static let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY

    /// Opens a file; the path may lead through symbolic links.
    ///
    /// - Throws: `StateError` when there is none, or that says what it is that is no file.
    package init(opening path: String) throws(StateError) {
        let descriptor = uninterrupted { open(path, Self.flags) }
        guard descriptor >= 0 else {
            let failure = StateError.system("open the file", path)
            throw Self.failure(failure, (try? FileStatus(of: path))?.kind)
        }
        try self.init(descriptor, path)
    }

    /// Opens a file in an open directory, which must not be a symbolic link.
    init(_ name: String, in directory: borrowing Directory) throws(StateError) {
        let path = directory.path(of: name)
        let folder = directory.descriptor
        let descriptor = uninterrupted { openat(folder, name, Self.flags | O_NOFOLLOW) }
        guard descriptor >= 0 else {
            let failure = StateError.system("open the file", path)
            throw Self.failure(failure, (try? FileStatus(of: name, in: directory))?.kind)
        }
        try self.init(descriptor, path)
    }

    /// Takes over an open file.
    private init(_ descriptor: Int32, _ path: String) throws(StateError) {
        do throws(StateError) {
            let status = try FileStatus(ofOpen: descriptor, path: path)
            guard status.kind == .regularFile else { throw status.kind.refusal(path) }
            size = status.size
        } catch {
            close(descriptor)
            throw error
        }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Why a file could not be opened: what the system says, unless it is no file in the first place.
    private static func failure(_ failure: StateError, _ kind: FileKind?) -> StateError {
        guard let kind, kind != .regularFile else { return failure }
        return kind.refusal(failure.path)
    }

    /// Another descriptor of the open file, to be closed by whoever asked for it.
    package func duplicate() throws(StateError) -> Int32 {
        let copy = uninterrupted { fcntl(descriptor, F_DUPFD_CLOEXEC, 0) }
        guard copy >= 0 else { throw .system("open the file", path) }
        return copy
    }

    /// Reads from a place on, until the memory is full or the file ends.
    ///
    /// - Returns: the number of bytes that were read.
    func read(into memory: UnsafeMutableRawBufferPointer, at offset: Int) throws(StateError) -> Int {
        var done = 0
        while done < memory.count {
            let count = uninterrupted {
                pread(descriptor, memory.baseAddress.map { $0 + done }, memory.count - done, off_t(offset + done))
            }
            guard count >= 0 else { throw .system("read the file", path) }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// Reads the whole file.
    ///
    /// - Parameters:
    ///   - limit: the largest number of bytes that it may have.
    ///   - look: called with the bytes in order, piece by piece, while they are in the cache.
    /// - Throws: `StateError` when it is larger, cannot be read or becomes shorter meanwhile, or when there is no memory
    ///   for it.
    package func bytes(
        limit: Int, _ look: (UnsafeRawBufferPointer) -> Void = { _ in }
    ) throws(StateError) -> StateBytes {
        try requireSize(atMost: limit)
        do {
            return try StateBytes(count: size, filling: { memory throws(StateError) in try fill(memory, look) })
        } catch {
            throw error.path.isEmpty ? error.nested(under: path) : error
        }
    }

    /// Reads the whole file into an array; see `bytes(limit:_:)`.
    package func array(limit: Int) throws(StateError) -> [UInt8] { try bytes(limit: limit).array }

    /// Reads the beginning of the file, all of it if it is no longer than `limit`.
    func beginning(limit: Int) throws(StateError) -> StateBytes {
        var count = 0
        let bytes = try StateBytes(
            count: min(size, limit),
            filling: { memory throws(StateError) in
                count = try read(into: memory, at: 0)
            })
        return bytes[0..<count]
    }

    #if os(Linux)
    /// Makes an empty file a copy that shares this one's blocks; false where the file system cannot do that.
    func clone(into file: Int32) -> Bool { uninterrupted { rein_clone(file, descriptor) } == 0 }
    #else
    /// Makes a new file that shares this one's blocks; false where the file system cannot do that.
    func clone(to name: String, in directory: Int32) -> Bool {
        uninterrupted { fclonefileat(descriptor, directory, name, 0) } == 0
    }
    #endif

    /// Waits until the file is on the disk.
    func synchronize() throws(StateError) {
        guard uninterrupted({ fsync(descriptor) }) == 0 else { throw .system("write the file to the disk", path) }
    }

    private func fill(
        _ memory: UnsafeMutableRawBufferPointer, _ look: (UnsafeRawBufferPointer) -> Void
    ) throws(StateError) {
        var done = 0
        while done < memory.count {
            let piece = UnsafeMutableRawBufferPointer(
                rebasing: memory[done..<min(done + Self.piece, memory.count)])
            guard try read(into: piece, at: done) == piece.count else {
                throw StateError(.inputOutput, "became shorter while it was read", path: path)
            }
            look(UnsafeRawBufferPointer(piece))
            done += piece.count
        }
    }

    private func requireSize(atMost limit: Int) throws(StateError) {
        guard size <= limit else {
            throw StateError(.outOfRange, "has \(size) bytes, more than the \(limit) that are read", path: path)
        }
    }
}
