#if Serving
import Logging

/// What goes with a line of a log, in the order of its keys: a handler's own, its provider's, and the event's, of which the
/// later ones count.
enum LogMetadata {
    static func entries(
        of event: LogEvent, _ own: Logger.Metadata, _ provider: Logger.MetadataProvider?
    ) -> [(key: String, value: Logger.MetadataValue)] {
        var all = own
        if let provider { all.merge(provider.get()) { _, new in new } }
        if let metadata = event.metadata { all.merge(metadata) { _, new in new } }
        if let error = event.error { all["error"] = .string("\(error)") }
        return all.sorted { $0.key < $1.key }
    }
}
#endif
