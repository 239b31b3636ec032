import ReinCheckpoints

/// What has happened in an experiment and what was decided, in the order of it, so that a later process goes on as if it
/// were the same one: the file `journal.jsonl`.
///
/// It only grows, at the same cost however long it is. What was synchronised is never lost; what a killed process or a
/// machine without power left behind at the end is dropped.
struct ExperimentJournal {
    /// The name of the file in the experiment's folder.
    static let fileName = "journal.jsonl"
    /// The version of the records that this program writes.
    static let version = 1

    private let path: String
    private let file: LineFile
    /// The number of the next line.
    private(set) var count: Int
    /// What was dropped at the end, in words; nil when nothing was.
    let warning: String?

    /// Begins a journal in a folder. The folder must be locked.
    ///
    /// - Parameters:
    ///   - experiment: what the experiment is told from others by.
    ///   - records: what is known already.
    ///   - replacing: whether it takes the place of another one, at one stroke.
    /// - Throws: `StateError` when there is one that is not to be replaced, and when it cannot be written.
    init(
        beginningIn folder: String, experiment: StateTree, records: [StateTree] = [], replacing: Bool = false
    ) throws(StateError) {
        path = "\(folder)/\(Self.fileName)"
        if !replacing, try LocalFile.exists(path) {
            throw StateError(.alreadyExists, "there is an experiment already", path: path)
        }
        let header: StateTree = ["journal": .int(Int64(Self.version)), "experiment": experiment]
        var text = ""
        for (number, record) in ([header] + records).enumerated() {
            text += try JournalLine(number: number, record: record).text() + "\n"
        }
        try LocalFile.replace(path, with: text)
        file = try LineFile(appendingTo: path)
        count = 1 + records.count
        warning = nil
    }

    /// Opens the journal of a folder, and gives out its records one by one. The folder must be locked.
    ///
    /// - Parameters:
    ///   - begin: takes what the experiment is told from others by, before anything else.
    ///   - take: takes the next record.
    /// - Throws: `StateError` when there is none, for one of a newer version, that names a line which is damaged while
    ///   later ones are not, which is there twice, or after which some are missing, and whatever `take` throws, with the
    ///   line in front.
    init(
        openingIn folder: String, _ begin: (StateTree) throws(StateError) -> Void,
        _ take: (StateTree) throws(StateError) -> Void
    ) throws(StateError) {
        path = "\(folder)/\(Self.fileName)"
        var reader = try LineReader(opening: path, limit: LineFile.lineLimit)
        var expected = 0
        var damaged: (line: Int, error: StateError)?
        while let bytes = try reader.next() {
            let place = "\(path), line \(reader.count)"
            guard reader.isWhole else { break }
            do throws(StateError) {
                let line = try JournalLine(bytes)
                // A good line behind a damaged one: that was no end that a killed process left.
                if let damaged { throw damaged.error.nested(under: "\(path), line \(damaged.line)") }
                try Self.require(line.number, expected, place)
                if expected == 0 {
                    try begin(try Self.header(line.record, place))
                } else {
                    try Self.taking(line, place, take)
                }
                expected += 1
            } catch {
                guard error.code == .checksumMismatch, error.path.isEmpty else { throw error }
                damaged = damaged ?? (reader.count, error)
            }
        }
        guard expected > 0 else {
            throw StateError(.malformed, "does not begin as the journal of an experiment", path: path)
        }
        let dropped = reader.count - expected
        count = expected
        warning =
            dropped == 0
            ? nil : "\(path): dropped \(dropped) lines at its end, which were not finished when a process ended"
        if dropped > 0 { try LineFile.keepLines(of: path) { number, _ in number < expected } }
        file = try LineFile(appendingTo: path)
    }

    /// Adds records, all of them or none.
    ///
    /// - Parameter synchronizing: whether to wait until they are on the disk.
    /// - Throws: `StateError` when they cannot be written, or hold a tensor.
    mutating func append(_ records: [StateTree], synchronizing: Bool) throws(StateError) {
        guard !records.isEmpty else { return }
        var lines: [String] = []
        for (place, record) in records.enumerated() {
            lines.append(try JournalLine(number: count + place, record: record).text())
        }
        try file.append(lines)
        count += records.count
        if synchronizing { try file.synchronize() }
    }

    private static func require(_ number: Int, _ expected: Int, _ place: String) throws(StateError) {
        guard number != expected else { return }
        let words =
            number < expected
            ? "repeats record \(number): parts of the journal are there twice"
            : "has the number \(number), and \(expected) is expected: lines are missing"
        throw StateError(.malformed, words, path: place)
    }

    private static func header(_ record: StateTree, _ place: String) throws(StateError) -> StateTree {
        let reader = StateReader(record, path: place)
        let version = try reader.int("journal")
        guard version <= Self.version else {
            throw StateError(
                .unsupportedVersion, "is of version \(version), this program reads \(Self.version) and older ones",
                path: place)
        }
        try reader.expectKeys(["journal", "experiment"])
        return try reader.child("experiment").tree
    }

    private static func taking(
        _ line: JournalLine, _ place: String, _ take: (StateTree) throws(StateError) -> Void
    ) throws(StateError) {
        do throws(StateError) { try take(line.record) } catch { throw error.nested(under: place) }
    }
}
