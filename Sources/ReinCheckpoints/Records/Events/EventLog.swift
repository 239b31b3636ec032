#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What TensorBoard shows of something that is trained, in a directory of its own: an event file that is made with the
/// first event, a new one in each process.
///
/// Whatever is wrong with it never stops training: it is told as a warning.
package struct EventLog {
    private let directory: String
    private var file: EventFile?
    private var isFailing = false
    private var warnings: [String] = []

    /// Makes a log. Nothing is written.
    ///
    /// - Parameter directory: where the file comes to lie; a directory that is there when the first event is.
    package init(in directory: String) { self.directory = directory }

    /// Adds events.
    ///
    /// - Parameters:
    ///   - summaries: what they tell; nothing is added for those that tell nothing.
    ///   - step: the step that they belong to.
    ///   - time: when that was, in seconds since 1970; nil for now.
    package mutating func append(_ summaries: [EventSummary], step: Int, time: Double? = nil) {
        guard summaries.contains(where: { !$0.isEmpty }) else { return }
        let time = time ?? Self.now
        do throws(StateError) {
            let file = try opened(step: step, time: time)
            for summary in summaries { file.append(summary, step: step, time: time) }
            note(file.problem)
        } catch { note(error) }
    }

    /// Writes what waits.
    package mutating func finish() {
        guard let file else { return }
        file.flush()
        if let problem = file.problem { warnings.append("\(problem); the last events are lost") }
    }

    /// What a person should know since the last call.
    package mutating func takeWarnings() -> [String] {
        defer { warnings = [] }
        return warnings
    }

    private mutating func opened(step: Int, time: Double) throws(StateError) -> EventFile {
        if let file { return file }
        let isContinued = try LocalFile.names(in: directory).contains { $0.hasPrefix(EventFile.prefix) }
        let opened = try EventFile(in: directory, host: HostName.current ?? "localhost", time: time)
        if isContinued { opened.appendStart(step: step, time: time) }
        file = opened
        return opened
    }

    private mutating func note(_ problem: StateError?) {
        if let problem, !isFailing { warnings.append("\(problem); training goes on, without events for TensorBoard") }
        isFailing = problem != nil
    }

    private static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
