#if Serving
/// A model, and which version of it.
package struct ModelAddress: Equatable, Sendable {
    /// The name of the model.
    package var name: String
    /// The version; nil for the newest that is ready.
    package var version: String?

    /// Names a model.
    package init(name: String, version: String? = nil) {
        self.name = name
        self.version = version
    }
}
#endif
