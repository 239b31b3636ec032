/// Mean and standard deviation of a column, in double precision and in a fixed order.
public struct Standardization: Sendable, Hashable {
    /// The mean.
    public let mean: Double
    /// The variance, dividing by the number of elements.
    public let variance: Double
    /// The number of elements.
    public let count: Int

    /// Takes the statistics of `count` elements.
    public init(_ column: UnsafePointer<Float>, count: Int) {
        var sum = 0.0
        for index in 0..<count { sum += Double(column[index]) }
        let mean = count > 0 ? sum / Double(count) : 0
        var squares = 0.0
        for index in 0..<count {
            let deviation = Double(column[index]) - mean
            squares += deviation * deviation
        }
        self.mean = mean
        variance = count > 0 ? squares / Double(count) : 0
        self.count = count
    }

    /// The standard deviation, dividing by one less than the number of elements, as PyTorch's `std`.
    public var sampleDeviation: Double {
        count > 1 ? (variance * Double(count) / Double(count - 1)).squareRoot() : 0
    }

    /// Subtracts the mean from every element and divides by `deviation`.
    public func apply(to column: UnsafeMutablePointer<Float>, dividingBy deviation: Double) {
        let mean = Float(mean)
        let scale = Float(1 / deviation)
        for index in 0..<count { column[index] = (column[index] - mean) * scale }
    }
}
