import ReinCheckpoints
import ReinNumerics
import Testing

@Suite("Running mean and variance")
struct RunningMomentsTests {
    /// 100 rows of 3 columns: small, far from zero, constant.
    private static let rows = (0..<100).flatMap { row -> [Float] in
        [Float(row % 7) - 3, 10_000 + Float(row % 5), 4]
    }

    private func exact(_ column: Int, _ count: Int) -> (mean: Double, variance: Double) {
        let values = (0..<count).map { Double(Self.rows[$0 * 3 + column]) }
        let mean = values.reduce(0, +) / Double(count)
        return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count))
    }

    @Test("Batches of any size give the moments of all rows", arguments: [[100], [1, 99], [30, 0, 30, 40], [7, 93]])
    func batches(sizes: [Int]) {
        var moments = RunningMoments(width: 3)
        var first = 0
        for size in sizes {
            Self.rows.withUnsafeBufferPointer { rows in
                if let base = rows.baseAddress { moments.update(base + first * 3, count: size) }
            }
            first += size
        }
        #expect(moments.count == 100)
        for column in 0..<3 {
            let (mean, variance) = exact(column, 100)
            #expect(abs(moments.mean[column] - mean) < 1e-9)
            #expect(abs(moments.variance(column) - variance) < 1e-9)
        }
    }

    @Test("Merging two halves gives the whole")
    func merging() {
        var first = RunningMoments(width: 3)
        var second = RunningMoments(width: 3)
        first.update(Self.rows, count: 60)
        second.update(Array(Self.rows.dropFirst(180)), count: 40)
        first.merge(second)
        first.merge(RunningMoments(width: 3))
        #expect(first.count == 100)
        for column in 0..<3 { #expect(abs(first.variance(column) - exact(column, 100).variance) < 1e-9) }
    }

    @Test("Before the first row the standard form is the row itself")
    func empty() {
        let moments = RunningMoments(width: 2)
        var means = [Float](repeating: 9, count: 2)
        var deviations = means
        moments.writeStandardization(means: &means, inverseDeviations: &deviations, epsilon: 0)
        #expect(means == [0, 0] && deviations == [1, 1])
    }

    @Test("The standard form has mean zero and variance one")
    func standardization() {
        var moments = RunningMoments(width: 3)
        moments.update(Self.rows, count: 100)
        var means = [Float](repeating: 0, count: 3)
        var deviations = means
        moments.writeStandardization(means: &means, inverseDeviations: &deviations)
        var standard = RunningMoments(width: 3)
        standard.update(Self.rows.enumerated().map { ($1 - means[$0 % 3]) * deviations[$0 % 3] }, count: 100)
        #expect(abs(standard.mean[0]) < 1e-6 && abs(standard.variance(0) - 1) < 1e-5)
        #expect(abs(standard.variance(1) - 1) < 1e-3 && standard.variance(2) < 1e-6)
    }

    @Test("Moments that are not finite are refused, with the column", arguments: [Double.nan, .infinity, -.infinity])
    func notFinite(number: Double) {
        for (mean, square) in [(number, 1), (1, number)] {
            let error = #expect(throws: StateError.self) {
                _ = try RunningMoments(count: 3, mean: [0, mean], squaredDistances: [0, square])
            }
            #expect(error?.message.contains("column 1") == true)
            var moments = RunningMoments(width: 2)
            #expect(throws: StateError.self) {
                try moments.restore(
                    from: [
                        "count": 3, "mean": .tensor(StateTensor([0, mean], shape: [2])),
                        "squaredDistances": .tensor(StateTensor([0, square], shape: [2])),
                    ])
            }
            #expect(moments == RunningMoments(width: 2))
        }
    }

    @Test("State and restore are a mirror image")
    func state() throws {
        var moments = RunningMoments(width: 3)
        moments.update(Self.rows, count: 77)
        var other = RunningMoments(width: 3)
        try other.restore(from: moments.state)
        #expect(other == moments && other.state == moments.state)
        var narrow = RunningMoments(width: 2)
        #expect(throws: StateError.self) { try narrow.restore(from: moments.state) }
        #expect(throws: StateError.self) { try other.restore(from: ["count": 3]) }
        #expect(narrow == RunningMoments(width: 2) && other == moments)
    }
}
