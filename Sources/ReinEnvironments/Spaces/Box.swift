/// A space of arrays of floats, each element between a lower and an upper bound, which may be infinite.
public struct Box: Hashable, Sendable {
    /// The lower bound of each element, `[count]`, row-major.
    public let low: [Float]
    /// The upper bound of each element, `[count]`, row-major.
    public let high: [Float]
    /// The length of each axis; an empty shape is a single number.
    public let shape: [Int]

    /// Creates a box with bounds for each element. Without a shape it is a vector.
    ///
    /// The bounds must not be NaN, `low[i] <= high[i]`, and their number is the product of the shape.
    public init(low: [Float], high: [Float], shape: [Int]? = nil) {
        let shape = shape ?? [low.count]
        if let fault = Self.fault(low: low, high: high, shape: shape) { preconditionFailure(fault) }
        self.low = low
        self.high = high
        self.shape = shape
    }

    /// Creates a box with the same bounds for every element.
    public init(_ bounds: ClosedRange<Float>, shape: [Int]) {
        precondition(shape.allSatisfy { $0 > 0 }, "the axes of a box must be positive")
        let count = shape.reduce(1, *)
        self.init(
            low: Array(repeating: bounds.lowerBound, count: count),
            high: Array(repeating: bounds.upperBound, count: count), shape: shape)
    }

    /// Creates a vector whose element i lies between `-limits[i]` and `limits[i]`.
    public init(symmetric limits: [Float]) {
        self.init(low: limits.map { -$0 }, high: limits)
    }

    /// The number of elements.
    public var count: Int { low.count }

    /// Whether all bounds are finite.
    public var isBounded: Bool {
        low.allSatisfy(\.isFinite) && high.allSatisfy(\.isFinite)
    }

    /// Returns whether the values are as many as the box has elements, and each is between its bounds and not NaN.
    public func contains(_ values: [Float]) -> Bool {
        values.count == count && values.indices.allSatisfy { low[$0] <= values[$0] && values[$0] <= high[$0] }
    }

    /// What makes bounds and shape impossible, if anything does.
    private static func fault(low: [Float], high: [Float], shape: [Int]) -> String? {
        var count = 1
        for axis in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: axis)
            guard axis > 0, !overflow else { return "impossible shape of a box: \(shape)" }
            count = product
        }
        guard low.count == count, high.count == count else {
            return
                "a box of shape \(shape) has \(count) elements, but \(low.count) lower and \(high.count) upper bounds"
        }
        for index in 0..<count where !(low[index] <= high[index]) {
            return "bounds of element \(index) of a box: \(low[index]) is not at most \(high[index])"
        }
        return nil
    }
}

/// Codable conformance: `{"type": "box", "low": [...], "high": [...], "shape": [...]}`.
extension Box: Codable {
    enum CodingKeys: String, CodingKey {
        case type, low, high, shape
    }

    /// Reads the space that `encode(to:)` wrote.
    ///
    /// - Throws: `DecodingError` for a space of another type or bounds that do not fit the shape.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.expect(type: "box", forKey: .type)
        low = try container.decode([Float].self, forKey: .low)
        high = try container.decode([Float].self, forKey: .high)
        shape = try container.decode([Int].self, forKey: .shape)
        if let fault = Self.fault(low: low, high: high, shape: shape) {
            throw DecodingError.dataCorruptedError(forKey: .shape, in: container, debugDescription: fault)
        }
    }

    /// Writes the space with its type.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode("box", forKey: .type)
        try container.encode(low, forKey: .low)
        try container.encode(high, forKey: .high)
        try container.encode(shape, forKey: .shape)
    }
}
