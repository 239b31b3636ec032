import Rein
import Testing

@Suite("Observations scaled in double precision")
struct StandardScoreTests {
    static let count = 40
    static let means = [101_325.0, -0.25, 3]
    static let variances = [900.0, 1e-6, 0]

    static func normalizer(epsilon: Double, limit: Float = 10) throws -> ObservationNormalizer {
        ObservationNormalizer(
            moments: try RunningMoments(
                count: count, mean: means, squaredDistances: variances.map { $0 * Double(count) }),
            limit: limit, formula: .standardScore(epsilon: epsilon))
    }

    static func result(_ normalizer: ObservationNormalizer, _ observation: [Float]) -> [Float] {
        var result = [Float](repeating: .nan, count: observation.count)
        normalizer.apply(rows: 1, from: observation, into: &result)
        return result
    }

    @Test("Nothing is lost when the mean is large against the deviation", arguments: [1e-8, 0.01])
    func closedForm(epsilon: Double) throws {
        let normalizer = try Self.normalizer(epsilon: epsilon)
        let observations: [[Float]] = [
            [101_325, -0.25, 3], [101_300, -0.2512, 3.000_1], [101_361.37, -0.2487, 2.999_9],
            [101_325.01, -0.250_001, 3], [101_000, -1, 4], [102_000, 1, 2],
        ]
        for observation in observations {
            for (column, value) in Self.result(normalizer, observation).enumerated() {
                let deviation = (Self.variances[column] + epsilon).squareRoot()
                let score = (Double(observation[column]) - Self.means[column]) / deviation
                let expected = Float(max(-10, min(10, score)))
                #expect(abs(value - expected) <= 1e-6 * abs(expected), "\(observation), column \(column)")
            }
        }
    }

    @Test("Before anything was observed, the mean is 0 and the variance 1")
    func unseen() {
        let normalizer = ObservationNormalizer(width: 2, limit: 5, formula: .standardScore(epsilon: 3))
        #expect(Self.result(normalizer, [4, -30]) == [2, -5])
    }

    @Test("Merged statistics are scaled by the same formula")
    func merging() throws {
        var moments = RunningMoments(width: 1)
        moments.update([101_295, 101_355], count: 2)
        var normalizer = ObservationNormalizer(width: 1, formula: .standardScore(epsilon: 0))
        normalizer.merge(moments)
        #expect(Self.result(normalizer, [101_340]) == [0.5])
    }

    @Test("The formula survives being saved")
    func state() throws {
        for epsilon in [0, 1e-8, 0.01] {
            let normalizer = try Self.normalizer(epsilon: epsilon, limit: .infinity)
            var restored = ObservationNormalizer(width: 3)
            try restored.restore(from: normalizer.state)
            #expect(restored == normalizer)
            #expect(restored.formula == .standardScore(epsilon: epsilon))
        }
    }
}
