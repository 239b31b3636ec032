/// The checksum that a manifest ends with, of the manifest itself.
///
///     {
///       "type": "Policy",
///       ...
///       "manifest_sha256": "0c64596a2c4938394b4bc184309a51d1b609361bc91ff9d6b47f0ca6ed94cc25"
///     }
///
/// It is the SHA-256 of the text without that entry, to the byte: what stands before the comma, a line feed, a closing
/// brace and a line feed. So every change of the text is seen, be it of no consequence to those who read it.
enum ManifestSeal {
    /// The key of the checksum.
    static let key = "manifest_sha256"

    private static let end = "\n}\n"
    private static let mark = ",\n  \"\(key)\": \""
    private static let digitCount = 64

    /// The text of a manifest with its checksum.
    ///
    /// - Parameter text: an object that is not empty, as `JSON.text` writes it, and a line feed.
    static func sealed(_ text: String) -> String {
        text.dropLast(end.count) + mark + Checksum.hexadecimal(Array(text.utf8)) + "\"" + end
    }

    /// Whether the manifest has its checksum, and is what was written then.
    ///
    /// - Returns: false for a manifest without a checksum, as others write it and earlier versions did.
    /// - Throws: `StateError` with `.checksumMismatch` when it is another text.
    static func check(_ text: StateBytes, path: String) throws(StateError) -> Bool {
        guard holdsKey(text) else { return false }
        let start = text.count - (mark.utf8.count + digitCount + 1 + end.utf8.count)
        guard start > 0 else { throw damage(path) }
        let checksum = RunningChecksum()
        text[0..<start].withUnsafeBytes { checksum.update($0) }
        Array(end.utf8).withUnsafeBytes { checksum.update($0) }
        let tail = mark + checksum.hexadecimal() + "\"" + end
        guard text[start..<text.count].array == Array(tail.utf8) else { throw damage(path) }
        return true
    }

    private static func damage(_ path: String) -> StateError {
        StateError(.checksumMismatch, "the manifest is not the one that was written: its checksum differs", path: path)
    }

    /// Whether the key occurs, be it not at the end: then it is a manifest that had a checksum.
    private static func holdsKey(_ text: StateBytes) -> Bool {
        let quoted = Array("\"\(key)\"".utf8)
        return text.withUnsafeBytes { text in
            var rest = text[...]
            while let quote = rest.lastIndex(of: quoted[0]) {
                if text[quote...].starts(with: quoted) { return true }
                rest = rest[..<quote]
            }
            return false
        }
    }
}
