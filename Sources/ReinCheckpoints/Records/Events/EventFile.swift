/// A file of events that TensorBoard shows while it grows: `events.out.tfevents.<time>.<host>`.
///
/// It tells of training and is not needed to go on with it: what cannot be written, on a disk that is full for instance,
/// waits for the next event.
package final class EventFile {
    private let file: AppendingFile
    private var waiting: [UInt8] = []

    /// How the names of all event files begin.
    static let prefix = "events.out.tfevents."

    /// The file's path.
    package let path: String
    /// Why the last events could not be written; nil when all are.
    package private(set) var problem: StateError?
    /// The number of events that were lost, because too many waited.
    package private(set) var lostCount = 0

    /// The largest number of bytes that wait: 16 MB.
    private static let waitingLimit = 1 << 24

    /// Begins a new file.
    ///
    /// - Parameters:
    ///   - directory: where it comes to lie; a directory that is there.
    ///   - host: the name of this machine.
    ///   - time: seconds since 1970.
    /// - Throws: `StateError` when it cannot be made.
    package init(in directory: String, host: String, time: Double) throws(StateError) {
        let seconds = Int(exactly: max(0, time.rounded(.down))) ?? 0
        let safeHost = host.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "/") && $0 != 0x7f } ? host : "host"
        let name = "\(Self.prefix)\(seconds).\(safeHost)"
        // TensorBoard reads all files of a directory in the order of their names.
        var path = "\(directory)/\(name)"
        var number = 0
        while try LocalFile.exists(path) {
            number += 1
            path = "\(directory)/\(name).\(number)"
        }
        self.path = path
        file = try AppendingFile(path)
        var version = ProtobufWriter()
        version.double(1, time)
        version.string(3, "brain.Event:2")
        try file.append(EventRecord.framed(version.bytes))
    }

    /// Adds an event.
    ///
    /// - Parameters:
    ///   - summary: what it tells; nothing is added when that is nothing.
    ///   - step: the step that it belongs to.
    ///   - time: seconds since 1970.
    package func append(_ summary: EventSummary, step: Int, time: Double) {
        guard !summary.isEmpty else { return }
        append(summary.event(step: step, time: time))
    }

    /// Says that a training goes on in this file at a step: what earlier files have of it and of later ones is not shown.
    ///
    /// - Parameters:
    ///   - step: the first step of this file.
    ///   - time: seconds since 1970.
    func appendStart(step: Int, time: Double) {
        var event = ProtobufWriter()
        event.double(1, time)
        event.integer(2, Int64(step))
        event.message(7) { $0.integer(1, 1) }
        append(event.bytes)
    }

    /// Tries to write the events that wait.
    func flush() {
        guard !waiting.isEmpty else { return }
        do throws(StateError) {
            try file.append(waiting)
            waiting = []
            problem = nil
        } catch { problem = error }
    }

    private func append(_ event: [UInt8]) {
        let record = EventRecord.framed(event)
        if waiting.count + record.count <= Self.waitingLimit { waiting += record } else { lostCount += 1 }
        flush()
    }
}
