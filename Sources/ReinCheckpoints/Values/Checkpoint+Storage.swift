/// Checkpoints in storages. Whatever waits for one is asynchronous, and holds none of the threads that tasks share.
extension Checkpoint {
    /// Makes a checkpoint of an address in a storage. Nothing is read yet, save for `file:`, where it is the directory.
    ///
    ///     let checkpoint = try Checkpoint(uri: "s3://bucket/runs/7/checkpoint_000010")
    ///     let policy = try Policy(restoring: try await checkpoint.downloaded())
    ///
    /// - Throws: `StateError` for a scheme that nobody has registered, naming the nearest, and when there is no such
    ///   directory.
    public init(uri: StorageURI) throws(StateError) {
        try StorageSchemes.require(uri)
        guard uri.scheme == "file" else {
            self.init(.remote(RemoteCheckpoint(uri)))
            return
        }
        _ = try FileStorage(uri)
        let path = "/\(uri.path)"
        // Where a transfer has brought it, its index lies beside the files.
        for name in TransferIndex.names where try LocalFile.exists("\(path)/\(name)") {
            self.init(.remote(RemoteCheckpoint(uri)))
            return
        }
        try self.init(directory: path)
    }

    /// Makes a checkpoint of an address in a storage; see the other `init(uri:)`.
    ///
    /// - Throws: `StateError` also for a text that is no address, such as a path without a scheme.
    public init(uri text: String) throws(StateError) { try self.init(uri: StorageURI(text)) }

    /// Makes a checkpoint of a folder in a storage that somebody knows to be complete: it needs neither an index nor a
    /// manifest.
    ///
    /// - Throws: `StateError` as `init(uri:)`.
    package init(completeFolderAt uri: StorageURI) throws(StateError) {
        if uri.scheme == "file" {
            try self.init(uri: uri)
        } else {
            try StorageSchemes.require(uri)
            self.init(.remote(RemoteCheckpoint(uri, isAnyFolder: true)))
        }
    }

    /// Its address in a storage, that of its directory with `file:`; nil when it lies in memory.
    public var uri: StorageURI? {
        switch content {
        case .remote(let remote): remote.uri
        case .directory(let path): try? StorageURI(file: path)
        case .states, .dictionary, .files: nil
        }
    }

    /// The checkpoint in memory, if it lies in a storage; any other is the same.
    ///
    /// - Throws: `StateError` with `.notFound` when there is no complete checkpoint there, `.checksumMismatch` when
    ///   something is not what was uploaded, `.cancelled`, or what else went wrong, and where.
    public func downloaded() async throws(StateError) -> Checkpoint {
        guard case .remote(let remote) = content else { return self }
        let path = try await remote.enter()
        defer { remote.leave() }
        return Checkpoint(.files(try await WaitingThread.run { _ throws(StateError) in try FileTree(reading: path) }))
    }

    /// Brings the checkpoint, wherever it lies, to a new directory, whole or not at all.
    ///
    /// - Parameters:
    ///   - path: the directory to make. Its parent must exist.
    ///   - transfer: how to bring it out of a storage.
    /// - Returns: the checkpoint in that directory.
    /// - Throws: as `downloaded`, and `StateError` with `.alreadyExists` when `path` is taken.
    @discardableResult
    public func download(
        to path: String, by transfer: CheckpointTransfer = CheckpointTransfer()
    ) async throws(StateError) -> Checkpoint {
        try await WaitingThread.run { isCancelled throws(StateError) in
            if case .remote(let remote) = content {
                let storage = try StorageSchemes.storage(at: remote.uri)
                var transfer = transfer
                transfer.takesAnyFolder = remote.isAnyFolder
                try transfer.stopping(when: isCancelled).download(from: storage, to: path)
            } else {
                try write(to: path)
            }
        }
        return try Checkpoint(directory: path)
    }

    /// Brings the checkpoint to a place in a storage, whole or not at all: with `file:` it is a directory afterwards,
    /// otherwise what `CheckpointTransfer` makes.
    ///
    /// - Parameters:
    ///   - uri: where to.
    ///   - replacingExisting: whether another checkpoint there may be replaced.
    ///   - transfer: how to bring it there.
    /// - Returns: the checkpoint at that address.
    /// - Throws: `StateError` with `.alreadyExists` when something is there that must stay, `.cancelled`, or what else
    ///   went wrong, and where.
    @discardableResult
    public func upload(
        to uri: StorageURI, replacingExisting: Bool = false, by transfer: CheckpointTransfer = CheckpointTransfer()
    ) async throws(StateError) -> Checkpoint {
        if case .remote(let remote) = content {
            if remote.uri == uri { return self }
            let path = try await remote.enter()
            defer { remote.leave() }
            return try await Checkpoint(.directory(path)).upload(
                to: uri, replacingExisting: replacingExisting, by: transfer)
        }
        try StorageSchemes.require(uri)
        try await WaitingThread.run { isCancelled throws(StateError) in
            let storage = try StorageSchemes.storage(at: uri)
            guard uri.scheme != "file" else { return try writeWithParents("/\(uri.path)", replacingExisting) }
            try inDirectory { path throws(StateError) in
                try transfer.stopping(when: isCancelled).upload(
                    path, to: storage, replacingExisting: replacingExisting)
            }
        }
        return try Checkpoint(uri: uri)
    }

    /// Brings the checkpoint to a place in a storage; see the other `upload`.
    ///
    /// - Throws: `StateError` also for a text that is no address.
    @discardableResult
    public func upload(
        to text: String, replacingExisting: Bool = false, by transfer: CheckpointTransfer = CheckpointTransfer()
    ) async throws(StateError) -> Checkpoint {
        try await upload(to: StorageURI(text), replacingExisting: replacingExisting, by: transfer)
    }

    private func writeWithParents(_ path: String, _ replacingExisting: Bool) throws(StateError) {
        try LocalFile.makeDirectories(parentPath(of: path))
        try write(to: path, replacingExisting: replacingExisting)
    }
}

extension CheckpointTransfer {
    /// The same transfer, which also stops when somebody else says so.
    fileprivate func stopping(when isCancelled: @escaping @Sendable () -> Bool) -> CheckpointTransfer {
        var transfer = self
        let own = self.isCancelled
        transfer.isCancelled = { isCancelled() || own() }
        return transfer
    }
}
