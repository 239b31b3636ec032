#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What tells the bytes of a file from others.
package struct FileContent: Sendable, Hashable {
    /// The number of bytes.
    package let size: Int
    /// SHA-256 as 64 hexadecimal digits.
    package let sha256: String

    /// Makes one of a size and a checksum.
    package init(size: Int, sha256: String) {
        self.size = size
        self.sha256 = sha256
    }

    /// That of some contents.
    package init(_ contents: StorageContents) { self.init(size: contents.size, sha256: contents.sha256) }
}

extension LocalFile {
    /// Cuts a file back to what it once was, if it has only grown since.
    ///
    /// - Returns: whether it is what it was.
    /// - Throws: `StateError` when it cannot be read or written.
    package static func cut(_ path: String, backTo content: FileContent) throws(StateError) -> Bool {
        do {
            let file = try RegularFile(opening: path)
            guard file.size >= content.size else { return false }
            let checksum = RunningChecksum()
            var rest = content.size
            try file.forEachPiece { piece throws(StateError) in
                checksum.update(UnsafeRawBufferPointer(rebasing: piece[..<min(rest, piece.count)]))
                rest -= min(rest, piece.count)
            }
            guard checksum.hexadecimal() == content.sha256 else { return false }
        }
        guard uninterrupted({ truncate(path, off_t(content.size)) }) == 0 else { throw .system("write the file", path) }
        return true
    }
}
