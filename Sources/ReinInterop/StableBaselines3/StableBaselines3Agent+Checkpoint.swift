public import ReinCheckpoints

extension StableBaselines3Agent {
    /// Opens an agent that is a checkpoint: the bytes of the zip file, a folder in which it was unpacked, or one in which
    /// it is the only zip file. One that lies in a storage has to be downloaded first.
    ///
    ///     let agent = try StableBaselines3Agent(restoring: Checkpoint(bytes: download))
    ///     let inference = PolicyInference(agent.policy, rows: 32)
    ///
    /// - Parameters:
    ///   - checkpoint: the checkpoint.
    ///   - normalization: the file that `VecNormalize.save` wrote; see `init(opening:normalization:)`.
    /// - Throws: `StateError` as there, and when the checkpoint is of something else or has several zip files.
    public init(restoring checkpoint: Checkpoint, normalization: String? = nil) throws(StateError) {
        self = try checkpoint.inDirectory { path throws(StateError) in
            try StableBaselines3Agent(directory: path, normalization: normalization)
        }
    }

    /// Whether the zip file of an agent was unpacked in a directory.
    ///
    /// - Throws: `StateError` when it cannot be listed.
    package static func isUnpacked(in directory: String) throws(StateError) -> Bool {
        AgentArchive.requiredNames.allSatisfy(try LocalFile.names(in: directory).contains)
    }

    private init(directory path: String, normalization: String?) throws(StateError) {
        let names = try LocalFile.names(in: path)
        guard try !Self.isUnpacked(in: path) else {
            var files = FileTree()
            for name in AgentArchive.names where names.contains(name) {
                let bytes = try LocalFile.read("\(path)/\(name)", limit: AgentArchive.tensorsLimit)
                try files.insert(StateBytes(sharing: bytes), at: name)
            }
            let archive = try ZipArchive(StateBytes(sharing: files.archive()))
            let statistics = try normalization.map { path throws(StateError) in
                try StableBaselines3Normalization(opening: path)
            }
            do { try self.init(archive, statistics) } catch { throw error.nested(under: path) }
            return
        }
        let archives = names.filter { $0.hasSuffix(".zip") }
        guard let name = archives.first else {
            throw StateError(
                .notFound,
                "holds no agent of Stable-Baselines3: neither \"data\" and \"policy.pth\" nor a zip file", path: path)
        }
        guard archives.count == 1 else {
            let list = archives.prefix(8).map { "\"\($0.shortened)\"" }.joined(separator: ", ")
            throw StateError(
                .malformed, "holds \(archives.count) zip files, of which none is meant; open one of \(list)", path: path
            )
        }
        try self.init(opening: "\(path)/\(name)", normalization: normalization)
    }
}
