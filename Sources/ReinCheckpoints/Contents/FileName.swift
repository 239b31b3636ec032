/// Names that files and folders of a checkpoint may have.
enum FileName {
    /// Whether a name is one component of a path inside a directory, on every system, and can be shown in a message.
    static func isPossible(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 255 && name != "." && name != ".."
            && !name.unicodeScalars.contains { $0.value < 32 || $0 == "/" || $0 == "\\" || $0.value == 127 }
            && !TemporaryName.matches(name)
    }
}
