import ReinCheckpoints

/// What a mirror has to do at a moment.
struct MirrorPlan {
    /// A file that is to be brought.
    struct File {
        let path: String
        let key: String
        let stamp: String
        /// Whether the moment is not complete without it.
        let isNeeded: Bool
    }

    /// The files to bring.
    private(set) var files: [File] = []
    /// What is to be deleted before, since it lies where something is to come that it does not belong to.
    private(set) var obstacles: [String] = []
    private var wanted: Set<String> = []
    private var staged: [String: String] = [:]

    /// The files that nothing depends on.
    var loose: [File] { files.filter { !$0.isNeeded } }

    /// Compares what is here with what is there.
    init(_ here: [FolderContents.File], _ mirror: FolderMirror) {
        var groups: [String: [(parts: [Substring], file: FolderContents.File)]] = [:]
        for file in here where file.path != ExperimentJournal.fileName && !MirrorPath.ownNames.contains(file.path) {
            let parts = MirrorPath.parts(file.path)
            if MirrorPath.store(parts) != nil { continue }
            if let (trial, _) = MirrorPath.staged(parts) {
                groups[trial, default: []].append((parts, file))
                continue
            }
            let checkpoint = MirrorPath.checkpoint(parts)
            // Only complete ones: others are being made, or are about to go.
            if let checkpoint, let store = mirror.stores[checkpoint.trial],
                !store.here.registered.contains(checkpoint.index)
            {
                continue
            }
            add(file, file.path, isNeeded: checkpoint != nil, mirror)
        }
        addStaged(groups, mirror)
        files = files.sorted(byBytesOf: \.key).sorted(byNumber: { $0.isNeeded ? 0 : 1 })
    }

    private mutating func add(_ file: FolderContents.File, _ key: String, isNeeded: Bool, _ mirror: FolderMirror) {
        wanted.insert(key)
        guard mirror.objects[key]?.stamp != file.stamp else { return }
        files.append(File(path: file.path, key: key, stamp: file.stamp, isNeeded: isNeeded))
    }

    /// What trials are about to take over: what belongs to the last complete moment stays until there is the next one.
    private mutating func addStaged(
        _ groups: [String: [(parts: [Substring], file: FolderContents.File)]], _ mirror: FolderMirror
    ) {
        guard !groups.isEmpty else { return }
        var there: [String: [String]] = [:]
        for key in mirror.objects.keys {
            if let (trial, name) = MirrorPath.staged(MirrorPath.parts(key)) {
                there["\(trial)/\(name)", default: []].append(key)
            }
        }
        for (trial, group) in groups.sorted(byBytesOf: \.key) {
            var name = mirror.staged[trial] ?? MirrorPath.stagedNames[0]
            func keys() -> Set<String> { Set(group.map { MirrorPath.renamed($0.parts, to: name) }) }
            if mirror.staged[trial] != nil {
                let isSame =
                    keys() == Set(there["\(trial)/\(name)"] ?? [])
                    && group.allSatisfy {
                        mirror.objects[MirrorPath.renamed($0.parts, to: name)]?.stamp == $0.file.stamp
                    }
                if !isSame { name = MirrorPath.stagedNames[name == MirrorPath.stagedNames[0] ? 1 : 0] }
            }
            let own = keys()
            obstacles += (there["\(trial)/\(name)"] ?? []).filter { !own.contains($0) }.sortedByBytes
            staged[trial] = name
            for (parts, file) in group { add(file, MirrorPath.renamed(parts, to: name), isNeeded: true, mirror) }
        }
    }

    /// What is there and belongs neither to the last moment nor to this one.
    func strangers(in mirror: FolderMirror) -> [String] {
        mirror.objects.filter { $0.value.settled == nil && !wanted.contains($0.key) }.keys.sortedByBytes
    }

    /// What is written down before it is done.
    func record(from mirror: FolderMirror, to journal: FileContent) -> MirrorRecord {
        var record = MirrorRecord(from: mirror.journal, to: journal)
        var changed = Set(files.map(\.key))
        for (key, object) in mirror.objects where object.content != object.settled || object.content == nil {
            changed.insert(key)
        }
        record.changes = changed.sorted(byBytesOf: \.self).map {
            MirrorRecord.Change(key: $0, before: mirror.objects[$0]?.settled)
        }
        record.removals = mirror.objects.keys.filter { !wanted.contains($0) }.sortedByBytes
        record.stores = mirror.stores.sorted(byBytesOf: \.key).compactMap { trial, store in
            guard store.there != store.here.journal || store.settled != store.here.journal else { return nil }
            return MirrorRecord.Store(trial: trial, before: store.settled, after: store.here.journal)
        }
        record.stagedBefore = mirror.staged
        record.stagedAfter = staged
        return record
    }
}
