/// The files and empty folders of a directory with their sizes and checksums, to be compared with what lies there later.
struct FileList {
    /// One for each file; the path of a folder ends with a slash.
    private(set) var records: [CheckpointManifest.FileRecord]

    /// Makes a list of records, which are put in the order of their paths' bytes.
    init(_ records: [CheckpointManifest.FileRecord]) {
        self.records = records.sorted(byBytesOf: \.path)
    }

    /// Lists what lies in a directory.
    ///
    /// - Parameters:
    ///   - directory: the directory.
    ///   - isLeftOut: whether something is not listed, by its path.
    /// - Throws: `StateError` that names what is no file or folder, has a name that is not UTF-8, or cannot be read.
    init(of directory: borrowing Directory, leavingOut isLeftOut: (String) -> Bool) throws(StateError) {
        let tree = try DirectoryTree(of: directory, limit: FileTree.maximumCount)
        var records: [CheckpointManifest.FileRecord] = []
        for file in tree.files where !isLeftOut(file.path) {
            records.append(try Self.record(of: file.path, in: directory))
        }
        for folder in tree.emptyFolders.map({ $0 + "/" }) where !isLeftOut(folder) {
            records.append(.init(path: folder, size: 0, sha256: Checksum.hexadecimal([])))
        }
        self.init(records)
    }

    private static func record(
        of path: String, in directory: borrowing Directory
    ) throws(StateError) -> CheckpointManifest.FileRecord {
        let file = try directory.file(at: path)
        return .init(path: path, size: file.size, sha256: try file.checksum())
    }

    /// Lists files in memory.
    init(of tree: FileTree, leavingOut isLeftOut: (String) -> Bool) {
        self.init(
            tree.entries().filter { !isLeftOut($0.name) }.map { entry in
                let sha256 = entry.bytes.map { Checksum.hexadecimal($0) } ?? Checksum.hexadecimal([])
                return .init(path: entry.name, size: entry.bytes?.count ?? 0, sha256: sha256)
            })
    }

    /// Checks that all of it is there and is what was listed. What else is there is nobody's concern.
    ///
    /// - Throws: `StateError` that names the first file at fault.
    func verify(in directory: borrowing Directory) throws(StateError) {
        for record in records {
            guard !record.path.hasSuffix("/") else {
                _ = try directory.folder(at: record.path)
                continue
            }
            let file = try directory.file(at: record.path)
            guard file.size == record.size else {
                throw StateError(
                    .checksumMismatch, "the file has \(file.size) bytes, \(record.size) were written", path: file.path)
            }
            guard try file.checksum() == record.sha256 else {
                throw StateError(
                    .checksumMismatch, "the file is not the one that was written: its checksum differs", path: file.path
                )
            }
        }
    }
}

/// The list as data.
extension FileList {
    /// Lists of a path, a size and a checksum; not a map, in which paths are equal that differ only in how accents are
    /// written.
    var tree: StateTree {
        .list(records.map { [.string($0.path), .int(Int64($0.size)), .string($0.sha256)] })
    }

    /// Reads what `tree` made, of which nothing is believed.
    ///
    /// - Throws: `StateError` with the place, also for a path that leads elsewhere.
    init(_ reader: StateReader) throws(StateError) {
        records = []
        for element in try reader.list() {
            let fields = try element.list()
            guard fields.count == 3 else { throw element.error(.malformed, "expected a path, a size and a checksum") }
            let path = try fields[0].string()
            let size = try fields[1].int()
            let sha256 = try fields[2].string()
            guard Self.leadsInside(path) else {
                throw element.error(.malformed, "\"\(path.shortened)\" is no path of a file inside a directory")
            }
            guard size >= 0 else { throw element.error(.outOfRange, "the size \(size) is negative") }
            guard sha256.utf8.count == 64 else { throw element.error(.malformed, "the checksum has not 64 digits") }
            records.append(.init(path: path, size: size, sha256: sha256))
        }
    }

    /// Whether a path names something inside a directory, whatever its parts look like.
    private static func leadsInside(_ path: String) -> Bool {
        guard !path.utf8.contains(0) else { return false }
        let parts = parts(of: path)
        return !parts.isEmpty && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }

    /// The name in the uppermost folder that a path begins with.
    static func firstName(of path: String) -> String { parts(of: path)[0] }

    /// Whether the parts of a path are names that files of a checkpoint may have.
    static func isPossible(_ path: String) -> Bool { parts(of: path).allSatisfy(FileName.isPossible) }

    /// The parts of a path, without the empty one behind the slash at the end of a folder's.
    private static func parts(of path: String) -> [String] {
        var parts = path.parts(between: "/")
        if parts.count > 1, parts.last == "" { parts.removeLast() }
        return parts
    }
}
