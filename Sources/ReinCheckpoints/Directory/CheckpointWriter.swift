import Synchronization

/// Puts a checkpoint together in a hidden directory and gives it its name when it is complete.
final class CheckpointWriter {
    private let format: CheckpointFormat
    let place: NewDirectory
    let earlier: EarlierCheckpoint?
    private var policyIDs: [PolicyID] = []
    private var replays: [PolicyID: CheckpointManifest.Replay] = [:]
    private var records: [CheckpointManifest.FileRecord] = []
    /// The files of somebody else's that have been added.
    private(set) var added: [CheckpointManifest.FileRecord] = []
    private let tryingToClone = Atomic(CheckpointWriter.clonesFiles)

    /// Makes the hidden directory.
    ///
    /// - Parameters:
    ///   - path: the checkpoint's directory to be.
    ///   - format: the kind of state files.
    ///   - replacingExisting: whether a checkpoint at `path` may be replaced.
    ///   - earlier: a checkpoint to share files with, if it can be done.
    /// - Throws: `StateError` with `.alreadyExists` when the place.destination is taken by something that must stay.
    @inline(never)  // Once for its many callers, to whom a call is nothing.
    init(
        to path: String, format: CheckpointFormat, replacingExisting: Bool, sharingWith earlier: String? = nil
    ) throws(StateError) {
        self.format = format
        place = try NewDirectory(at: path, replacing: replacingExisting ? .allowed : .refused)
        self.earlier = if let earlier { EarlierCheckpoint(opening: earlier, format: format) } else { nil }
    }

    /// Fills the checkpoint, closes it and gives it its name. After an error nothing is left.
    func run(
        synchronizing: Bool, _ fill: (CheckpointWriter) throws(StateError) -> Void
    ) throws(StateError) {
        try place.make(synchronizing: synchronizing) { _ throws(StateError) in try fill(self) }
    }

    /// The files of one policy.
    private struct PolicyFiles {
        var records: [CheckpointManifest.FileRecord] = []
        var replay: CheckpointManifest.Replay?
    }

    /// Adds policies, each in its folder, and the replays of those that have one.
    ///
    /// - Parameters:
    ///   - ids: the policies, in the order of the manifest.
    ///   - executor: how their files are written: one policy after another, or several at a time.
    ///   - contents: the state and the replay of the policy at a position in `ids`.
    /// - Throws: the error of the first policy, in their order, among those that had one.
    func addPolicies(
        _ ids: [PolicyID], by executor: LoopExecutor,
        _ contents: (Int) throws(StateError) -> PolicyContents
    ) throws(StateError) {
        try PolicyID.requireDistinct(ids, path: place.destination)
        guard !ids.isEmpty else { return }
        let folder = try place.workspace.makeDirectory(CheckpointDirectory.policiesFolder)
        let written = try executor.map(ids.count) { index throws(StateError) in
            let contents = try contents(index)
            var files = try writePolicy(ids[index], contents, in: folder)
            try writeReplay(ids[index], contents.replay, into: &files)
            return files
        }
        policyIDs = ids
        for (id, files) in zip(ids, written) {
            records += files.records
            replays[id] = files.replay
        }
    }

    /// Writes a policy in a folder of its own. May run beside others.
    private func writePolicy(
        _ id: PolicyID, _ contents: PolicyContents, in policies: borrowing Directory
    ) throws(StateError) -> PolicyFiles {
        let folder = try policies.makeDirectory(id.string)
        let prefix = "\(CheckpointDirectory.policiesFolder)/\(id)/"
        let name = CheckpointDirectory.Kind.policy.stateFile(format)
        let written = try write(contents.state, name, to: folder, listedAs: prefix + name)
        try reached(.fileWritten)
        let models = try writeModels(contents.models, to: folder, below: prefix, ofSamePolicy: written.isShared)
        let manifestPlace = prefix + CheckpointManifest.fileName
        let isSame =
            written.isShared && models.allSatisfy(\.isShared) && earlier?.modelCount(of: id) == models.count
        var record = written.record
        var manifest = isSame ? share(manifestPlace, CheckpointManifest.fileName, in: folder) : nil
        if manifest == nil {
            record.path = name
            if record.tensors.isEmpty { record.tensors = TreeMarkup.tensorChecksums(contents.state.tree) }
            let files = [record] + models.map { $0.record.withPath(String($0.record.path.dropFirst(prefix.count))) }
            let text = Array(CheckpointManifest(kind: .policy, format: format, files: files).text.utf8)
            try folder.write(text, to: CheckpointManifest.fileName)
            record = record.withPath(prefix + name)
            record.tensors = []
            manifest = .init(path: manifestPlace, size: text.count, sha256: Checksum.hexadecimal(text))
        }
        try reached(.fileWritten)
        var files = PolicyFiles()
        files.records = [record] + [manifest].compactMap(\.self) + models.map(\.record)
        return files
    }

