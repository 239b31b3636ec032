/// Names that files and folders of a checkpoint may have.
enum FileName {
    /// Whether the bytes of a name may be none of UTF-8: listings show those as U+FFFD, which then names nothing.
    @inline(never)
    static func mayNotBeUTF8(_ name: String) -> Bool { name.unicodeScalars.contains("\u{FFFD}") }

    /// Whether a name is one component of a path inside a directory, on every system, and can be shown in a message.
    @inline(never)  // Once for its many callers, to whom a call is nothing.
    static func isPossible(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 255 && name != "." && name != ".."
            && !name.utf8.contains { $0 < 32 || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") || $0 == 127 }
            && !TemporaryName.matches(name)
    }
}
