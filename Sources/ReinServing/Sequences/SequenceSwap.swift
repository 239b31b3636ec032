#if Serving
/// What becomes of a sequence when a newer version of its model takes over between two of its requests.
public enum SequenceSwap: String, Sendable, Hashable, CaseIterable {
    /// It stays with the version that it began with, which stays in memory for it, until it ends or is dropped: what a
    /// version remembers means nothing to another one.
    case pin
    /// Its next request begins it anew with the newest version, and with a memory of zeros; the version of the response
    /// tells. A sequence that is to stay with one version names it in each request.
    case restart
}
#endif
