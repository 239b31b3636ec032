#if Serving
public import Logging

/// A handler of swift-log that writes each event as one line of JSON of at most 4,096 bytes: its time, its level, its message,
/// and what goes with it. Control characters and what is not to be seen are escaped; texts are cut after 1,024 bytes, and
/// what does not fit any more is left out, which `"cut": true` says.
///
///     LoggingSystem.bootstrap { _ in JSONLogHandler() }
///
///     {"time":"2026-03-01T23:59:59.123Z","level":"info","message":"model \"red\" was swapped","model":"red",...}
public struct JSONLogHandler: LogHandler {
    /// What every line has.
    public var metadata: Logger.Metadata = [:]
    /// Tells what else every line has.
    public var metadataProvider: Logger.MetadataProvider?
    /// Events below are left out.
    public var logLevel: Logger.Level
    private let sink: LogSink

    /// Writes to standard error unless it is told another place.
    public init(level: Logger.Level = .info, sink: LogSink = .standardError) {
        logLevel = level
        self.sink = sink
    }

    /// Writes a line.
    public func log(event: LogEvent) {
        var line = LogLine()
        line.add("time", text: UTCTime.now.description)
        line.add("level", text: event.level.rawValue)
        line.add("message", text: event.message.description)
        for (key, value) in LogMetadata.entries(of: event, metadata, metadataProvider) {
            let isTaken = key == "time" || key == "level" || key == "message"
            line.add(isTaken ? "\(key)_" : key, value)
        }
        sink.write(line.line)
    }

    /// What every line has under a key.
    public subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }
}
#endif
