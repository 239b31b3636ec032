/// What a store of checkpoints has done and is about to do, written down before it is done: the file
/// `.checkpoints.jsonl` in its folder. A process that is killed in the middle of a line leaves the file as if the line had
/// not been begun.
///
///     {"begun":3}
///     {"registered":3,"metrics":{"score":0.5}}
///     {"removed":[1]}
///     {"gone":[1]}
struct CheckpointJournal {
    /// A line.
    enum Entry {
        /// A checkpoint is about to be made.
        case begun(Int)
        /// It is complete, and was made after a result.
        case registered(Int, metrics: StateTree)
        /// These are no longer among those that stay, and are to be deleted.
        case removed([Int])
        /// There are no folders of these any more.
        case gone([Int])
    }

    /// What all lines come to.
    struct Contents {
        /// The checkpoints that stay, with their metrics.
        var metrics = Table<Int, StateTree>()
        /// Those that were begun and not completed, or removed and perhaps not deleted.
        var pending = KeyList<Int>()
        /// The highest index that was ever used; −1 when none was.
        var highest = -1
        /// The number of lines.
        var lineCount = 0
    }

    /// The name of the file.
    static let fileName = ".checkpoints.jsonl"

    private let path: String
    private var file: LineFile

    /// Opens the journal of a folder and makes it when there is none. The folder must be locked.
    ///
    /// - Parameter contents: gets what it says.
    /// - Throws: `StateError` when it cannot be read or written, or that names the line that is damaged.
    init(in folder: String, _ contents: inout Contents) throws(StateError) {
        path = "\(folder)/\(Self.fileName)"
        if try LocalFile.exists(path) {
            // The line that a killed process did not end.
            try LineFile.keepLines(of: path) { _, _ in true }
            contents = try Self.read(path)
        }
        file = try LineFile(appendingTo: path)
    }

    /// What the lines of a journal come to. One that does not end is left out.
    ///
    /// - Throws: `StateError` when it cannot be read, or that names the line that is damaged.
    static func read(_ path: String) throws(StateError) -> Contents {
        var contents = Contents()
        var reader = try LineReader(opening: path, limit: LineFile.lineLimit)
        while let line = try reader.next() {
            guard reader.isWhole else { continue }
            do throws(StateError) {
                let entry = try entry(line)
                // An index that stays would be taken for one whose making was interrupted, and deleted.
                if case .begun(let index) = entry, index <= contents.highest {
                    throw StateError(.malformed, "begins checkpoint \(index), which was used before")
                }
                contents.apply(entry)
            } catch {
                throw error.nested(under: "\(path), line \(reader.count)")
            }
        }
        return contents
    }

    /// Adds a line.
    ///
    /// - Throws: `StateError` when it cannot be written, and no part of it is, or when there is a tensor among the metrics.
    func append(_ entry: Entry) throws(StateError) { try file.append(Self.line(entry)) }

    /// Waits until all lines are on the disk.
    ///
    /// - Throws: `StateError` when the system refuses.
    func synchronize() throws(StateError) { try file.synchronize() }

    /// Replaces the journal by a shorter one that comes to the same.
    ///
    /// - Throws: `StateError` when that fails; the old one is then still there.
    mutating func rewrite(_ contents: Contents) throws(StateError) {
        var lines = contents.highest < 0 ? [] : [try Self.line(.begun(contents.highest))]
        let isLastOpen = contents.pending.contains(contents.highest)
        if contents.highest >= 0, !isLastOpen { lines.append(try Self.line(.gone([contents.highest]))) }
        for index in contents.metrics.keys.ascending {
            lines.append(try Self.line(.registered(index, metrics: contents.metrics[index] ?? .null)))
        }
        if !contents.pending.isEmpty { lines.append(try Self.line(.removed(contents.pending.keys.ascending))) }
        try LocalFile.replace(path, with: lines.map { $0 + "\n" }.joined())
        file = try LineFile(appendingTo: path)
    }

    @inline(never)
    private static func line(_ entry: Entry) throws(StateError) -> String { try TreeLine.text(of: entry.tree) }

    private static func entry(_ line: [UInt8]) throws(StateError) -> Entry {
        try Entry(StateReader(TreeLine.tree(in: line)))
    }
}

extension CheckpointJournal.Entry {
    /// The line as data.
    fileprivate var tree: StateTree {
        func list(_ indices: [Int]) -> StateTree { .list(indices.map { .int(Int64($0)) }) }
        return switch self {
        case .begun(let index): ["begun": .int(Int64(index))]
        case .registered(let index, let metrics): ["registered": .int(Int64(index)), "metrics": metrics]
        case .removed(let indices): ["removed": list(indices)]
        case .gone(let indices): ["gone": list(indices)]
        }
    }

    /// Reads what `tree` made.
    ///
    /// - Throws: `StateError` for anything else.
    fileprivate init(_ reader: StateReader) throws(StateError) {
        func index(_ reader: StateReader) throws(StateError) -> Int {
            let index = try reader.int()
            guard CheckpointName.index(in: CheckpointName.name(index)) == index else {
                throw reader.error(.outOfRange, "is no index of a checkpoint")
            }
            return index
        }
        func list(_ reader: StateReader) throws(StateError) -> [Int] {
            var indices: [Int] = []
            for element in try reader.list() { indices.append(try index(element)) }
            return indices
        }
        let keys = try reader.map().map(\.key)
        switch keys {
        case ["begun"]: self = .begun(try index(reader.child("begun")))
        case ["registered", "metrics"]:
            self = .registered(try index(reader.child("registered")), metrics: try reader.child("metrics").tree)
        case ["removed"]: self = .removed(try list(reader.child("removed")))
        case ["gone"]: self = .gone(try list(reader.child("gone")))
        default: throw reader.error(.malformed, "is no line of a journal of checkpoints")
        }
    }
}

extension CheckpointJournal.Contents {
    /// Does what a line says.
    mutating func apply(_ entry: CheckpointJournal.Entry) {
        lineCount += 1
        switch entry {
        case .begun(let index):
            highest = max(highest, index)
            pending.insert(index)
        case .registered(let index, let tree):
            highest = max(highest, index)
            pending.remove(index)
            metrics.set(tree, for: index)
        case .removed(let indices):
            for index in indices {
                metrics.removeValue(for: index)
                pending.insert(index)
            }
        case .gone(let indices):
            for index in indices {
                metrics.removeValue(for: index)
                pending.remove(index)
            }
        }
    }
}
