import CZip

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The memory that libzip writes an archive into: an array that grows at its end, so that nothing is copied afterwards.
final class ArchiveBuffer {
    /// What has been written.
    private(set) var bytes: [UInt8] = []
    private var position = 0
    private var number: Int32 = 0

    /// Makes room.
    ///
    /// - Parameter capacity: about how many bytes there will be.
    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    /// What libzip writes through. It does not keep the buffer, which has to live until the archive is closed.
    ///
    /// - Returns: nil when there is no memory for it.
    func makeSource(_ error: UnsafeMutablePointer<zip_error_t>) -> OpaquePointer? {
        zip_source_function_create(
            { user, data, length, command in
                guard let user else { return -1 }
                return Unmanaged<ArchiveBuffer>.fromOpaque(user).takeUnretainedValue()
                    .answer(command, UnsafeMutableRawBufferPointer(start: data, count: Int(length)))
            }, Unmanaged.passUnretained(self).toOpaque(), error)
    }

    /// Does what libzip asks for.
    ///
    /// - Returns: a number that depends on the command; -1 when it cannot be done.
    private func answer(_ command: zip_source_cmd_t, _ data: UnsafeMutableRawBufferPointer) -> Int64 {
        switch command {
        case ZIP_SOURCE_SUPPORTS:
            return [
                ZIP_SOURCE_STAT, ZIP_SOURCE_BEGIN_WRITE, ZIP_SOURCE_WRITE, ZIP_SOURCE_SEEK_WRITE,
                ZIP_SOURCE_TELL_WRITE, ZIP_SOURCE_COMMIT_WRITE, ZIP_SOURCE_ROLLBACK_WRITE, ZIP_SOURCE_REMOVE,
                ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE,
                ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL,
            ].reduce(0) { $0 | 1 << Int64($1.rawValue) }
        case ZIP_SOURCE_BEGIN_WRITE, ZIP_SOURCE_ROLLBACK_WRITE, ZIP_SOURCE_REMOVE:
            bytes.removeAll(keepingCapacity: true)
            position = 0
            return 0
        case ZIP_SOURCE_WRITE: return write(UnsafeRawBufferPointer(data))
        case ZIP_SOURCE_TELL_WRITE: return Int64(position)
        case ZIP_SOURCE_SEEK_WRITE: return seek(data)
        case ZIP_SOURCE_COMMIT_WRITE, ZIP_SOURCE_FREE: return 0
        case ZIP_SOURCE_ERROR:
            let codes = data.bindMemory(to: Int32.self)
            guard codes.count >= 2 else { return -1 }
            (codes[0], codes[1]) = (ZIP_ER_READ, number)
            return Int64(2 * MemoryLayout<Int32>.size)
        default:
            // There is no archive yet.
            number = ENOENT
            return -1
        }
    }

    private func write(_ data: UnsafeRawBufferPointer) -> Int64 {
        let replaced = min(data.count, bytes.count - position)
        if replaced > 0 {
            bytes.withUnsafeMutableBytes { memory in
                UnsafeMutableRawBufferPointer(rebasing: memory[position..<position + replaced])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: data[..<replaced]))
            }
        }
        bytes.append(contentsOf: data[replaced...])
        position += data.count
        return Int64(data.count)
    }

    private func seek(_ data: UnsafeMutableRawBufferPointer) -> Int64 {
        var error = zip_error_t()
        zip_error_init(&error)
        defer { zip_error_fini(&error) }
        let place = zip_source_seek_compute_offset(
            UInt64(position), UInt64(bytes.count), data.baseAddress, UInt64(data.count), &error)
        guard place >= 0, place <= Int64(bytes.count) else {
            number = EINVAL
            return -1
        }
        position = Int(place)
        return 0
    }
}
