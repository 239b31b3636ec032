/// The bytes of an object that is to be written: some in memory, or those of a file, which never are there as a whole.
public struct StorageContents: Sendable {
    /// The number of bytes.
    public let size: Int
    /// SHA-256 of the bytes, 64 hexadecimal digits.
    public let sha256: String
    private let source: Source

    private enum Source: Sendable {
        case bytes([UInt8])
        case file(OpenFile)
    }

    private final class OpenFile: Sendable {
        let file: RegularFile

        init(_ file: consuming RegularFile) { self.file = file }
    }

    /// Bytes in memory.
    public init(_ bytes: [UInt8]) {
        size = bytes.count
        sha256 = Checksum.hexadecimal(bytes)
        source = .bytes(bytes)
    }

    /// The bytes of a file, which is read for its checksum, and again when it is written somewhere.
    ///
    /// - Throws: `StateError` when there is no such file or it cannot be read.
    public init(file path: String) throws(StateError) { try self.init(RegularFile(opening: path)) }

    /// The bytes of an open file.
    ///
    /// - Parameter known: its checksum, if somebody has computed it.
    init(_ file: consuming RegularFile, sha256 known: String? = nil) throws(StateError) {
        let file = OpenFile(file)
        size = file.file.size
        source = .file(file)
        if let known {
            sha256 = known
        } else {
            sha256 = try file.file.checksum()
        }
    }

    /// Copies bytes from a place on, until the memory is full or the bytes end.
    ///
    /// - Returns: the number of bytes that were copied.
    public func read(into memory: UnsafeMutableRawBufferPointer, at offset: Int) throws(StateError) -> Int {
        switch source {
        case .bytes(let bytes):
            guard offset < bytes.count else { return 0 }
            return bytes.withUnsafeBytes { bytes in
                let part = UnsafeRawBufferPointer(rebasing: bytes[offset..<min(bytes.count, offset + memory.count)])
                memory.copyMemory(from: part)
                return part.count
            }
        case .file(let file): return try file.file.read(into: memory, at: offset)
        }
    }

    /// Calls `body` with all bytes in order, piece by piece; the pointer must not leave it.
    ///
    /// - Throws: the error of `body`, and `StateError` when a file cannot be read or has become shorter.
    public func forEachPiece(_ body: (UnsafeRawBufferPointer) throws(StateError) -> Void) throws(StateError) {
        switch source {
        case .bytes(let bytes):
            try bytes.withUnsafeBytes { bytes in Result { () throws(StateError) in try body(bytes) } }.get()
        case .file(let file): try file.file.forEachPiece(body)
        }
    }

    /// Checks that bytes that were written are those that these contents were made of.
    ///
    /// - Throws: `StateError` with `.checksumMismatch` otherwise: the file was changed meanwhile.
    func requireWritten(size: Int, sha256: String, path: String) throws(StateError) {
        guard size == self.size, sha256 == self.sha256 else {
            throw StateError(.checksumMismatch, "the file was changed while it was written there", path: path)
        }
    }
}
