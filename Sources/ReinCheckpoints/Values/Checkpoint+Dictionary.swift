extension Checkpoint {
    /// The checkpoint as a dictionary. The states of an algorithm or a policy come first, before what else there is.
    ///
    /// - Throws: `StateError` that names a file that is damaged, cannot be read, or is a Python pickle of an algorithm or a
    ///   policy, which is never opened.
    public func dictionary() throws(StateError) -> StateMap {
        switch content {
        case .dictionary(let dictionary): return dictionary
        case .states(let states, let others): return try Self.joined(states, others)
        case .files(let tree) where !tree.isOfStates: return try tree.dictionary()
        case .files: return try inDirectory(Self.dictionary(ofDirectory:))
        case .directory(let path): return try Self.dictionary(ofDirectory: path)
        case .remote(let remote): throw remote.isElsewhere
        }
    }

    private static func dictionary(ofDirectory path: String) throws(StateError) -> StateMap {
        guard try CheckpointDirectory.exists(at: path) else { return try FileTree(reading: path).dictionary() }
        let source = DirectorySource(try CheckpointDirectory(opening: path))
        let states = try MemorySource(reading: source)
        var known = source.kind.names
        if states.kind == .policy, try !states.modelFiles(of: nil).isEmpty {
            known.append(CheckpointDirectory.modelFolder)
        }
        return try joined(states, FileTree(reading: path, leavingOut: known).dictionary())
    }

    private static func joined(_ states: MemorySource, _ others: StateMap) throws(StateError) -> StateMap {
        var dictionary = try states.dictionary()
        for (key, value) in others where !dictionary.append(key, value) {
            throw StateError(.malformed, "is there beside what the policies have of it", path: key.shortened)
        }
        return dictionary
    }

    /// The state of what prepares a policy's inputs; nil when there is none. In a dictionary it stands under
    /// `preprocessor`, in a directory it has a file of its own.
    ///
    /// - Throws: `StateError` when its file is damaged.
    public func preprocessor() throws(StateError) -> StateTree? {
        let key = CheckpointLayout.preprocessorKey
        switch content {
        case .dictionary(let dictionary): return dictionary[key]
        case .states(_, let others): return others[key]
        case .files(let tree): return try tree.preprocessor()
        case .directory(let path):
            let name = CheckpointLayout.preprocessorFile
            guard let file = try Directory(opening: path).existingFile(name) else { return nil }
            var tree = FileTree()
            tree[name] = .file(try file.bytes(limit: CheckpointFormat.native.fileSizeLimit))
            return try tree.preprocessor()
        case .remote(let remote): throw remote.isElsewhere
        }
    }

    /// Gives the checkpoint another preprocessor, or none. One that lies in a directory is in memory afterwards: the
    /// directory stays as it is.
    ///
    /// - Throws: `StateError` when the directory cannot be read.
    public mutating func setPreprocessor(_ state: StateTree?) throws(StateError) {
        let key = CheckpointLayout.preprocessorKey
        switch content {
        case .dictionary(var dictionary):
            dictionary[key] = state
            content = .dictionary(dictionary)
        case .states(let states, var others):
            others[key] = state
            content = .states(states, others: others)
        case .remote(let remote): throw remote.isElsewhere
        case .files, .directory:
            let (metadata, progress) = (try metadata(), try progress())
            var dictionary = try dictionary()
            dictionary[key] = state
            self = try Checkpoint(dictionary: dictionary)
            notes = metadata
            savedProgress = progress
        }
        copy = TemporaryCopy()
    }
}

extension FileTree {
    /// Whether these are the files of an algorithm or a policy.
    var isOfStates: Bool {
        if self[CheckpointManifest.fileName] != nil { return true }
        return [CheckpointDirectory.Kind.algorithm, .policy].contains { kind in
            CheckpointFormat.allCases.contains { self[kind.stateFile($0)] != nil } || self[kind.pickle] != nil
        }
    }
}
