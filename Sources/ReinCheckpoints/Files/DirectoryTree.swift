/// What lies in a directory and below it, by relative names: files with their sizes, and folders with nothing in them.
///
/// What is hidden because it is not finished is left out. Symbolic links are not followed.
struct DirectoryTree {
    /// A file and its number of bytes.
    struct File {
        let path: String
        let size: Int
    }

    /// The files, in no particular order.
    private(set) var files: [File] = []
    /// The folders without anything in them.
    private(set) var emptyFolders: [String] = []

    /// Called with the path of everything that is found, relative and whole.
    typealias Visit = (_ path: String, _ whole: String) throws(StateError) -> Void

    private let limit: Int
    private let visit: Visit?

    /// Looks through a directory.
    ///
    /// - Parameters:
    ///   - directory: the directory.
    ///   - folder: its name, which is put before those of the files.
    ///   - limit: the largest number of files and empty folders.
    ///   - visit: called with the path of everything that is found, relative and whole.
    /// - Throws: `StateError` for links, pipes and the like, names that are not UTF-8 and more than `limit` entries, and
    ///   the error of `visit`.
    init(
        of directory: borrowing Directory, named folder: String = "", limit: Int, visiting visit: Visit? = nil
    ) throws(StateError) {
        self.limit = limit
        self.visit = visit
        try add(directory, folder)
    }

    private mutating func add(_ directory: borrowing Directory, _ folder: String) throws(StateError) {
        var isEmpty = true
        for name in try directory.names() where !TemporaryName.matches(name) {
            isEmpty = false
            let path = joinedPath(folder, name)
            let whole = directory.path(of: name)
            if let visit { try visit(path, whole) }
            guard let status = try FileStatus(of: name, in: directory) else {
                guard FileName.mayNotBeUTF8(name) else { continue }
                throw StateError(.malformed, "is a name that is not UTF-8", path: whole)
            }
            switch status.kind {
            case .regularFile: files.append(File(path: path, size: status.size))
            case .directory: try add(try directory.directory(name), path)
            default: throw status.kind.refusal(whole)
            }
            guard files.count + emptyFolders.count <= limit else {
                throw StateError(.outOfRange, "holds more than the \(limit) files that are allowed", path: whole)
            }
        }
        if isEmpty, !folder.isEmpty { emptyFolders.append(folder) }
    }
}
