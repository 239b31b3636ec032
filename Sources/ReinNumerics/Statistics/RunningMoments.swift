public import ReinCheckpoints

/// Mean and variance of every column of all rows seen so far, in double precision.
///
/// Batches are merged by the formulas of Chan, Golub and LeVeque ("Updating formulae and a pairwise algorithm for
/// computing sample variances", 1979), so nothing is lost when the mean is large against the deviation:
///
///     δ = mean(batch) − mean;   n = count + count(batch)
///     mean += δ · count(batch) / n
///     S    += S(batch) + δ² · count · count(batch) / n,   variance = S / n
///
/// The result depends on how rows are grouped into batches in its last bits, so merge in a fixed order.
public struct RunningMoments: Sendable, Hashable {
    /// The number of columns.
    public let width: Int

    /// The number of rows seen.
    public private(set) var count: Int

    /// The mean of every column, `[width]`; zero before the first row.
    public private(set) var mean: [Double]

    /// The sum of squared distances from the mean, `[width]`; zero before the first row.
    public private(set) var squaredDistances: [Double]

    /// Creates the moments of no rows at all.
    public init(width: Int) {
        precondition(width >= 0, "moments of \(width) columns")
        self.width = width
        count = 0
        mean = Array(repeating: 0, count: width)
        squaredDistances = mean
    }

    /// Creates the moments of rows that something else has seen.
    ///
    /// - Parameters:
    ///   - count: the number of rows.
    ///   - mean: the mean of every column.
    ///   - squaredDistances: the sum of squared distances from the mean, as many.
    /// - Throws: `StateError` when there are not as many of one as of the other, the count is negative or more than
    ///   2^53, a number is not finite, a sum is negative, or no rows have moments.
    public init(count: Int, mean: [Double], squaredDistances: [Double]) throws(StateError) {
        guard mean.count == squaredDistances.count else {
            throw StateError(
                .wrongShape, "\(squaredDistances.count) numbers for \(mean.count) columns", path: "squaredDistances")
        }
        if let problem = Self.problem(count: count, mean: mean, squaredDistances: squaredDistances) {
            throw StateError(.outOfRange, problem, path: "")
        }
        guard count > 0 || (mean + squaredDistances).allSatisfy({ $0 == 0 }) else {
            throw StateError(.outOfRange, "no rows have moments other than zero", path: "mean")
        }
        width = mean.count
        self.count = count
        self.mean = mean
        self.squaredDistances = squaredDistances
    }

    /// Why no rows have these moments, or nil when some do.
    private static func problem(count: Int, mean: [Double], squaredDistances: [Double]) -> String? {
        // A double holds every such count, and there is room for more.
        if !(0...1 << 53).contains(count) { return "a count of \(count) rows" }
        if let column = mean.indices.first(where: { !(mean[$0].isFinite && squaredDistances[$0].isFinite) }) {
            return "the moments of column \(column) are not finite: rows had numbers that were none"
        }
        return squaredDistances.allSatisfy { $0 >= 0 } ? nil : "squaredDistances has negative numbers"
    }

    /// The population variance of a column; 1 before the first row, so that dividing by its root changes nothing.
    public func variance(_ column: Int) -> Double {
        count > 0 ? squaredDistances[column] / Double(count) : 1
    }

    /// Takes in rows of floats, `[rows, width]`, row-major. Allocates nothing.
    public mutating func update(_ rows: UnsafePointer<Float>, count rowCount: Int) {
        guard rowCount > 0 && width > 0 else { return }
        let width = self.width
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * width) { batch in
            batch.initialize(repeating: 0)
            let means = UnsafeMutableBufferPointer(rebasing: batch[..<width])
            let squares = UnsafeMutableBufferPointer(rebasing: batch[width...])
            for row in 0..<rowCount {
                let values = rows + row &* width
                for column in 0..<width { means[column] += Double(values[column]) }
            }
            for column in 0..<width { means[column] /= Double(rowCount) }
            for row in 0..<rowCount {
                let values = rows + row &* width
                for column in 0..<width {
                    let distance = Double(values[column]) - means[column]
                    squares[column] += distance * distance
                }
            }
            merge(count: rowCount, means: UnsafeBufferPointer(means), squares: UnsafeBufferPointer(squares))
        }
    }

    /// Takes in the rows that another value of the same width has seen.
    public mutating func merge(_ other: RunningMoments) {
        precondition(other.width == width, "merging moments of \(other.width) columns into \(width)")
        other.mean.withUnsafeBufferPointer { means in
            other.squaredDistances.withUnsafeBufferPointer { merge(count: other.count, means: means, squares: $0) }
        }
    }

    private mutating func merge(
        count added: Int, means: UnsafeBufferPointer<Double>, squares addedSquares: UnsafeBufferPointer<Double>
    ) {
        guard added > 0 else { return }
        let total = Double(count + added)
        let share = Double(added) / total
        for column in 0..<width {
            let distance = means[column] - mean[column]
            mean[column] += distance * share
            squaredDistances[column] += addedSquares[column] + distance * distance * Double(count) * share
        }
        count += added
    }

    /// Writes count, means and sums of squares, `1 + 2 * width` numbers, for `merge(writtenTo:)`.
    package func write(to numbers: UnsafeMutablePointer<Double>) {
        numbers[0] = Double(count)
        for column in 0..<width {
            numbers[1 + column] = mean[column]
            numbers[1 + width + column] = squaredDistances[column]
        }
    }

    /// Takes in the rows that another value of the same width has seen, which has written itself to `numbers`: the bits
    /// of `merge(_:)`.
    package mutating func merge(writtenTo numbers: UnsafePointer<Double>) {
        let columns = Rows(numbers + 1, count: 2, width: width)
        merge(
            count: Int(numbers[0]), means: UnsafeBufferPointer(start: columns[0], count: width),
            squares: UnsafeBufferPointer(start: columns[1], count: width))
    }

    /// Writes what turns a row into its standard form: `(x − means) · inverseDeviations`, both `[width]`.
    ///
    /// `inverseDeviations` is `1 / sqrt(variance + epsilon)`.
    public func writeStandardization(
        means: UnsafeMutablePointer<Float>, inverseDeviations: UnsafeMutablePointer<Float>, epsilon: Double = 1e-8
    ) {
        for column in 0..<width {
            means[column] = Float(mean[column])
            inverseDeviations[column] = Float(1 / (variance(column) + epsilon).squareRoot())
        }
    }
}

extension RunningMoments: Checkpointable {
    /// The count as an integer, `mean` and `squaredDistances` as `[width]` tensors of doubles.
    public var state: StateTree {
        [
            "count": .int(Int64(count)),
            "mean": .tensor(StateTensor(mean, shape: [width])),
            "squaredDistances": .tensor(StateTensor(squaredDistances, shape: [width])),
        ]
    }

    /// Takes over a state of the same width.
    ///
    /// - Throws: `StateError` when the width differs, the count is negative, or a number is not possible.
    public mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        try reader.expectKeys(["count", "mean", "squaredDistances"])
        let count = try reader.int("count")
        let mean = try reader.doubles("mean", shape: [width])
        let squares = try reader.doubles("squaredDistances", shape: [width])
        if let problem = Self.problem(count: count, mean: mean, squaredDistances: squares) {
            throw reader.error(.outOfRange, problem)
        }
        self.count = count
        self.mean = mean
        squaredDistances = squares
    }
}
