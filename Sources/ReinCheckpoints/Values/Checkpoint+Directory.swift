extension Checkpoint {
    /// Writes the checkpoint to a directory, whole or not at all.
    ///
    /// - Parameters:
    ///   - path: the directory to make. Its parent must exist.
    ///   - replacingExisting: whether a checkpoint, or an empty directory, at `path` may be replaced at one stroke. A
    ///     directory of nothing but files of other names is not known to be a checkpoint, and stays.
    ///   - synchronizing: whether to wait until everything is on the disk, so that it survives a power failure.
    /// - Throws: `StateError` with `.alreadyExists` when `path` is taken, or that says what could not be read or written.
    public func write(
        to path: String, replacingExisting: Bool = false, synchronizing: Bool = true
    ) throws(StateError) {
        if case .remote(let remote) = content { throw remote.isElsewhere }
        let writer = try CheckpointWriter(to: path, format: .native, replacingExisting: replacingExisting)
        try writer.run(synchronizing: synchronizing) { writer throws(StateError) in
            switch content {
            case .files(let tree): try writer.add(tree)
            case .directory(let source): try writer.addCopy(of: source)
            case .remote(let remote): throw remote.isElsewhere
            case .dictionary(let dictionary):
                var tree = try FileTree(dictionary: dictionary)
                try tree.setMetadata(notes)
                try writer.add(tree)
                try writer.add(progress: savedProgress)
            case .states(let states, let others):
                var tree = try FileTree(dictionary: others, avoiding: states.kind.names)
                try tree.setMetadata(notes)
                try tree.setProgress(savedProgress, listingFiles: false)
                try writer.add(tree)
                try writer.addPolicies(states.policyIDs, by: .oneByOne) { index throws(StateError) in
                    states.contents(at: index)
                }
                if states.kind == .policy { try writer.addModels(states.modelFiles(of: nil)) }
                try writer.addState(StateFile(states.algorithm), states.kind)
            }
        }
    }

    /// Calls `body` with a directory of the checkpoint: its own, of which nothing is copied or deleted, or a temporary one,
    /// which is gone afterwards also when `body` throws. Two callers at a time share one.
    ///
    /// - Throws: `StateError` when the directory cannot be made, and what `body` throws.
    public func withDirectory<Result>(_ body: (_ path: String) throws -> Result) throws -> Result {
        try inDirectory { path throws(StateError) in Swift.Result { try body(path) } }.get()
    }

    /// Calls `body` with a directory of the checkpoint; see `withDirectory` for what waits for nothing. One that lies in a
    /// storage is downloaded, once for all that need it at the same time.
    ///
    /// - Throws: as there, and what `downloaded` throws.
    public func withDirectory<Result>(
        isolation: isolated (any Actor)? = #isolation, _ body: (_ path: String) async throws -> Result
    ) async throws -> Result {
        switch content {
        case .directory(let path): return try await body(path)
        case .remote(let remote):
            let path = try await remote.enter()
            defer { remote.leave() }
            return try await body(path)
        case .states, .dictionary, .files: break
        }
        let path = try copy.enter { path throws(StateError) in try write(to: path, synchronizing: false) }
        defer { copy.leave() }
        return try await body(path)
    }

    /// Calls `body` with a directory of the checkpoint where tasks may wait for it; see `withDirectory` for a body that waits
    /// for something itself.
    ///
    /// - Throws: as there.
    public func withDirectory<Result>(
        isolation: isolated (any Actor)? = #isolation, _ body: (_ path: String) throws -> Result
    ) async throws -> Result {
        try await withDirectory { (path: String) async throws -> Result in try body(path) }
    }

    /// Calls `body` with a directory of the checkpoint, as `withDirectory` does. Errors that name a temporary one name the
    /// checkpoint instead.
    ///
    /// - Throws: `StateError` when the directory cannot be made, and that of `body`.
    package func inDirectory<Result>(
        _ body: (String) throws(StateError) -> Result
    ) throws(StateError) -> Result {
        switch content {
        case .directory(let path): return try body(path)
        case .remote(let remote): throw remote.isElsewhere
        case .states, .dictionary, .files: break
        }
        let path = try copy.enter { path throws(StateError) in try write(to: path, synchronizing: false) }
        defer { copy.leave() }
        do throws(StateError) { return try body(path) } catch {
            guard error.path.hasPrefix(path) else { throw error }
            throw StateError(error.code, error.message, path: MemorySource.name + error.path.dropFirst(path.count))
        }
    }

    /// The checkpoint as bytes: a zip archive of the files of its directory, sorted and not compressed. The same content
    /// has the same bytes.
    ///
    /// - Throws: `StateError` that says what cannot be read.
    public func bytes() throws(StateError) -> [UInt8] { try files().archive() }

    /// The files of its directory.
    func files() throws(StateError) -> FileTree {
        switch content {
        case .files(let tree): return tree
        case .dictionary(let dictionary):
            var tree = try FileTree(dictionary: dictionary)
            try tree.setMetadata(notes)
            try tree.setProgress(savedProgress)
            return tree
        case .states, .directory, .remote:
            return try inDirectory { path throws(StateError) in try FileTree(reading: path) }
        }
    }
}
