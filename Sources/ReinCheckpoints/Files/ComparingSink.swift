#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Takes the bytes of a file that may exist already: as long as they are those of the earlier file nothing is written,
/// from the first difference on a new file is.
final class ComparingSink: ByteSink {
    private let earlier: StateBytes
    private let create: () throws(StateError) -> FileSink
    private var matched = 0
    private var file: FileSink?

    /// Starts at the beginning of the earlier file; `create` makes the new one, if it comes to that.
    init(_ earlier: StateBytes, orElse create: @escaping () throws(StateError) -> FileSink) {
        self.earlier = earlier
        self.create = create
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(StateError) {
        if let file { return try file.write(bytes) }
        if continuesEarlier(bytes) {
            matched += bytes.count
        } else {
            try begin().write(bytes)
        }
    }

    /// Ends the file.
    ///
    /// - Returns: the number and the checksum of the bytes that were written, nil if nothing was since all bytes are
    ///   those of the earlier file.
    func finish() throws(StateError) -> (size: Int, sha256: String)? {
        if file == nil, matched == earlier.count { return nil }
        if let file { return try file.finish() }
        return try begin().finish()
    }

    private func continuesEarlier(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= earlier.count - matched else { return false }
        guard let base = bytes.baseAddress else { return true }
        return earlier.withUnsafeBytes { earlier in
            earlier.baseAddress.map { memcmp($0 + matched, base, bytes.count) == 0 } ?? bytes.isEmpty
        }
    }

    /// Makes the new file, with what has been the same so far.
    private func begin() throws(StateError) -> FileSink {
        let file = try create()
        self.file = file
        try earlier[0..<matched].withUnsafeBytes { bytes throws(StateError) in try file.write(bytes) }
        return file
    }
}
