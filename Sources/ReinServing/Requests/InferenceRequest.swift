#if Serving
/// What a client asks for, however it came.
public struct InferenceRequest: Sendable {
    /// The name of the model, a policy's id.
    public var model: String
    /// The version of the model; nil for the newest that is ready.
    public var version: String?
    /// What the client calls its request, which the response repeats; nil without.
    public var id: String?
    /// The parameters by name, each once, in the order in which they came.
    public var parameters: [(name: String, value: ParameterValue)]
    /// What the policy is to act on, in the order of the request; names are not checked yet.
    public var inputs: [InferenceTensor]
    /// What the client wants to be told, in its order; all outputs when empty.
    public var outputs: [RequestedOutput]

    /// Puts a request together.
    public init(
        model: String, version: String? = nil, id: String? = nil,
        parameters: [(name: String, value: ParameterValue)] = [], inputs: [InferenceTensor] = [],
        outputs: [RequestedOutput] = []
    ) {
        self.model = model
        self.version = version
        self.id = id
        self.parameters = parameters
        self.inputs = inputs
        self.outputs = outputs
    }
}

/// A parameter's value.
public enum ParameterValue: Sendable, Hashable {
    /// A truth value.
    case bool(Bool)
    /// A whole number.
    case int(Int64)
    /// A whole number that a signed one does not hold.
    case uint(UInt64)
    /// A number.
    case double(Double)
    /// Text.
    case string(String)
}

/// An output that a client asks for.
public struct RequestedOutput: Sendable {
    /// Its name.
    public var name: String
    /// Its parameters.
    public var parameters: [(name: String, value: ParameterValue)]

    /// Asks for an output.
    public init(name: String, parameters: [(name: String, value: ParameterValue)] = []) {
        self.name = name
        self.parameters = parameters
    }
}

/// What a policy answers.
public struct InferenceResponse: Sendable {
    /// The name of the model.
    public var model: String
    /// The version that has answered.
    public var version: String
    /// The id of the request.
    public var id: String?
    /// The outputs in the order in which they were asked for.
    public var outputs: [InferenceTensor]

    /// Puts a response together.
    public init(model: String, version: String, id: String?, outputs: [InferenceTensor]) {
        self.model = model
        self.version = version
        self.id = id
        self.outputs = outputs
    }
}
#endif
