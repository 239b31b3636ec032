#if Serving
/// A request as its body over HTTP says it: JSON, and binary tensors after it if there is a header length.
public struct InferenceMessage: Sendable {
    /// What is asked for. Its parameters and those of its outputs are without what says how tensors are encoded.
    public var request: InferenceRequest
    /// How the outputs are to be written.
    public var encodings: OutputEncodings

    /// Reads the body of a request.
    ///
    /// Unknown members, `model_name` among them, are passed over. A whole number may be written `3`, `3.0` or `3e0`, and
    /// a `BOOL` in JSON also as 0 or 1. The elements stand in aligned memory of their own afterwards: nothing refers to
    /// the body.
    ///
    /// - Parameters:
    ///   - body: all bytes of the body.
    ///   - headerLength: the number of bytes of JSON, after which binary tensors follow without padding, in the order of
    ///     those inputs that have `binary_data_size`; nil when all of the body is JSON.
    ///   - model: the model that the path names.
    ///   - version: the version that the path names.
    ///   - limits: what is too much.
    /// - Throws: `.invalidArgument` that says where, what was expected and what was found.
    public init(
        reading body: UnsafeRawBufferPointer, headerLength: Int? = nil, model: String, version: String? = nil,
        limits: WireLimits = WireLimits()
    ) throws(ServingError) {
        var reader = try RequestReader(body, headerLength: headerLength, limits: limits)
        try reader.readRequest()
        encodings = OutputEncodings(isBinary: reader.isBinary, choices: reader.choices)
        request = InferenceRequest(
            model: model, version: version, id: reader.id, parameters: reader.parameters, inputs: reader.inputs,
            outputs: reader.outputs)
    }
}
#endif
