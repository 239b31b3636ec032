public import ReinCheckpoints

extension TrainableDriver {
    /// Saves the trainable and what was counted to a directory, whole or not at all.
    ///
    /// The trainable's own files are those of the directory; a hidden one tells how far it was, and the checksums of all.
    /// With a remote folder the checkpoint is uploaded, too, under its name. Of a function it is the checkpoint that it
    /// reported last, with the counts of that time.
    ///
    /// - Parameters:
    ///   - path: the directory to make, and those above it; `checkpoint_000012` in the folder of the trainable when nil,
    ///     with the number of steps, where an earlier one of the same number is replaced.
    ///   - uploading: whether it is brought to the remote folder, if there is one.
    ///   - replacingExisting: whether a checkpoint at `path` may be replaced.
    ///   - synchronizing: whether to wait until everything is on the disk, so that it survives a power failure.
    /// - Returns: the checkpoint in its directory.
    /// - Throws: what the trainable throws, and `StateError` when it cannot be written or uploaded. What could not be
    ///   uploaded is on the disk.
    @discardableResult
    public func save(
        to path: String? = nil, uploading: Bool = true, replacingExisting: Bool = false, synchronizing: Bool = true
    ) async throws -> Checkpoint {
        try await working("save") {
            let place = try path ?? "\(folder())/\(Self.checkpointName(progressToSave.iterations))"
            try LocalFile.makeDirectories(parentPath(of: place))
            let saved = try await write(
                to: place, replacing: path == nil || replacingExisting, synchronizing: synchronizing)
            if let function { function.settle(saved) }
            if uploading, let remote = context.remoteFolder {
                try await upload(saved, named: lastComponent(of: place), to: remote)
            }
            return saved
        }
    }

    /// Saves the trainable and what was counted to memory.
    ///
    /// - Throws: what the trainable throws, and `StateError` for what cannot be saved.
    public func saveToObject() async throws -> Checkpoint {
        try await working("save") { try await inMemory() }
    }

    /// Removes a checkpoint that was saved, in the remote folder, too. One that is not there is no error.
    ///
    /// - Parameter path: its directory.
    /// - Throws: `StateError` when something else is there, and when it cannot be removed.
    public func deleteCheckpoint(_ path: String) throws(StateError) {
        if try LocalFile.exists(path) { try Checkpoint.remove(directory: path) }
        if let remote = context.remoteFolder {
            try transfer.remove(from: StorageSchemes.storage(at: remote.appending(lastComponent(of: path))))
        }
    }

    /// Writes models in the formats of others; see `Exporting`.
    ///
    /// - Parameters:
    ///   - formats: their names.
    ///   - directory: where to; the folder of the trainable when nil. It is made.
    /// - Returns: the path of each format's file or folder.
    /// - Throws: what the trainable throws, and `StateError` when it exports nothing.
    public func exportModel(
        _ formats: [String], to directory: String? = nil
    ) async throws -> [String: String] {
        try await working("export a model") {
            guard let exporting = trainable as? any Exporting else {
                throw StateError(
                    .unsupportedFormat, "exports no models: \(type(of: trainable)) is not Exporting",
                    path: definition.name)
            }
            let place = try directory ?? folder()
            try LocalFile.makeDirectories(place)
            return try await exporting.exportModel(formats: formats, to: place)
        }
    }

    /// The name of the directory of a checkpoint.
    static func checkpointName(_ iteration: Int) -> String {
        let digits = "\(iteration)"
        return "checkpoint_" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    /// How far the trainable was when what would be saved was made.
    var progressToSave: TrainableProgress { function == nil ? progress : progressOfReport ?? progress }

    var transfer: CheckpointTransfer {
        var transfer = CheckpointTransfer()
        transfer.timeLimit = context.transferLimit
        return transfer
    }

    func inMemory() async throws -> Checkpoint {
        var checkpoint = try await trainable.checkpoint()
        try checkpoint.setProgress(progressToSave.state)
        return checkpoint
    }

    private func write(
        to place: String, replacing: Bool, synchronizing: Bool
    ) async throws -> Checkpoint {
        let state = progressToSave.state
        if let trainable = trainable as? any DirectoryTrainable {
            return try await Checkpoint.makeDirectory(
                at: place, replacingExisting: replacing, synchronizing: synchronizing, progress: state
            ) { workspace in
                try await trainable.saveCheckpoint(to: workspace)
            }
        }
        if let path = function?.latest?.checkpoint?.path {
            try requireOutside(path, parentPath(of: place))
            let takesOver = function?.latest?.takesOver == true
            let saved = try await Checkpoint.makeDirectory(
                at: place, replacingExisting: replacing, synchronizing: synchronizing, progress: state
            ) { workspace in
                // What is taken over is there under both names until the checkpoint is complete, and lost in no case.
                try LocalFile.copyContents(of: path, to: workspace, sharing: takesOver)
            }
            if takesOver { LocalFile.removeTemporaryDirectory(path) }
            return saved
        }
        try await inMemory().write(to: place, replacingExisting: replacing, synchronizing: synchronizing)
        return try Checkpoint(directory: place)
    }

    /// Refuses a directory that contains the place of the checkpoint that it is to become.
    private func requireOutside(_ source: String, _ folder: String) throws(StateError) {
        guard let outer = try LocalFile.absolutePath(source), let inner = try LocalFile.absolutePath(folder),
            inner == outer || inner.hasPrefix(outer == "/" ? outer : outer + "/")
        else { return }
        throw StateError(
            .outOfRange, "contains \(folder), where its checkpoint is to be: report a directory of its own",
            path: source)
    }

    private func upload(_ saved: Checkpoint, named name: String, to remote: StorageURI) async throws {
        do throws(StateError) {
            _ = try await saved.upload(to: remote.appending(name), replacingExisting: true, by: transfer)
        } catch {
            throw StateError(
                error.code, "\(error.message); the checkpoint is in \(saved.path ?? name) and was not uploaded",
                path: error.path)
        }
    }
}
