extension FileTree {
    /// What the file of progress holds; nil when there is none.
    ///
    /// - Throws: `StateError` that names it when it is damaged.
    func progressFile() throws(StateError) -> ProgressFile? {
        let name = CheckpointLayout.progressFile
        switch self[name] {
        case .file(let bytes)?: return try ProgressFile(reading: bytes, path: name)
        case .folder?: throw StateError(.malformed, "is a directory, not a file", path: name)
        case nil: return nil
        }
    }

    /// Puts the file of progress beside the others.
    ///
    /// - Parameters:
    ///   - progress: what it holds; there is none when nil.
    ///   - isListing: whether it lists the others, which no manifest does.
    /// - Throws: `StateError` with the place of a tensor.
    mutating func setProgress(_ progress: StateMap?, listingFiles isListing: Bool = true) throws(StateError) {
        let name = CheckpointLayout.progressFile
        guard let progress else {
            self[name] = nil
            return
        }
        let files = isListing ? FileList(of: self) { !CheckpointLayout.isListed($0) } : nil
        self[name] = .file(StateBytes(sharing: try ProgressFile(progress, files: files).bytes()))
    }
}

extension CheckpointWriter {
    /// Adds the file of progress, which lists all files that have been added.
    ///
    /// - Throws: `StateError` with the place of a tensor, or when it cannot be written.
    func add(progress: StateMap?) throws(StateError) {
        guard let progress else { return }
        let files = FileList(added.filter { CheckpointLayout.isListed($0.path) })
        try place.workspace.write(ProgressFile(progress, files: files).bytes(), to: CheckpointLayout.progressFile)
        try reached(.fileWritten)
    }
}
