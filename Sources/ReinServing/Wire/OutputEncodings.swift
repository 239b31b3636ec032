#if Serving
/// Which outputs a client wants as binary data after the JSON, and which as numbers in it.
public struct OutputEncodings: Sendable, Hashable {
    /// What holds for an output that says nothing else: the request's `binary_data_output`.
    public var isBinary: Bool
    /// What each output that is asked for says itself, its `binary_data`, in the order of the request.
    public var choices: [Bool?]

    /// Every output as `isBinary` says, but those with a choice of their own.
    public init(isBinary: Bool = false, choices: [Bool?] = []) {
        self.isBinary = isBinary
        self.choices = choices
    }

    /// Whether an output, by its place in the response, is binary.
    public func isBinary(at index: Int) -> Bool {
        choices.indices.contains(index) ? choices[index] ?? isBinary : isBinary
    }
}
#endif
