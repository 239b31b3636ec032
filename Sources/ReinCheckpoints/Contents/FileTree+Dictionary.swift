/// A dictionary as files, and back: without loss in both directions, so that whatever somebody adds to either is kept.
///
/// An entry of bytes is a file of that name, and a map of nothing but such entries a folder, if the names can be those of
/// files; the preprocessor has a file of its own. All other entries are in one state file, which has the order of the keys,
/// too, unless a listing of the directory gives the same.
extension FileTree {
    /// The files of a dictionary.
    ///
    /// - Parameters:
    ///   - dictionary: the entries.
    ///   - taken: names that no file of an entry can have.
    /// - Throws: `StateError` for what no state file can hold.
    init(dictionary: StateMap, avoiding taken: [String] = []) throws(StateError) {
        self.init()
        var rest = StateMap()
        for (key, value) in dictionary {
            if key == CheckpointLayout.preprocessorKey {
                self[CheckpointLayout.preprocessorFile] = .file(try Self.stateFile(value))
            } else if !CheckpointLayout.ownFiles.contains(key), !taken.contains(key),
                let node = Node(value, named: key)
            {
                self[key] = node
            } else {
                rest[key] = value
            }
        }
        let keys = dictionary.keys
        guard !rest.isEmpty || keys != keys.sortedByBytes else { return }
        let tree: StateTree = ["keys": .list(keys.map { .string($0) }), "values": .map(rest)]
        self[CheckpointLayout.dictionaryFile] = .file(try Self.stateFile(tree))
    }

    /// The dictionary of files that may have been added to, or may never have been one.
    ///
    /// - Throws: `StateError` that names a file that is damaged, that is gone, or that has the name of another entry.
    func dictionary() throws(StateError) -> StateMap {
        var values = StateMap()
        for name in names where !CheckpointLayout.ownFiles.contains(name) { values[name] = self[name]?.tree }
        let name = CheckpointLayout.preprocessorFile
        if let preprocessor = try preprocessor() {
            guard values.append(CheckpointLayout.preprocessorKey, preprocessor) else {
                throw StateError(.malformed, "is there beside \(name)", path: CheckpointLayout.preprocessorKey)
            }
        }
        guard let saved = try state(CheckpointLayout.dictionaryFile) else { return Self.sorted(values) }
        let reader = StateReader(saved, path: CheckpointLayout.dictionaryFile)
        try reader.expectKeys(["keys", "values"])
        for (key, value) in try reader.child("values").map() {
            guard values.append(key, value.tree) else {
                throw StateError(
                    .malformed, "is a file, and has a value in \(CheckpointLayout.dictionaryFile)", path: key.shortened)
            }
        }
        var dictionary = StateMap()
        for key in try reader.child("keys").list() {
            let name = try key.string()
            guard let value = values[name] else {
                throw StateError(.missingKey, "was written as a file, which is gone", path: name.shortened)
            }
            guard dictionary.append(name, value) else { throw key.error(.malformed, "appears twice") }
        }
        for (key, value) in Self.sorted(values) where dictionary[key] == nil { dictionary[key] = value }
        return dictionary
    }

    /// The state in the preprocessor's file; nil when there is none.
    ///
    /// - Throws: `StateError` that names the file when it is damaged.
    func preprocessor() throws(StateError) -> StateTree? { try state(CheckpointLayout.preprocessorFile) }

    private func state(_ name: String) throws(StateError) -> StateTree? {
        switch self[name] {
        case .file(let bytes)?:
            do { return try NativeCodec().decode(bytes) } catch { throw error.nested(under: name) }
        case .folder?: throw StateError(.malformed, "is a directory, not a file", path: name)
        case nil: return nil
        }
    }

    private static func stateFile(_ tree: StateTree) throws(StateError) -> StateBytes {
        StateBytes(sharing: try NativeCodec().encode(tree))
    }

    private static func sorted(_ map: StateMap) -> StateMap {
        StateMap(uniqueEntries: map.keys.sortedByBytes.map { ($0, map[$0] ?? .null) })
    }
}

extension FileTree.Node {
    /// The file or folder of an entry; nil when it is neither.
    fileprivate init?(_ tree: StateTree, named name: String, depth: Int = 0) {
        guard FileName.isPossible(name), !FileName.mayNotBeUTF8(name) else { return nil }
        switch tree {
        case .bytes(let bytes): self = .file(StateBytes(sharing: bytes))
        case .map(let entries) where depth < FileTree.maximumDepth - 2:
            // A directory does not tell in which order its files came.
            guard entries.keys == entries.keys.sortedByBytes else { return nil }
            var folder = FileTree()
            for (key, value) in entries {
                guard let node = FileTree.Node(value, named: key, depth: depth + 1) else { return nil }
                folder[key] = node
            }
            self = .folder(folder)
        case .null, .bool, .int, .double, .string, .tensor, .list, .map: return nil
        }
    }

    /// The entry of a file or folder.
    fileprivate var tree: StateTree {
        switch self {
        case .file(let bytes): return .bytes(bytes.array)
        case .folder(let folder):
            var entries = StateMap()
            for name in folder.names { entries[name] = folder[name]?.tree }
            return .map(entries)
        }
    }
}
