/// The files in a folder and below it, with what tells whether they have changed since.
///
/// Locks and what is not finished are left out, and what is no file is passed over. Files may come and go meanwhile.
package struct FolderContents {
    /// A file.
    package struct File: Sendable, Hashable {
        /// Its path below the folder.
        package let path: String
        /// The number of its bytes.
        package let size: Int
        /// Another one whenever the file was written or replaced.
        package let stamp: String
    }

    /// The files, in no particular order.
    package private(set) var files: [File] = []
    /// What was passed over, with the reason.
    package private(set) var passedOver: [String] = []

    private let isComplete: (_ folder: String) -> Bool

    /// Looks through a folder.
    ///
    /// - Parameter isComplete: whether all in an inner folder is of somebody else's making and finished, whatever it is
    ///   called.
    /// - Throws: `StateError` when it cannot be looked at.
    package init(
        of path: String, takingAllOf isComplete: @escaping (_ folder: String) -> Bool = { _ in false }
    ) throws(StateError) {
        self.isComplete = isComplete
        try add(Directory(opening: path), "")
    }

    /// The stamp that a file has now; nil when there is none, or when it cannot be looked at.
    package static func stamp(of path: String) -> String? {
        ((try? FileStatus(of: path, followingLinks: false)) ?? nil)?.stamp
    }

    private mutating func add(_ directory: borrowing Directory, _ folder: String) throws(StateError) {
        let takesAll = !folder.isEmpty && isComplete(folder)
        for name in try directory.names() where !TemporaryName.matches(name) {
            guard takesAll || (name != DirectoryLock.fileName && !TemporaryName.isUnfinished(name)) else { continue }
            let path = joinedPath(folder, name)
            do throws(StateError) {
                try StorageKey.check(path, in: directory.path)
                guard let status = try FileStatus(of: name, in: directory) else {
                    if FileName.mayNotBeUTF8(name) { passedOver.append("\(directory.path(of: name)) is no UTF-8") }
                    continue
                }
                switch status.kind {
                case .regularFile: files.append(File(path: path, size: status.size, stamp: status.stamp))
                case .directory: if let inner = try directory.existingDirectory(name) { try add(inner, path) }
                default: throw status.kind.refusal(directory.path(of: name))
                }
            } catch {
                guard error.code == .malformed else { throw error }
                passedOver.append("\(error)")
            }
        }
    }
}
