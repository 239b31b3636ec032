import ReinCheckpoints

/// Where the folder of an experiment is.
struct ExperimentPlace {
    /// The path of the folder that it is in, absolute.
    let parent: String
    /// Its own name.
    let name: String

    /// Looks up where a folder is.
    ///
    /// - Throws: `StateError` when there is none.
    init(of folder: String) throws(StateError) {
        guard let path = try LocalFile.absolutePath(folder) else {
            throw StateError(.notFound, "there is no such folder", path: folder)
        }
        self.init(parent: parentPath(of: path), name: lastComponent(of: path))
    }

    /// Makes a place.
    ///
    /// - Parameter parent: the path of the folder that it is in; slashes at its end count for nothing.
    init(parent: String, name: String) {
        let end = parent.utf8.lastIndex { $0 != UInt8(ascii: "/") }
        self.parent = end.map { String(parent[...$0]) } ?? "/"
        self.name = name
    }

    /// The path of the folder of a trial in it.
    func path(of trialFolder: String) -> String { "\(parent == "/" ? "" : parent)/\(name)/\(trialFolder)" }
}
