extension Directory {
    /// Opens a file by its path below this directory, no part of which may be a symbolic link.
    func file(at path: String) throws(StateError) -> RegularFile {
        var parts = path.parts(between: "/", omittingEmpty: true)
        guard let name = parts.popLast() else { throw StateError(.notFound, "is no file", path: self.path) }
        guard let first = parts.first else { return try file(name) }
        var folder = try directory(first)
        for part in parts.dropFirst() { folder = try folder.directory(part) }
        return try folder.file(name)
    }

    /// Opens a folder by its path below this directory, no part of which may be a symbolic link.
    func folder(at path: String) throws(StateError) -> Directory {
        var folder = try directory(".")
        for part in path.parts(between: "/", omittingEmpty: true) { folder = try folder.directory(part) }
        return folder
    }

    /// Opens a folder by its path below this directory, and makes it where it is not there.
    func newOrExistingDirectory(at parts: [String]) throws(StateError) -> Directory {
        guard let first = parts.first else { return try directory(".") }
        var folder = try newOrExistingDirectory(first)
        for part in parts.dropFirst() { folder = try folder.newOrExistingDirectory(part) }
        return folder
    }
}
