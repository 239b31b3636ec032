#if Serving
/// How a version of a model stands: an entry of the index.
public struct ModelStatus: Sendable, Equatable {
    /// What a version is doing, in the words of the protocol.
    public enum State: String, Sendable, Hashable {
        /// It answers requests; when it is not in memory (`isLoaded`), the first one waits until it is.
        case ready = "READY"
        /// It cannot be used.
        case unavailable = "UNAVAILABLE"
        /// It is being read.
        case loading = "LOADING"
        /// It takes no new requests, and has not answered the last one yet.
        case unloading = "UNLOADING"
    }

    /// The name of the model.
    public let name: String
    /// The version; empty for a model of which none is there.
    public let version: String
    /// What it is doing.
    public let state: State
    /// Why it is unavailable, or what else there is to be said; empty for nothing.
    public let reason: String
    /// Whether it is in memory.
    public let isLoaded: Bool
    /// The number of its leases.
    public let inFlight: Int
}
#endif
