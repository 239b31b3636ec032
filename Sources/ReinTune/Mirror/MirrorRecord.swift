import ReinCheckpoints

/// What is on its way to the place of an experiment: the object `.rein_mirror.json`, which is written before anything else
/// is, so that whoever finds an upload that was cut off can tell what belongs together.
///
/// The journal of the experiment decides: as long as it is the one before, everything is as it was before; with the next
/// one, everything is as it was then.
struct MirrorRecord: Sendable, Equatable {
    /// The object.
    static let key = ".rein_mirror.json"
    private static let sizeLimit = 1 << 28
    private static let version: Int64 = 1

    /// A file that is brought.
    struct Change: Sendable, Equatable {
        var key: String
        /// What was there before; nil when nothing was.
        var before: FileContent?
    }

    /// The journal of a trial's checkpoints.
    struct Store: Sendable, Equatable {
        var trial: String
        /// What it said before; nil when there was none.
        var before: String?
        var after: String
    }

    /// The journal of the experiment before; nil when there was none.
    var journalBefore: FileContent?
    /// The next one.
    var journalAfter: FileContent
    /// The files that are brought.
    var changes: [Change] = []
    /// What is deleted in the end.
    var removals: [String] = []
    /// The journals of checkpoints that differ.
    var stores: [Store] = []
    /// By the folders of trials, under which name lies what they are about to take over.
    var stagedBefore: [String: String] = [:]
    /// The same in the end.
    var stagedAfter: [String: String] = [:]

    /// The record in a storage; nil when there is none.
    ///
    /// - Throws: `StateError` when it cannot be read, or says what no record says.
    init?(in storage: any Storage, by deadline: StorageDeadline) throws(StateError) {
        let path = storage.uri.path(of: Self.key)
        do throws(StateError) {
            let bytes = try storage.read(Self.key, limit: Self.sizeLimit, by: deadline)
            try self.init(StateReader(JSON.parse(bytes), path: path))
        } catch {
            if error.code == .notFound { return nil }
            throw error.path.isEmpty ? error.nested(under: path) : error
        }
    }

    /// Makes a record of nothing but journals.
    init(from before: FileContent?, to after: FileContent) {
        journalBefore = before
        journalAfter = after
    }

    /// Writes it.
    ///
    /// - Throws: `StateError` when that fails, or when it is longer than what is read.
    func write(to storage: any Storage, by deadline: StorageDeadline) throws(StateError) {
        let text = Array((JSON.text(tree) + "\n").utf8)
        guard text.count <= Self.sizeLimit else {
            throw StateError(.outOfRange, "there are too many changes at once", path: storage.uri.place)
        }
        try storage.write(StorageContents(text), to: Self.key, by: deadline)
    }
}

extension MirrorRecord {
    private var tree: StateTree {
        [
            "version": .int(Self.version), "journal_before": journalBefore?.tree ?? .null,
            "journal_after": journalAfter.tree,
            "changes": .list(changes.map { [.string($0.key), $0.before?.tree ?? .null] }),
            "removals": .list(removals.map { .string($0) }),
            "stores": .list(
                stores.map { [.string($0.trial), $0.before.map { .string($0) } ?? .null, .string($0.after)] }),
            "staged_before": Self.tree(stagedBefore), "staged_after": Self.tree(stagedAfter),
        ]
    }

    private static func tree(_ staged: [String: String]) -> StateTree {
        .list(staged.sorted(byBytesOf: \.key).map { [.string($0.key), .string($0.value)] })
    }

    private init(_ reader: StateReader) throws(StateError) {
        guard try reader.child("version").int64() == Self.version else {
            throw try reader.child("version").error(.unsupportedVersion, "expected \(Self.version)")
        }
        journalBefore = try FileContent(optional: reader.child("journal_before"))
        let after = try reader.child("journal_after")
        guard let content = try FileContent(optional: after) else { throw after.error(.missingKey, "is nothing") }
        journalAfter = content
        for change in try reader.list("changes") {
            let parts = try change.parts(2)
            changes.append(Change(key: try parts[0].string(), before: try FileContent(optional: parts[1])))
        }
        for removal in try reader.list("removals") { removals.append(try removal.string()) }
        for store in try reader.list("stores") {
            let parts = try store.parts(3)
            let before = parts[1].tree == .null ? nil : try parts[1].string()
            stores.append(Store(trial: try parts[0].folderName(), before: before, after: try parts[2].string()))
        }
        stagedBefore = try Self.staged(reader.list("staged_before"))
        stagedAfter = try Self.staged(reader.list("staged_after"))
    }

    private static func staged(_ list: StateReader.Elements) throws(StateError) -> [String: String] {
        var staged: [String: String] = [:]
        for entry in list {
            let parts = try entry.parts(2)
            staged[try parts[0].folderName()] = try parts[1].string()
        }
        return staged
    }
}

extension FileContent {
    /// The content as data.
    fileprivate var tree: StateTree { [.int(Int64(size)), .string(sha256)] }

    /// Reads what `tree` made; nil for null.
    fileprivate init?(optional reader: StateReader) throws(StateError) {
        if reader.tree == .null { return nil }
        let parts = try reader.parts(2)
        let size = try parts[0].int()
        guard size >= 0 else { throw parts[0].error(.outOfRange, "the size \(size) is negative") }
        self.init(size: size, sha256: try parts[1].string())
    }
}

extension StateReader {
    fileprivate func parts(_ count: Int) throws(StateError) -> Elements {
        let parts = try list()
        guard parts.count == count else { throw error(.malformed, "expected \(count) parts") }
        return parts
    }

    /// The name of a folder in that of an experiment.
    fileprivate func folderName() throws(StateError) -> String {
        let name = try string()
        try StorageKey.check(name, in: path)
        guard !name.utf8.contains(UInt8(ascii: "/")) else { throw error(.malformed, "is no name of a folder") }
        return name
    }
}
