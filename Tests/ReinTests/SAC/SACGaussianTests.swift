import Foundation
import ReinTestSupport
import Testing

@testable import Rein

@Suite("Squashed Gaussian actions")
struct SACGaussianTests {
    /// An action and its log-density, in double precision.
    static func draw(
        head: [Double], noise: [Double], bounds: ClosedRange<Double>
    ) -> (action: [Double], logDensity: Double) {
        let count = noise.count
        var action: [Double] = []
        var sum = 0.0
        for dimension in 0..<count {
            let logDeviation = min(max(head[count + dimension], bounds.lowerBound), bounds.upperBound)
            let u = head[dimension] + exp(logDeviation) * noise[dimension]
            action.append(tanh(u))
            sum += -0.5 * noise[dimension] * noise[dimension] - logDeviation - 0.5 * log(2 * Double.pi)
            sum -= 2 * (log(2.0) - abs(u) - log1p(exp(-2 * abs(u))))
        }
        return (action, sum)
    }

    @Test(
        "The density integrates to 1 over the actions",
        arguments: [(0.3, -0.5), (-1.0, -1.0), (0.0, 0.0), (2.0, -2.0)] as [(Float, Float)])
    func density(mean: Float, logDeviation: Float) {
        let cells = 4000
        let sample = SACGaussianSample(SquashedGaussian(count: 1), rows: cells)
        var heads: [Float] = []
        var noise: [Float] = []
        for cell in 0..<cells {
            let action = (2 * Double(cell) + 1) / Double(cells) - 1
            heads += [mean, logDeviation]
            noise.append(Float((atanh(action) - Double(mean)) / exp(Double(logDeviation))))
        }
        sample.draw(rows: cells, heads: heads, noise: noise)
        let integral = (0..<cells).reduce(0.0) { $0 + exp(Double(sample.logDensities[$1])) } * 2 / Double(cells)
        #expect(abs(integral - 1) < 1e-3, "\(integral)")
    }

    @Test("Far out in the tails nothing overflows, and the log-density stays exact")
    func saturation() throws {
        let means: [Float] = [-40, -15, -9, 0, 9, 15, 40]
        let noise = [Float](repeating: 0.5, count: means.count)
        let sample = SACGaussianSample(SquashedGaussian(count: 1), rows: means.count)
        sample.draw(rows: means.count, heads: means.flatMap { [$0, -1] }, noise: noise)
        let actions = try #require(sample.drawnActions)
        for (row, mean) in means.enumerated() {
            let (action, logDensity) = Self.draw(head: [Double(mean), -1], noise: [0.5], bounds: -20...2)
            #expect(abs(Double(actions[row]) - action[0]) < 1e-6)
            #expect(abs(Double(sample.logDensities[row]) - logDensity) < 1e-6 * max(1, abs(logDensity)) * 4)
        }
        let values = AlignedBuffer([Float](repeating: 1, count: means.count))
        let evaluation = SACEvaluation(
            values: values.rows(of: 1), slopes: values.rows(of: 1))
        var gradient = [Float](repeating: .nan, count: 2 * means.count)
        _ = withExtendedLifetime(values) {
            sample.loss(
                rows: means.count, first: evaluation, second: evaluation, temperature: 0.2, weight: 1,
                gradient: &gradient)
        }
        #expect(gradient.allSatisfy { $0.isFinite })
    }

    @Test("The loss's gradient at the heads equals central differences, and is 0 where a deviation is clamped")
    func gradient() throws {
        let (rows, count) = (40, 2)
        let bounds = -2.0...0.5
        let distribution = SquashedGaussian(count: count, logDeviationBounds: -2...0.5)
        var random = RandomStream(seed: 31, name: "heads")
        let heads = (0..<rows * 2 * count).map { index in
            index % (2 * count) < count ? random.nextNormal() : -0.7 + 1.2 * random.nextNormal()
        }
        let noise = (0..<rows * count).map { _ in random.nextNormal() }
        let (alpha, weight): (Float, Float) = (0.25, 1 / Float(rows))
        // Two critics that are smooth functions of the action, with their derivatives.
        func first(_ a: [Double]) -> Double { 0.8 * a[0] - 0.5 * a[1] + a[0] * a[1] }
        func second(_ a: [Double]) -> Double { 0.3 * a[1] - 0.4 * a[0] - a[0] * a[0] + 0.2 }
        func drawn(_ heads: [Double], _ row: Int) -> (action: [Double], logDensity: Double) {
            Self.draw(
                head: Array(heads[row * 2 * count..<(row + 1) * 2 * count]),
                noise: noise[row * count..<(row + 1) * count].map { Double($0) }, bounds: bounds)
        }
        func total(_ heads: [Double]) -> Double {
            (0..<rows).reduce(0.0) { sum, row in
                let (action, logDensity) = drawn(heads, row)
                return sum + Double(alpha) * logDensity - min(first(action), second(action))
            } / Double(rows)
        }
        let point = heads.map { Double($0) }
        let actions = (0..<rows).map { drawn(point, $0).action }
        let firstValues = AlignedBuffer(actions.map { Float(first($0)) })
        let secondValues = AlignedBuffer(actions.map { Float(second($0)) })
        let firstSlopes = AlignedBuffer(actions.flatMap { [Float(0.8 + $0[1]), Float($0[0] - 0.5)] })
        let secondSlopes = AlignedBuffer(actions.flatMap { [Float(-0.4 - 2 * $0[0]), 0.3] })
        let sample = SACGaussianSample(distribution, rows: rows)
        sample.draw(rows: rows, heads: heads, noise: noise)
        var gradient = [Float](repeating: 0, count: heads.count)
        let loss = withExtendedLifetime((firstValues, secondValues, firstSlopes, secondSlopes)) {
            sample.loss(
                rows: rows,
                first: SACEvaluation(
                    values: firstValues.rows(of: 1), slopes: firstSlopes.rows(of: count)),
                second: SACEvaluation(
                    values: secondValues.rows(of: 1), slopes: secondSlopes.rows(of: count)),
                temperature: alpha, weight: weight, gradient: &gradient)
        }
        #expect(abs(loss / Double(rows) - total(point)) < 1e-5)
        let expected = CentralDifferences.gradient(at: point, of: total)
        #expect(CentralDifferences.relativeError(gradient, expected) < 1e-5)
        let clamped = heads.indices.filter {
            $0 % (2 * count) >= count && !bounds.contains(Double(heads[$0]))
        }
        #expect(!clamped.isEmpty)
        #expect(clamped.allSatisfy { gradient[$0] == 0 })
    }
}
