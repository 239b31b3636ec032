/// A record that grows by lines. Lines that cannot be written, on a disk that is full for instance, wait for the next
/// time.
final class RecordFile {
    /// Another text for a line, which may be the first of the file.
    typealias Revision = (_ line: String, _ isFirst: Bool) -> String

    private let path: String
    /// Nil while what has the record's name is still to be opened.
    private var file: LineFile?
    private var isEmpty: Bool
    private var waiting: [String] = []
    private var waitingBytes = 0
    private var lostCount = 0
    /// What is still to be done to the lines of the file.
    private var revision: Revision?

    /// The largest number of bytes that wait: 16 MB. Lines that come later are lost.
    private static let waitingLimit = 1 << 24

    /// Why the last lines could not be written; nil when all are.
    private(set) var problem: StateError?

    /// Opens a record, and makes it when it is not there.
    ///
    /// - Parameter isEmpty: whether nothing is in it.
    /// - Throws: `StateError` when that fails.
    init(appendingTo path: String, isEmpty: Bool) throws(StateError) {
        self.path = path
        self.isEmpty = isEmpty
        file = try LineFile(appendingTo: path)
    }

    /// The number of lines that are not written: they wait, or are lost.
    var missingCount: Int { waiting.count + lostCount }

    /// Adds a line.
    func append(_ line: String) {
        if waitingBytes < Self.waitingLimit {
            waiting.append(line)
            waitingBytes += line.utf8.count
        } else {
            lostCount += 1
        }
        flush()
    }

    /// Gives all lines another text, when the next one is added: a reader of the file finds it as it was or as it is to
    /// be.
    func revise(_ revision: @escaping Revision) {
        for index in waiting.indices { waiting[index] = revision(waiting[index], isEmpty && index == 0) }
        waitingBytes = waiting.reduce(0) { $0 + $1.utf8.count }
        guard !isEmpty else { return }
        if let earlier = self.revision {
            self.revision = { line, isFirst in revision(earlier(line, isFirst), isFirst) }
        } else {
            self.revision = revision
        }
    }

    /// Tries to write the lines that wait.
    func flush() {
        guard !waiting.isEmpty else { return }
        do throws(StateError) {
            if let revision { try rewrite(revision) } else { try opened().append(waiting.joined(separator: "\n")) }
            isEmpty = false
            waiting.removeAll()
            waitingBytes = 0
            problem = nil
        } catch {
            problem = error
        }
    }

    /// Writes the file anew: its lines revised, and those that wait.
    private func rewrite(_ revision: Revision) throws(StateError) {
        try LineFile.replaceLines(of: path, adding: waiting) { line, index in revision(line, index == 0) }
        self.revision = nil
        // What was appended to before is no longer the file of this name.
        file = nil
    }

    private func opened() throws(StateError) -> LineFile {
        if let file { return file }
        let opened = try LineFile(appendingTo: path)
        file = opened
        return opened
    }
}
