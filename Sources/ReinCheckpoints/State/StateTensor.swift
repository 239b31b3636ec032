/// An n-dimensional array of numbers in a state tree: element type, shape, and row-major little-endian bytes.
///
/// A tensor read from a file points into that file; nothing is copied until its numbers are asked for.
public struct StateTensor: Sendable, Equatable {
    /// The type of the elements.
    public let elementType: ElementType
    /// The length of each axis, outermost first; `[]` for a single number.
    public let shape: [Int]
    /// The elements, row-major, little-endian. Not necessarily aligned to the element's size.
    public let bytes: StateBytes

    /// Creates a tensor from its bytes.
    ///
    /// - Throws: `StateError` with `.wrongShape` when the shape does not fit the number of bytes.
    public init(elementType: ElementType, shape: [Int], bytes: StateBytes) throws(StateError) {
        guard let size = Self.byteCount(elementType, shape) else {
            throw StateError(.wrongShape, "the shape \(shape) is negative or too large")
        }
        guard size == bytes.count else {
            throw StateError(
                .wrongShape, "a tensor \(elementType.rawValue) \(shape) has \(size) bytes, found \(bytes.count)")
        }
        self.init(unchecked: elementType, shape, bytes)
    }

    /// Creates a float32 tensor, a copy of `floats`, whose number must fit `shape`.
    public init(_ floats: [Float], shape: [Int]) {
        self = floats.withUnsafeBufferPointer { StateTensor($0, shape: shape) }
    }

    /// Creates a float32 tensor, a copy of `floats`, whose number must fit `shape`.
    public init(_ floats: UnsafeBufferPointer<Float>, shape: [Int]) {
        self.init(copying: UnsafeRawBufferPointer(floats), .float32, shape)
    }

    /// Creates a float64 tensor, a copy of `doubles`, whose number must fit `shape`.
    public init(_ doubles: [Double], shape: [Int]) {
        self = doubles.withUnsafeBytes { StateTensor(copying: $0, .float64, shape) }
    }

    /// Creates an int64 tensor, a copy of `integers`, whose number must fit `shape`.
    public init(_ integers: [Int64], shape: [Int]) {
        self = integers.withUnsafeBytes { StateTensor(copying: $0, .int64, shape) }
    }

    /// Creates an int32 tensor, a copy of `integers`, whose number must fit `shape`.
    public init(_ integers: [Int32], shape: [Int]) {
        self = integers.withUnsafeBytes { StateTensor(copying: $0, .int32, shape) }
    }

    /// Creates a uint8 tensor, a copy of `bytes`, whose number must fit `shape`.
    public init(_ bytes: [UInt8], shape: [Int]) {
        self = bytes.withUnsafeBytes { StateTensor(copying: $0, .uint8, shape) }
    }

    /// Creates a tensor whose numbers fit `shape` and stay where they are, in memory that lives as long as `owner`; see
    /// `StateBytes.init(sharing:of:)` for what the owner must see to.
    package init(
        sharing elements: UnsafeRawBufferPointer, of owner: some AnyObject & Sendable, _ elementType: ElementType,
        shape: [Int]
    ) {
        precondition(
            Self.byteCount(elementType, shape) == elements.count,
            "\(elements.count / elementType.size) elements do not fit the shape \(shape)")
        self.init(unchecked: elementType, shape, StateBytes(sharing: elements, of: owner))
    }

    /// Creates a float32 tensor of an array's own memory, whose number must fit `shape`; see `StateBytes.init(sharing:)`.
    package init(sharing floats: [Float], shape: [Int]) {
        self.init(unchecked: .float32, shape, StateBytes(sharing: floats))
        precondition(Self.byteCount(.float32, shape) == bytes.count, "\(floats.count) floats do not fit \(shape)")
    }

    /// Creates a float32 tensor of some of the bytes of an array of floats.
    ///
    /// - Parameter range: the places of the floats, whose number must fit `shape`.
    package init(floats range: Range<Int>, of bytes: StateBytes, shape: [Int]) {
        let size = MemoryLayout<Float>.stride
        self.init(unchecked: .float32, shape, bytes[range.lowerBound * size..<range.upperBound * size])
        precondition(Self.byteCount(.float32, shape) == self.bytes.count, "\(range.count) floats do not fit \(shape)")
    }

    /// The number of elements.
    public var count: Int { bytes.count / elementType.size }

    /// Calls `body` with the elements' bytes; the pointer must not leave it and need not be aligned.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try bytes.withUnsafeBytes(body)
    }

    private init(unchecked elementType: ElementType, _ shape: [Int], _ bytes: StateBytes) {
        self.elementType = elementType
        self.shape = shape
        self.bytes = bytes
    }

    private init(copying bytes: UnsafeRawBufferPointer, _ elementType: ElementType, _ shape: [Int]) {
        precondition(
            Self.byteCount(elementType, shape) == bytes.count,
            "\(bytes.count / elementType.size) elements do not fit the shape \(shape)")
        self.init(unchecked: elementType, shape, StateBytes(copying: bytes))
    }

    /// The size in bytes of a tensor, or nil when the shape is negative or the size does not fit an `Int`.
    static func byteCount(_ elementType: ElementType, _ shape: [Int]) -> Int? {
        var size = elementType.size
        for length in shape {
            let (product, overflow) = size.multipliedReportingOverflow(by: length)
            guard length >= 0, !overflow else { return nil }
            size = product
        }
        return size
    }
}

extension StateTensor {
    /// The numbers of a float32 tensor.
    ///
    /// - Throws: `StateError` with `.wrongType` for any other element type.
    public func floats() throws(StateError) -> [Float] { try elements(.float32) }

    /// The numbers of a float64 tensor.
    ///
    /// - Throws: `StateError` with `.wrongType` for any other element type.
    public func doubles() throws(StateError) -> [Double] { try elements(.float64) }

    /// The numbers of an int64 tensor.
    ///
    /// - Throws: `StateError` with `.wrongType` for any other element type.
    public func int64s() throws(StateError) -> [Int64] { try elements(.int64) }

    /// The numbers of an int32 tensor.
    ///
    /// - Throws: `StateError` with `.wrongType` for any other element type.
    public func int32s() throws(StateError) -> [Int32] { try elements(.int32) }

    /// The numbers of a uint8 tensor.
    ///
    /// - Throws: `StateError` with `.wrongType` for any other element type.
    public func uint8s() throws(StateError) -> [UInt8] { try elements(.uint8) }

    /// Writes the numbers of a float32 tensor to `destination`.
    ///
    /// - Throws: `StateError` with `.wrongType` for any other element type, `.wrongShape` when the counts differ.
    public func copy(into destination: UnsafeMutableBufferPointer<Float>) throws(StateError) {
        try require(.float32)
        guard destination.count == count else {
            throw StateError(.wrongShape, "expected \(destination.count) numbers, found \(count)")
        }
        withUnsafeBytes { UnsafeMutableRawBufferPointer(destination).copyMemory(from: $0) }
    }

    private func elements<Element: BitwiseCopyable>(_ expected: ElementType) throws(StateError) -> [Element] {
        try require(expected)
        return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
            withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
            initialized = count
        }
    }

    private func require(_ expected: ElementType) throws(StateError) {
        guard elementType == expected else {
            throw StateError(.wrongType, "expected elements \(expected.rawValue), found \(elementType.rawValue)")
        }
    }
}
