/// Reads a checkpoint whose files lie in memory, from a temporary directory that goes with this object.
final class TemporarySource: CheckpointSource {
    private let copy: TemporaryCopy
    private let base: DirectorySource

    /// Writes the directory, unless somebody works in it already.
    ///
    /// - Throws: `StateError` when that fails, and when the files are no checkpoint of an algorithm or a policy.
    init(_ checkpoint: Checkpoint) throws(StateError) {
        let copy = checkpoint.copy
        let path = try copy.enter { path throws(StateError) in try checkpoint.write(to: path, synchronizing: false) }
        do {
            base = DirectorySource(try CheckpointDirectory(opening: path))
        } catch {
            copy.leave()
            throw error
        }
        self.copy = copy
    }

    deinit { copy.leave() }

    var path: String { MemorySource.name }
    var kind: CheckpointDirectory.Kind { base.kind }
    var manifest: CheckpointManifest { get throws(StateError) { try base.manifest } }
    func algorithmState() throws(StateError) -> StateTree { try base.algorithmState() }
    func policyState(_ id: PolicyID?) throws(StateError) -> StateTree { try base.policyState(id) }
    func replayState(_ id: PolicyID) throws(StateError) -> ReplayState { try base.replayState(id) }
    func modelFiles(of id: PolicyID?) throws(StateError) -> [ModelFile] {
        // The directory may be gone when somebody asks for the bytes.
        var files: [ModelFile] = []
        for file in try base.modelFiles(of: id) { files.append(try file.inMemory()) }
        return files
    }
    func location(of id: PolicyID?) -> String { base.location(of: id) }
}