    /// Writes the replay of a policy, or notes that it is left out. May run beside others.
    private func writeReplay(_ id: PolicyID, _ replay: ReplayState, into files: inout PolicyFiles) throws(StateError) {
        switch replay {
        case .none: return
        case .omitted: files.replay = .omitted
        case .included(let state):
            let folder = try place.workspace.newOrExistingDirectory(CheckpointDirectory.replayFolder)
            let place = CheckpointDirectory.replayPath(of: id, format)
            let name = CheckpointDirectory.replayFile(of: id, format)
            files.records.append(try write(StateFile(state), name, to: folder, listedAs: place).record)
            try reached(.fileWritten)
            files.replay = .included
        }
    }

    /// Adds files and folders of somebody else's.
    ///
    /// - Throws: `StateError` that names the one that cannot be written.
    func add(_ tree: FileTree) throws(StateError) {
        try tree.write(into: place.workspace) { path, size, sha256 throws(StateError) in
            added.append(.init(path: path, size: size, sha256: sha256))
            try reached(.fileWritten)
        }
    }

    /// Adds the files by which other programs run the policy that the checkpoint is of.
    ///
    /// - Throws: `StateError` that names the one that cannot be made, read or written.
    func addModels(_ models: [ModelFile]) throws(StateError) {
        records += try writeModels(models, to: place.workspace, below: "", ofSamePolicy: false).map(\.record)
    }

    /// Adds the state of the whole and, last of all, the manifest.
    func addState(_ state: StateFile, _ kind: CheckpointDirectory.Kind) throws(StateError) {
        let name = kind.stateFile(format)
        records.insert(try write(state, name, to: place.workspace, listedAs: name).record, at: 0)
        try reached(.fileWritten)
        let manifest = CheckpointManifest(
            kind: kind, format: format, policyIDs: policyIDs, replays: replays, files: records, added: added)
        try place.workspace.write(Array(manifest.text.utf8), to: CheckpointManifest.fileName)
        try reached(.fileWritten)
    }

    /// Writes a file, or shares that of the earlier checkpoint at the same place if it is the same.
    ///
    /// - Returns: its record, with the checksums of tensors unless it is the shared state of a policy.
    private func write(
        _ state: StateFile, _ name: String, to directory: borrowing Directory, listedAs place: String
    ) throws(StateError) -> (record: CheckpointManifest.FileRecord, isShared: Bool) {
        if let (record, file) = earlier?.file(place), isSame(state, as: file), share(file, as: name, in: directory) {
            return (record, true)
        }
        let file = try directory.create(name)
        do {
            try format.encode(state, to: file)
        } catch {
            // An error of the state names a place in it; one of the disk the file, and no place.
            if let failure = file.failure { throw failure }
            throw error.nested(under: "\(directory.path)/\(name)")
        }
        let written = try file.finish()
        let record = CheckpointManifest.FileRecord(
            path: place, size: written.size, sha256: written.sha256,
            tensors: TreeMarkup.tensorChecksums(state.tree))
        return (record, false)
    }

    /// Whether the file of a state would be the same as an earlier one, and that one is still what was written.
    private func isSame(_ state: StateFile, as file: EarlierFile) -> Bool {
        let sink = ComparingSink(file)
        // What is wrong with the state itself shows when it is written.
        guard (try? format.encode(state, to: sink)) != nil else { return false }
        return sink.isSame()
    }

    /// Shares a small file of the earlier checkpoint without looking at what would be written.
    ///
    /// - Returns: its record, nil when it cannot be shared.
    func share(
        _ place: String, _ name: String, in directory: borrowing Directory
    ) -> CheckpointManifest.FileRecord? {
        guard let (record, file) = earlier?.file(place), file.isAsRecorded, share(file, as: name, in: directory) else {
            return nil
        }
        return record
    }

    /// Gives a directory the file of the earlier checkpoint; false when that cannot be done.
    private func share(_ file: EarlierFile, as name: String, in directory: borrowing Directory) -> Bool {
        if tryingToClone.load(ordering: .relaxed) {
            if directory.clone(file, as: name) { return true }
            // Most file systems cannot; one try is enough to know.
            tryingToClone.store(false, ordering: .relaxed)
        }
        return directory.link(file, as: name)
    }
}
