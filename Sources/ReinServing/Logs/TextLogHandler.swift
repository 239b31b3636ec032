#if Serving
public import Logging
import ReinCheckpoints

/// A handler of swift-log that writes lines for people at a terminal: the time, the level when it is not `info`, the
/// message, and what goes with it. Control characters are escaped, and a line is at most 4,096 bytes long.
public struct TextLogHandler: LogHandler {
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
        var text = UTCTime.now.description
        if event.level != .info { text += " \(event.level.rawValue)" }
        text += " \(event.message.description)"
        for (key, value) in LogMetadata.entries(of: event, metadata, metadataProvider) {
            let value = value.description
            text += value.utf8.contains(UInt8(ascii: " ")) ? " \(key)=\"\(value)\"" : " \(key)=\(value)"
        }
        var line = Array(text.escapingControls.utf8)
        if line.count >= LogLine.limit {
            line.removeSubrange((LogLine.limit - 4)...)
            // Without the last character, of which there may be a part.
            while let last = line.popLast(), last & 0xc0 == 0x80 {}
            line += Array("...".utf8)
        }
        sink.write(line + [UInt8(ascii: "\n")])
    }

    /// What every line has under a key.
    public subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }
}
#endif
