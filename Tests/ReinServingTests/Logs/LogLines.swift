#if Serving
import Logging
import ReinCheckpoints
import Synchronization
import Testing

@testable import ReinServing

/// The lines that a log has written.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    /// Where they are written.
    var sink: LogSink {
        LogSink { [self] line in lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
    }

    /// The lines so far.
    var all: [String] { lines.withLock { $0 } }

    /// The lines as trees of JSON.
    var trees: [StateReader] {
        get throws { try all.map { StateReader(try JSON.parse(String($0.dropLast()))) } }
    }

    /// A logger that writes them.
    func logger(_ level: Logger.Level = .trace) -> Logger {
        Logger(label: "test") { _ in JSONLogHandler(level: level, sink: self.sink) }
    }

    /// A log that writes them.
    func log(accesses: Bool = false, refusalsPerSecond: Int = 5) -> ServerLog {
        ServerLog(logger(), accesses: accesses, refusalsPerSecond: refusalsPerSecond)
    }
}
#endif
