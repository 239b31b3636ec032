#if Serving
/// A model, and which version of it.
struct ModelAddress: Equatable, Sendable {
    /// The name of the model.
    var name: String
    /// The version; nil for the newest that is ready.
    var version: String?
}
#endif
