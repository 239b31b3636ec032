#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension LocalFile {
    /// Makes a new directory in the one that `TMPDIR` names, or in `/tmp`, which nobody else can look into.
    ///
    /// - Parameter prefix: how its name begins.
    /// - Returns: its path.
    /// - Throws: `StateError` when it cannot be made.
    package static func makeTemporaryDirectory(_ prefix: String) throws(StateError) -> String {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? ""
        let template = (parent.isEmpty ? "/tmp" : parent) + "/\(prefix)-XXXXXX"
        var name = Array(template.utf8CString)
        guard uninterrupted({ mkdtemp(&name) }) != nil else { throw .system("make the directory", template) }
        return String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Removes a directory with everything in it, as far as that can be done.
    package static func removeTemporaryDirectory(_ path: String) {
        try? Directory(opening: path).removeContents()
        rmdir(path)
    }
}
