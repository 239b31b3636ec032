import Rein

/// A record that grows by lines. Lines that cannot be written, on a disk that is full for instance, wait for the next
/// time.
final class RecordFile {
    private let file: LineFile
    private var waiting: [String] = []
    private var waitingBytes = 0
    private var lostCount = 0

    /// The largest number of bytes that wait: 16 MB. Lines that come later are lost.
    private static let waitingLimit = 1 << 24

    /// Why the last lines could not be written; nil when all are.
    private(set) var problem: StateError?

    /// Opens a record, and makes it when it is not there.
    ///
    /// - Throws: `StateError` when that fails.
    init(appendingTo path: String) throws(StateError) { file = try LineFile(appendingTo: path) }

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

    /// Tries to write the lines that wait.
    func flush() {
        guard !waiting.isEmpty else { return }
        do {
            try file.append(waiting.joined(separator: "\n"))
            waiting.removeAll()
            waitingBytes = 0
            problem = nil
        } catch {
            problem = error
        }
    }
}
