import Foundation
import ReinTestSupport
import Testing

@testable import Rein

@Suite("Discrete SAC under masks")
struct SACMaskTests {
    @Test("Expectations are over valid actions, and invalid ones have no gradient")
    func expectations() {
        let (rows, count) = (10, 4)
        let alpha: Float = 0.3
        var random = RandomStream(seed: 51, name: "sac")
        let logits = (0..<rows * count).map { _ in random.nextNormal() }
        let first = (0..<rows * count).map { _ in random.nextNormal() }
        let second = (0..<rows * count).map { _ in random.nextNormal() }
        var masks = logits.map { _ in random.nextFloat() < 0.5 }
        for row in 0..<rows { masks[row * count + random.below(count)] = true }
        let sample = SACCategoricalSample(Categorical(count: count), rows: rows)
        sample.draw(rows: rows, heads: logits, noise: logits, masks: masks)
        var values = [Float](repeating: .nan, count: rows)
        sample.softValues(rows: rows, first: first, second: second, temperature: alpha, into: &values)
        /// E[log π] and E[min(Q₁, Q₂) − α log π] of a row.
        func expectation(_ row: Int, _ logits: [Double]) -> (logDensity: Double, value: Double) {
            let valid = (row * count..<(row + 1) * count).filter { masks[$0] }
            let normalizer = log(valid.reduce(0.0) { $0 + exp(logits[$1]) })
            return valid.reduce((0.0, 0.0)) { sum, index in
                let logP = logits[index] - normalizer
                let value = Double(min(first[index], second[index])) - Double(alpha) * logP
                return (sum.0 + exp(logP) * logP, sum.1 + exp(logP) * value)
            }
        }
        let point = logits.map { Double($0) }
        for row in 0..<rows {
            let expected = expectation(row, point)
            #expect(abs(Double(sample.logDensities[row]) - expected.logDensity) < 1e-5)
            // Values are relative to uniform valid actions, which are worth their mean.
            let valid = (row * count..<(row + 1) * count).count { masks[$0] }
            #expect(abs(Double(values[row]) - (expected.value - Double(alpha) * log(Double(valid)))) < 1e-5)
        }
        var gradient = [Float](repeating: .nan, count: rows * count)
        let loss = first.withUnsafeBufferPointer { first in
            second.withUnsafeBufferPointer { second in
                guard let first = first.baseAddress, let second = second.baseAddress else { return 0.0 }
                func evaluation(_ values: UnsafePointer<Float>) -> SACEvaluation {
                    SACEvaluation(
                        values: Rows(values, count: rows, width: count),
                        slopes: Rows(values, count: rows, width: count))
                }
                return sample.loss(
                    rows: rows, first: evaluation(first), second: evaluation(second), temperature: alpha, weight: 1,
                    gradient: &gradient)
            }
        }
        func total(_ logits: [Double]) -> Double {
            (0..<rows).reduce(0.0) { $0 - expectation($1, logits).value }
        }
        #expect(abs(loss - total(point)) < 1e-4)
        let expected = CentralDifferences.gradient(at: point, of: total)
        #expect(CentralDifferences.relativeError(gradient, expected) < 1e-5)
        for index in masks.indices where !masks[index] { #expect(gradient[index] == 0) }
    }

    @Test("What only the mask tells is put to use in 800 steps, of which 100 are uniform")
    func maskedIdentity() throws {
        let (algorithm, report) = try SACProbeTests.train(MaskedIdentity.self, iterations: 8) {
            $0.learnsTemperature = false
        }
        #expect(report.metrics.allSatisfy { $0.value.isFinite })
        try SACProbeTests.expectSolved(algorithm, EnvironmentSpecification(MaskedIdentity.self))
    }
}
