#if Serving
public import ReinNumerics

/// A tensor of a request or of a response.
public struct InferenceTensor: Sendable {
    /// Its name.
    public var name: String
    /// What its elements are.
    public var datatype: TensorDatatype
    /// Its lengths, all at least 0; their product is the number of elements.
    public var shape: [Int]
    /// The elements in row-major order, each little-endian, from a 64-byte boundary on. Nobody writes them any more.
    public var bytes: AlignedBuffer<UInt8>

    /// Puts a tensor together.
    ///
    /// - Precondition: there are as many bytes as the shape and the datatype say.
    public init(name: String, datatype: TensorDatatype, shape: [Int], bytes: AlignedBuffer<UInt8>) {
        // Multiplied with care: lengths beside a 0 may be as large as they like.
        let count = Self.elementCount(of: shape, limit: bytes.count)
        precondition(
            count.map { $0 * (datatype.width ?? 1) } == bytes.count, "\(bytes.count) bytes for \(shape) of \(datatype)")
        self.name = name
        self.datatype = datatype
        self.shape = shape
        self.bytes = bytes
    }

    /// The number of elements of a shape that a client names, whose product may be larger than any number.
    ///
    /// - Returns: nil when a length is negative, or the product is more than a limit.
    public static func elementCount(of shape: [Int], limit: Int) -> Int? {
        var count = 1
        guard shape.allSatisfy({ $0 >= 0 }) else { return nil }
        if shape.contains(0) { return 0 }
        for length in shape {
            let (product, overflows) = count.multipliedReportingOverflow(by: length)
            guard !overflows, product <= limit else { return nil }
            count = product
        }
        return count
    }
}
#endif
