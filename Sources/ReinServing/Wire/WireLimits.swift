#if Serving
/// How much a request may ask its reader to take in, beyond the length of the body, which whoever reads it off the
/// network limits. What a request takes in memory is a small multiple of its body in any case.
public struct WireLimits: Sendable, Hashable {
    /// How deep lists and objects may stand in each other; typically 4 or 5. Each level takes a little of the stack.
    public var nesting = 32
    /// The number of inputs.
    public var inputs = 256
    /// The number of outputs asked for.
    public var outputs = 256
    /// The number of parameters of a request, of an input or of an output.
    public var parameters = 64
    /// The number of lengths in a shape.
    public var rank = 32
    /// The length of names and of the request's id, in bytes as they are written.
    public var nameLength = 1_024
    /// The length of a parameter's text, in bytes as it is written.
    public var textLength = 16_384
    /// The length of a number, in characters.
    public var numberLength = 1_024

    /// The usual limits.
    public init() {}
}
#endif
