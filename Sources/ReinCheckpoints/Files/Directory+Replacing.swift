#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension Directory {
    /// Replaces a file here as a whole, or makes it: a reader finds the old bytes or the new ones. Several may do so at
    /// the same time; the last one's bytes stay.
    ///
    /// - Parameters:
    ///   - name: the name of the file.
    ///   - fill: writes the bytes to a file under a hidden name.
    ///   - accept: looks at the number and the checksum of the bytes that were written, and may refuse them.
    /// - Throws: `StateError` of `fill` or `accept`, or when writing fails; the old file is then still there, and no other.
    func replace(
        _ name: String, _ fill: (FileSink) throws(StateError) -> Void,
        accept: (Int, String) throws(StateError) -> Void
    ) throws(StateError) {
        let temporary = TemporaryName.next(for: name)
        // Left by another process that had our number.
        try removeFile(temporary)
        let file = try create(temporary)
        do throws(StateError) {
            try fill(file)
            let (size, sha256) = try file.finish()
            try accept(size, sha256)
            try file.synchronize()
            guard uninterrupted({ renameat(descriptor, temporary, descriptor, name) }) == 0 else {
                throw .system("replace the file", path(of: name))
            }
        } catch {
            try? removeFile(temporary)
            let isHidden = error.path == path(of: temporary)
            throw isHidden ? StateError(error.code, error.message, path: path(of: name)) : error
        }
        try synchronize()
    }
}
