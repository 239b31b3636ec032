import ReinCheckpoints

/// The lines between a process that trains trials and the one that has started it.
enum WorkerLine {
    /// The largest number of bytes of a line.
    static let limit = 1 << 24

    /// The line of a tree, with its end.
    ///
    /// - Throws: `StateError` that names a tensor, and for a line that is too long.
    static func bytes(of tree: StateTree) throws(StateError) -> [UInt8] {
        var bytes = Array(try TreeLine.text(of: tree).utf8)
        guard bytes.count <= limit else {
            throw StateError(
                .outOfRange, "has \(bytes.count) bytes, more than the \(limit) that go to another process or come back")
        }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }
}
