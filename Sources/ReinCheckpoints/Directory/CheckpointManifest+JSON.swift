extension CheckpointManifest {
    /// The JSON text, the short entries first: a reader may stop before the long ones. The checksum comes last.
    var text: String {
        var map: StateMap = [
            "type": .string(kind.rawValue),
            "checkpoint_version": .string(version),
            "format": .string(format.rawValue),
            "state_file": .string(kind.stateFile(format)),
        ]
        if let reinVersion { map["rein_version"] = .string(reinVersion) }
        if kind == .algorithm { map["policy_ids"] = .list(policyIDs.map { .string($0.string) }) }
        if !replays.isEmpty {
            var entries = StateMap()
            for id in policyIDs {
                if let replay = replays[id] { entries.append(id.string, .string(replay.rawValue)) }
            }
            map["replay"] = .map(entries)
        }
        if let files {
            var records = StateMap()
            for file in files { records.append(file.path, file.tree) }
            map["files"] = .map(records)
        }
        if !added.isEmpty {
            map[Self.addedKey] = .map(StateMap(uniqueEntries: added.map { ($0.path, $0.tree) }))
        }
        return ManifestSeal.sealed(JSON.text(.map(map), pretty: true) + "\n")
    }

    /// Reads a whole manifest.
    ///
    /// - Throws: `StateError` when it is no manifest, is of a newer version, names a file outside of the layout, or is one of
    ///   ours and has other keys than those.
    init(_ reader: StateReader, head: ManifestHead) throws(StateError) {
        guard let kind = head.kind, let format = head.format else {
            throw reader.error(.malformed, "the manifest gives no type or no format")
        }
        try Self.requireKeys(reader, kind, format, version: head.version)
        self.kind = kind
        self.format = format
        version = head.version
        reinVersion = try reader.optionalChild("rein_version")?.string()
        policyIDs = []
        if kind == .algorithm, let ids = reader.optionalChild("policy_ids") {
            let names = try ids.list()
            policyIDs.reserveCapacity(names.count)
            for name in names {
                do { policyIDs.append(try PolicyID(try name.string())) } catch { throw error.nested(under: name.path) }
            }
            if let second = PolicyID.firstRepetition(in: policyIDs) {
                throw names[second].error(.malformed, "the id \"\(policyIDs[second])\" appears twice")
            }
        }
        replays = kind == .algorithm ? try Self.replays(reader.optionalChild("replay")) : [:]
        for (path, record) in try reader.optionalChild(Self.addedKey)?.map() ?? [] {
            guard Self.isAddition(path, to: kind) else {
                throw reader.error(.malformed, "\"\(path.shortened)\" is no file that can be added to a checkpoint")
            }
            added.append(try FileRecord(path: path, record))
        }
        guard let saved = reader.optionalChild("files") else { return }
        var records: [FileRecord] = []
        let entries = try saved.map()
        records.reserveCapacity(entries.count)
        for (path, record) in entries {
            guard Self.isInLayout(path, kind) else {
                throw reader.error(.malformed, "\"\(path.shortened)\" is no file of a checkpoint")
            }
            records.append(try FileRecord(path: path, record))
        }
        files = records
        indexFiles()
    }

    private static func replays(_ reader: StateReader?) throws(StateError) -> [PolicyID: Replay] {
        var replays: [PolicyID: Replay] = [:]
        for (key, value) in try reader?.map() ?? [] {
            let id: PolicyID
            do { id = try PolicyID(key) } catch { throw value.error(error.code, error.message) }
            guard let replay = Replay(rawValue: try value.string()) else {
                throw value.error(.outOfRange, "a replay is \"included\" or \"omitted\"")
            }
            replays[id] = replay
        }
        return replays
    }

    /// Whether a path is one inside of the checkpoint, and none of those that it is made of.
    private static func isAddition(_ path: String, to kind: CheckpointDirectory.Kind) -> Bool {
        var parts = path.parts(between: "/")
        if parts.count > 1, parts.last == "" { parts.removeLast() }
        return parts.allSatisfy(FileName.isPossible) && !kind.names.contains(parts[0])
    }

    /// Whether a path is one of those that checkpoints are made of.
    private static func isInLayout(_ path: String, _ kind: CheckpointDirectory.Kind) -> Bool {
        let parts = path.parts(between: "/")
        switch (kind, parts.count) {
        case (_, 1): return CheckpointFormat.allCases.contains { path == kind.stateFile($0) }
        case (.policy, 2): return parts[0] == CheckpointDirectory.modelFolder && ModelFile.isPossible(parts[1])
        case (.algorithm, 2):
            return parts[0] == CheckpointDirectory.replayFolder
                && CheckpointFormat.allCases.contains { format in
                    let ending = ".\(format.fileExtension)"
                    return parts[1].hasSuffix(ending) && PolicyID.isValid(String(parts[1].dropLast(ending.count)))
                }
        case (.algorithm, 3):
            return parts[0] == CheckpointDirectory.policiesFolder && policyFileNames.contains(parts[2])
                && PolicyID.isValid(parts[1])
        case (.algorithm, 4):
            return parts[0] == CheckpointDirectory.policiesFolder && parts[2] == CheckpointDirectory.modelFolder
                && PolicyID.isValid(parts[1]) && ModelFile.isPossible(parts[3])
        default: return false
        }
    }

    /// The names of the files in the folder of a policy.
    private static let policyFileNames =
        [fileName] + CheckpointFormat.allCases.map { CheckpointDirectory.Kind.policy.stateFile($0) }
}

