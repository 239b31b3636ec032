/// The rules for the names of objects: parts with one slash between them, none of which is empty, `.` or `..`; no
/// character NUL; 1,024 bytes at most, as S3 has it.
public enum StorageKey {
    /// The largest number of bytes of a key.
    public static let maximumLength = 1_024

    /// Checks the name of an object.
    ///
    /// - Parameters:
    ///   - key: the name.
    ///   - place: what it is a name in, for the error.
    /// - Throws: `StateError` that says which rule it breaks.
    @inline(never)
    public static func check(_ key: String, in place: String = "") throws(StateError) {
        if let problem = problem(of: key) {
            throw StateError(.malformed, "\"\(key.shortened)\" is no name of an object: \(problem)", path: place)
        }
    }

    /// Checks the name of a folder, which is that of an object, or empty for everything.
    package static func check(folder: String, in place: String) throws(StateError) {
        if !folder.isEmpty { try check(folder, in: place) }
    }

    private static func problem(of key: String) -> String? {
        let count = key.utf8.count
        return count > maximumLength ? "it has \(count) bytes, more than \(maximumLength)" : problem(ofParts: key)
    }

    /// Which rule a name breaks, nil if none, however long it is.
    static func problem(ofParts key: String) -> String? {
        let bytes = key.utf8
        if bytes.isEmpty { return "it is empty" }
        if bytes.contains(0) { return "it holds the character NUL" }
        if bytes.first == UInt8(ascii: "/") { return "it begins with a slash" }
        for part in key.parts(between: "/") {
            if part.isEmpty { return "a part of it is empty" }
            if part == "." || part == ".." { return "a part of it is \"\(part)\"" }
        }
        return nil
    }

    /// The parts of a key, cut at the bytes of its slashes.
    static func parts(of key: String) -> [String] { key.parts(between: "/", omittingEmpty: true) }
}
