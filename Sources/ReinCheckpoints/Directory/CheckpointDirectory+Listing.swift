/// What lies in the directory of a checkpoint, compared with what its manifest lists. Other programs list nothing, and may
/// add what they like.
extension CheckpointDirectory {
    /// Checks that the folders of an algorithm hold no policies and no replay but those of the manifest.
    ///
    /// - Throws: `StateError` that names what is not listed.
    func requireListedFolders(
        _ manifest: CheckpointManifest, _ directory: borrowing Directory
    ) throws(StateError) {
        guard manifest.files != nil else { return }
        if let policies = try directory.existingDirectory(Self.policiesFolder) {
            let known = KeyList(manifest.policyIDs.map(\.string))
            if let name = try policies.names().first(where: { !known.contains($0) }) {
                throw StateError(.malformed, "the policy is not in the manifest", path: "\(policies.path)/\(name)")
            }
        }
        if let replay = try directory.existingDirectory(Self.replayFolder) {
            let included = manifest.policyIDs.filter { manifest.replays[$0] == .included }
            let known = KeyList(included.map { Self.replayFile(of: $0, format) })
            if let name = try replay.names().first(where: { !known.contains($0) }) {
                throw StateError(.malformed, "the manifest does not list the file", path: "\(replay.path)/\(name)")
            }
        }
    }

    /// Checks that nothing lies in a directory but the files of its checkpoint.
    ///
    /// - Throws: `StateError` that names what does not belong there.
    static func requireNoStrangers(
        in directory: borrowing Directory, _ kind: Kind, _ manifest: CheckpointManifest
    ) throws(StateError) {
        guard manifest.files != nil else { return }
        let folders = kind == .algorithm ? [policiesFolder, replayFolder] : []
        let known = folders + [CheckpointManifest.fileName, kind.stateFile(manifest.format)]
        let added = try AddedFiles(manifest.added + manifest.modelRecords)
        for name in try directory.names() where !known.contains(name) {
            guard added.contains(name) else {
                throw StateError(.malformed, "is no file of the checkpoint", path: "\(directory.path)/\(name)")
            }
        }
        try added.verify(in: directory)
    }

    /// Checks that there is no replay of a policy that the manifest says nothing of, or says is left out.
    func requireNoReplay(of id: PolicyID, _ manifest: CheckpointManifest) throws(StateError) {
        guard manifest.files != nil else { return }
        let place = Self.replayPath(of: id, format)
        let directory = try Directory(opening: path)
        let folder = try directory.existingDirectory(Self.replayFolder)
        let isThere = try folder?.contains(Self.replayFile(of: id, format)) ?? false
        guard !isThere, manifest.record(of: place) == nil else {
            throw StateError(
                .malformed, "the manifest does not say that the checkpoint includes the replay",
                path: "\(path)/\(place)")
        }
    }
}
