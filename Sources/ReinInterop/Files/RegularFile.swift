import ReinCheckpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Files whose size is known before anything is read: no pipes, devices or directories.
enum RegularFile {
    /// Opens a file for reading. The caller closes it.
    ///
    /// - Throws: `StateError` when there is none, or something that is no regular file.
    static func descriptor(of path: String) throws(StateError) -> (descriptor: Int32, size: Int) {
        // Without O_NONBLOCK, opening a pipe would wait for somebody to write to it.
        let descriptor = uninterrupted { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        guard descriptor >= 0 else { throw .system("open the file", path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw StateError(.inputOutput, "is not a regular file", path: path)
        }
        return (descriptor, Int(status.st_size))
    }

    /// Reads a whole file.
    ///
    /// - Parameter limit: the largest number of bytes that it may have.
    /// - Throws: `StateError` when it is larger, or cannot be read.
    static func read(_ path: String, limit: Int) throws(StateError) -> [UInt8] {
        let (descriptor, size) = try descriptor(of: path)
        defer { close(descriptor) }
        guard size <= limit else {
            throw StateError(.outOfRange, "has \(size) bytes, more than the \(limit) that are read", path: path)
        }
        var number: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = 0
            while count < size, let base = buffer.baseAddress {
                let position = count
                let step = uninterrupted { systemRead(descriptor, base + position, size - position) }
                if step < 0 { number = errno }
                guard step > 0 else { return }
                count += step
            }
        }
        guard number == 0 else { throw .system("read the file", path, number: number) }
        return bytes
    }
}

/// The system's `read`, under a name that methods do not hide.
private func systemRead(_ file: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
    read(file, bytes, count)
}