extension CheckpointManifest.FileRecord {
    /// The record's entry in the manifest.
    fileprivate var tree: StateTree {
        var map: StateMap = ["size": .int(Int64(size)), "sha256": .string(sha256)]
        if !tensors.isEmpty {
            var sums = StateMap()
            for (name, sum) in tensors { sums.append(name, .string(sum)) }
            map["tensors"] = .map(sums)
        }
        return .map(map)
    }

    fileprivate init(path: String, _ reader: StateReader) throws(StateError) {
        self.path = path
        if case .map(let map) = reader.tree, map.count == 2, case .int(let size)? = map["size"],
            case .string(let sha256)? = map["sha256"], let size = Int(exactly: size)
        {
            self.size = size
            self.sha256 = sha256
            return
        }
        try reader.expectKeys(CheckpointManifest.recordKeys)
        size = try reader.int("size")
        sha256 = try reader.string("sha256")
        for (name, sum) in try reader.optionalChild("tensors")?.map() ?? [] {
            tensors.append((name, try sum.string()))
        }
    }
}

/// The short entries at the beginning of a manifest, which can be read in constant time however many policies follow.
struct ManifestHead {
    /// Nil when the manifest gives none.
    var kind: CheckpointDirectory.Kind?
    var version: String
    /// Nil when the manifest gives none.
    var format: CheckpointFormat?

    /// Reads the head from a whole manifest or from the beginning of one.
    ///
    /// - Throws: `StateError` when the checkpoint is of another version, or is pickled.
    init(_ reader: StateReader) throws(StateError) {
        version = try reader.optionalChild("checkpoint_version")?.string() ?? "1.0"
        switch version.parts(between: ".").first.flatMap(\.wholeNumber) {
        case 1?: break
        case let major? where major > 1:
            throw reader.error(
                .unsupportedVersion,
                "checkpoint_version \"\(version.shortened)\" is newer than this Rein \(ReinVersion.current), which "
                    + "reads 1.x: it takes a newer Rein. Of what RLlib's new API stack wrote, RLlibModule reads the "
                    + "weights in learner_group/learner/rl_module")
        case 0?:
            throw reader.error(
                .unsupportedVersion, "checkpoint_version \"\(version.shortened)\" is too old; 1.x is read")
        default:
            throw reader.error(.malformed, "checkpoint_version \"\(version.shortened)\" is not of the form 1.1")
        }
        if let type = try reader.optionalChild("type")?.string() {
            guard let kind = CheckpointDirectory.Kind(rawValue: type) else {
                throw reader.error(
                    .unsupportedFormat, "unknown type \"\(type.shortened)\"; known are Algorithm, Policy")
            }
            self.kind = kind
        }
        if let name = try reader.optionalChild("format")?.string() {
            if name == "cloudpickle" { throw Self.pickleRefusal(kind).nested(under: reader.path) }
            guard let format = CheckpointFormat(rawValue: name) else {
                throw reader.error(
                    .unsupportedFormat, "unknown format \"\(name.shortened)\"; known are native, msgpack")
            }
            self.format = format
        }
    }

    /// Reads the head of the JSON text of a manifest: the entries before the first list or map, if type, version and
    /// format are among them, the whole otherwise.
    init(_ text: StateBytes, path: String) throws(StateError) {
        let entries: StateMap
        do {
            entries = try text.withUnsafeBytes { text throws(StateError) in
                var parser = JSONParser(bytes: text, maximumDepth: StateTree.maximumDepth)
                return try parser.leadingScalars()
            }
        } catch {
            throw error.nested(under: path)
        }
        let isComplete = ["type", "checkpoint_version", "format"].allSatisfy { entries[$0] != nil }
        if isComplete {
            try self.init(StateReader(.map(entries), path: path))
        } else {
            try self.init(StateReader(try Self.whole(text, path: path), path: path))
        }
    }

    /// Reads the head of the manifest in a directory, and no more than a page of it if that will do.
    ///
    /// - Returns: the head, and the whole text if it was read; nil when there is no manifest.
    static func read(in directory: borrowing Directory) throws(StateError) -> (head: ManifestHead, text: StateBytes?)? {
        let name = CheckpointManifest.fileName
        let path = "\(directory.path)/\(name)"
        guard let file = try directory.existingFile(name) else { return nil }
        let start = try file.beginning(limit: 4096)
        if start.count == file.size {
            _ = try ManifestSeal.check(start, path: path)
            return (try ManifestHead(start, path: path), start)
        }
        if let head = try? ManifestHead(start, path: path) { return (head, nil) }
        let text = try file.bytes(limit: CheckpointManifest.sizeLimit)
        _ = try ManifestSeal.check(text, path: path)
        return (try ManifestHead(text, path: path), text)
    }

    /// The text of the manifest in a directory.
    static func text(in directory: borrowing Directory) throws(StateError) -> StateBytes {
        try directory.read(CheckpointManifest.fileName, limit: CheckpointManifest.sizeLimit)
    }

    /// The whole tree of a manifest.
    static func whole(_ text: StateBytes, path: String) throws(StateError) -> StateTree {
        do {
            return try text.withUnsafeBytes { text throws(StateError) in try JSON.parse(text) }
        } catch {
            throw error.nested(under: path)
        }
    }

    /// The error for a checkpoint that consists of pickles.
    static func pickleRefusal(_ kind: CheckpointDirectory.Kind?) -> StateError {
        let function = kind == .policy ? "convert_to_msgpack_policy_checkpoint" : "convert_to_msgpack_checkpoint"
        return StateError(
            .unsupportedFormat,
            "the checkpoint is a Python pickle, which is never opened; convert it where RLlib is installed: "
                + "python -c 'from ray.rllib.utils.checkpoints import \(function); "
                + "\(function)(\"SOURCE\", \"DESTINATION\")'")
    }
}
