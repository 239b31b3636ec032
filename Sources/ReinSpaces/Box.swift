/// A space of arrays of floats, each element between a lower and an upper bound, which may be infinite.
///
/// No float lies beyond the largest one, so bounds of ±3.4028235e+38 are none: they are kept as infinite ones, and two
/// boxes are the same however "unbounded" is spelt.
public struct Box: Hashable, Sendable {
    /// The lower bound of each element, `[count]`, row-major; −∞ for none.
    public let low: [Float]
    /// The upper bound of each element, `[count]`, row-major; ∞ for none.
    public let high: [Float]
    /// The length of each axis; an empty shape is a single number.
    public let shape: [Int]

    /// Creates a box with bounds for each element. Without a shape it is a vector.
    ///
    /// The bounds must not be NaN, `low[i] <= high[i]` with a number between them, and their number is the product of
    /// the shape.
    public init(low: [Float], high: [Float], shape: [Int]? = nil) {
        let shape = shape ?? [low.count]
        if let problem = Self.problem(low: low, high: high, shape: shape) { preconditionFailure(problem) }
        self.init(possibleLow: low, high: high, shape: shape)
    }

    /// Takes over bounds that have no problem.
    private init(possibleLow low: [Float], high: [Float], shape: [Int]) {
        self.low = low.map { $0 == -.greatestFiniteMagnitude ? -.infinity : $0 }
        self.high = high.map { $0 == .greatestFiniteMagnitude ? .infinity : $0 }
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

    /// Why numbers from −1 to 1 cannot be stretched to the bounds, by the first element that is in the way; nil when they
    /// can. The distance between two finite bounds may be more than a float holds.
    public var scalingProblem: String? {
        guard let element = low.indices.first(where: { !(high[$0] - low[$0]).isFinite }) else { return nil }
        return "the bounds of element \(element), \(low[element]) and \(high[element]), are not at a finite distance"
    }

    /// Returns whether the values are as many as the box has elements, and each is between its bounds and not NaN.
    public func contains(_ values: [Float]) -> Bool {
        values.count == count && values.indices.allSatisfy { low[$0] <= values[$0] && values[$0] <= high[$0] }
    }

    /// What makes bounds and shape impossible, naming the element; nil when there is such a box.
    package static func problem(low: [Float], high: [Float], shape: [Int]) -> String? {
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
        for index in 0..<count where low[index] == .infinity || high[index] == -.infinity {
            return "bounds of element \(index) of a box: no number lies between \(low[index]) and \(high[index])"
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
        let low = try container.decode([Float].self, forKey: .low)
        let high = try container.decode([Float].self, forKey: .high)
        let shape = try container.decode([Int].self, forKey: .shape)
        if let problem = Self.problem(low: low, high: high, shape: shape) {
            throw DecodingError.dataCorruptedError(forKey: .shape, in: container, debugDescription: problem)
        }
        self.init(possibleLow: low, high: high, shape: shape)
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
