/// A named tensor inside the flat buffer that holds all parameters of a network.
public struct ParameterView: Sendable, Hashable {
    /// The name, as path components joined by `/`, such as `policy/0/weight`.
    public let name: String
    /// Where the tensor starts in the flat buffer, in elements.
    public let offset: Int
    /// The tensor's shape; its elements are row-major.
    public let shape: [Int]

    /// The number of elements.
    public var count: Int { shape.reduce(1, *) }

    /// The tensor's place in the flat buffer.
    public var range: Range<Int> { offset..<(offset + count) }

    /// The number of elements, if the tensor is a matrix; 0 for others.
    public var matrixCount: Int { shape.count == 2 ? count : 0 }

    /// Creates a view of `shape` that starts at `offset`.
    public init(name: String, offset: Int, shape: [Int]) {
        self.name = name
        self.offset = offset
        self.shape = shape
    }
}
