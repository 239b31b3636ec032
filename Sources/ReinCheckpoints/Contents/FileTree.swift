/// The files and folders of a directory, in memory.
///
/// Two are equal when directories with them would be: the same names with the same bytes, empty folders included.
package struct FileTree: Sendable, Equatable {
    /// What lies under a name.
    package enum Node: Sendable, Equatable {
        /// The bytes of a file.
        case file(StateBytes)
        /// A folder.
        case folder(FileTree)
    }

    /// The largest number of files and folders that are read: a million.
    static let maximumCount = 1_000_000
    /// The largest number of folders inside one another.
    static let maximumDepth = StateTree.maximumDepth

    private var nodes = Table<String, Node>()

    /// An empty folder.
    package init() {}

    /// What lies under a name in the uppermost folder.
    package subscript(name: String) -> Node? {
        get { nodes[name] }
        set {
            if let newValue { nodes.set(newValue, for: name) } else { nodes.removeValue(for: name) }
        }
    }

    /// The names in the uppermost folder, sorted by their bytes.
    package var names: [String] { nodes.keys.sortedByBytes }

    /// Whether there is nothing in the uppermost folder.
    package var isEmpty: Bool { nodes.isEmpty }

    /// Puts a file, and the folders above it, where its path says; the folder alone without bytes.
    ///
    /// - Throws: `StateError` when the path is none inside of a directory, when it is taken by something else, and for
    ///   more folders inside one another than are read.
    package mutating func insert(_ bytes: StateBytes?, at path: String) throws(StateError) {
        let parts = path.parts(between: "/")
        guard parts.allSatisfy(FileName.isPossible) else {
            throw StateError(.malformed, "is no path of a file inside a directory", path: path.shortened)
        }
        guard parts.count <= Self.maximumDepth else {
            throw StateError(.outOfRange, "lies deeper than \(Self.maximumDepth) folders", path: path.shortened)
        }
        guard insert(bytes, at: parts[...]) else {
            throw StateError(
                .malformed,
                "is there twice, or below a file (names that differ only in how their characters are composed are one)",
                path: path.shortened)
        }
    }

    private mutating func insert(_ bytes: StateBytes?, at parts: ArraySlice<String>) -> Bool {
        guard let name = parts.first else { return true }
        if parts.count == 1, let bytes {
            return nodes.insert(.file(bytes), for: name)
        }
        var folder = FileTree()
        switch nodes.removeValue(for: name) {
        case nil: break
        case .folder(let known): folder = known
        case let file?:
            nodes.set(file, for: name)
            return false
        }
        let isNew = folder.insert(bytes, at: parts.dropFirst())
        nodes.set(.folder(folder), for: name)
        return isNew
    }

    /// Every file and every empty folder, in the order of their names.
    package func entries(below prefix: String = "") -> [ZipWriter.Entry] {
        var entries: [ZipWriter.Entry] = []
        for name in names {
            switch nodes[name] {
            case .file(let bytes)?: entries.append(ZipWriter.Entry(file: prefix + name, bytes))
            case .folder(let folder)? where folder.isEmpty: entries.append(ZipWriter.Entry(folder: prefix + name))
            case .folder(let folder)?: entries += folder.entries(below: prefix + name + "/")
            case nil: break
            }
        }
        return entries
    }
}
