#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A new file that is written piece by piece, its checksum computed on the way.
///
/// Small pieces are gathered. Large ones go to the file from where they lie: a tensor is never copied in memory,
/// however large it is.
package final class FileSink: ByteSink {
    /// Why the file could not be written, nil as long as it could. Whoever encodes a tree adds to errors the place that
    /// was at work, which has nothing to do with this one.
    private(set) var failure: StateError?
    private let path: String
    private let descriptor: Int32
    private var gathered: [UInt8] = []
    private let checksum = RunningChecksum()
    private var size = 0

    /// Pieces from this size on are not copied.
    private static let gatheringLimit = 1 << 16

    /// Files that are longer than this get room for as many bytes as are gathered, once and for all.
    private static let firstRoom = 1 << 12

    /// The number of bytes that are written at once, few enough to be still in the cache after the checksum.
    private static let chunk = 1 << 18

    /// Takes over an open file, and closes it at the end of its life.
    init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    // Once, and not wherever one goes: a call of the system takes far longer.
    @inline(never) deinit { close(descriptor) }

    func write(_ bytes: UnsafeRawBufferPointer) throws(StateError) {
        if gathered.count + bytes.count > Self.gatheringLimit { try flush() }
        if bytes.count < Self.gatheringLimit {
            if size == 0, gathered.count + bytes.count > Self.firstRoom {
                gathered.reserveCapacity(Self.gatheringLimit)
            }
            gathered.append(contentsOf: bytes)
        } else {
            try emit(bytes)
        }
    }

    /// Takes the next bytes.
    ///
    /// - Throws: `StateError` when they cannot be written.
    package func write(_ bytes: [UInt8]) throws(StateError) {
        try bytes.withUnsafeBytes { bytes in Result { () throws(StateError) in try write(bytes) } }.get()
    }

    /// Waits until what has been written is on the disk.
    func synchronize() throws(StateError) {
        guard uninterrupted({ fsync(descriptor) }) == 0 else { throw .system("write the file to the disk", path) }
    }

    /// Writes what has been gathered.
    ///
    /// - Returns: the number and the checksum of all bytes that were written.
    func finish() throws(StateError) -> (size: Int, sha256: String) {
        try flush()
        return (size, checksum.hexadecimal())
    }

    private func flush() throws(StateError) {
        let result = gathered.withUnsafeBytes { bytes in
            Result { () throws(StateError) in try emit(bytes) }
        }
        gathered.removeAll(keepingCapacity: true)
        try result.get()
    }

    private func emit(_ bytes: UnsafeRawBufferPointer) throws(StateError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(Self.chunk))
            checksum.update(piece)
            let number = writeAll(piece, to: descriptor)
            guard number == 0 else {
                let failure = StateError.system("write the file", path, number: number)
                self.failure = failure
                throw failure
            }
            rest = rest.dropFirst(piece.count)
        }
        size += bytes.count
    }
}
