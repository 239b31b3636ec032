import Foundation
import ReinNetworks
import ReinNumerics
import ReinTestSupport
import Testing

@testable import Rein

@Suite("Losses of PPO")
struct PPOLossTests {
    /// The settings that a loss is checked with.
    enum Variant: CaseIterable { case plain, entropy, penalty, valueClip, errorClip }

    static func loss(_ variant: Variant, rows: Int) -> PPOLoss {
        PPOLoss(
            clipRange: 0.2, entropyCoefficient: variant == .entropy ? 0.05 : 0,
            klCoefficient: variant == .penalty ? 0.3 : 0, valueLossCoefficient: 0.5,
            valueClipRange: variant == .valueClip ? 0.3 : nil, valueErrorClip: variant == .errorClip ? 0.8 : nil,
            weight: 1 / Float(rows))
    }

    static func surrogate(_ ratio: Double, _ advantage: Double) -> Double {
        -min(ratio * advantage, max(0.8, min(1.2, ratio)) * advantage)
    }

    @Test("What is none has a gradient that is none, whatever limits there are", arguments: Variant.allCases)
    func notFinite(variant: Variant) {
        let loss = Self.loss(variant, rows: 1)
        for (ratio, advantage) in [(.nan, 1), (.nan, -1), (1, .nan)] as [(Float, Float)] {
            let (value, slope) = loss.surrogate(ratio: ratio, advantage: advantage)
            #expect(value.isNaN && slope.isNaN)
        }
        for (value, target) in [(.nan, 1), (1, .nan), (1, .infinity), (.infinity, 0)] as [(Float, Float)] {
            let (gradient, _) = loss.evaluateValues([value], old: [0], returns: [target])
            #expect(!gradient[0].isFinite, "\(value) for \(target)")
        }
    }

    @Test("Categorical policy loss and gradient equal central differences", arguments: Variant.allCases)
    func categorical(variant: Variant) {
        let (rows, count) = (40, 3)
        var random = RandomStream(seed: 11, name: "loss")
        let logits = (0..<rows * count).map { _ in random.nextNormal() }
        let old = logits.map { $0 + 0.3 * random.nextNormal() }
        let actions = (0..<rows).map { _ in Float(random.below(count)) }
        let advantages = (0..<rows).map { _ in random.nextNormal() }
        func logProbabilities(_ row: Int, _ logits: [Double]) -> [Double] {
            let part = logits[row * count..<(row + 1) * count]
            let normalizer = log(part.reduce(0.0) { $0 + exp($1) })
            return part.map { $0 - normalizer }
        }
        let oldDouble = old.map { Double($0) }
        let oldLogDensities = (0..<rows).map { Float(logProbabilities($0, oldDouble)[Int(actions[$0])]) }
        let loss = Self.loss(variant, rows: rows)
        func total(_ logits: [Double]) -> Double {
            (0..<rows).reduce(0.0) { sum, row in
                let new = logProbabilities(row, logits)
                let before = logProbabilities(row, oldDouble)
                let ratio = exp(new[Int(actions[row])] - Double(oldLogDensities[row]))
                let entropy = -new.reduce(0.0) { $0 + exp($1) * $1 }
                let divergence = zip(before, new).reduce(0.0) { $0 + exp($1.0) * ($1.0 - $1.1) }
                return sum + Self.surrogate(ratio, Double(advantages[row]))
                    - Double(loss.entropyCoefficient) * entropy + Double(loss.klCoefficient) * divergence
            } / Double(rows)
        }
        let samples = LossSamples(
            heads: logits, oldHeads: old, actions: actions, oldLogDensities: oldLogDensities, advantages: advantages)
        let (gradient, sums) = samples.evaluate {
            loss.categorical(Categorical(count: count), $0, sums: &$1)
        }
        let point = logits.map { Double($0) }
        let measured =
            (sums.policyLoss - Double(loss.entropyCoefficient) * sums.entropy
                + Double(loss.klCoefficient) * sums.penalty) / Double(rows)
        #expect(abs(measured - total(point)) < 1e-6)
        let expected = CentralDifferences.gradient(at: point, of: total)
        #expect(CentralDifferences.relativeError(gradient, expected) < 1e-5)
        #expect(sums.clipped > 0, "the samples must reach both sides of the clip")
        #expect(sums.klDivergence > 0)
    }

    @Test("Gaussian policy loss and gradient equal central differences", arguments: Variant.allCases)
    func gaussian(variant: Variant) {
        let (rows, count) = (30, 2)
        var random = RandomStream(seed: 12, name: "loss")
        let means = (0..<rows * count).map { _ in random.nextNormal() }
        let oldMeans = means.map { $0 + 0.2 * random.nextNormal() }
        let (deviations, oldDeviations): ([Float], [Float]) = ([-0.3, 0.2], [-0.2, 0.1])
        let actions = oldMeans.enumerated().map { $1 + exp(oldDeviations[$0 % count]) * random.nextNormal() }
        let advantages = (0..<rows).map { _ in random.nextNormal() }
        func logDensity(_ row: Int, _ means: [Double], _ deviations: [Double]) -> Double {
            (0..<count).reduce(0.0) { sum, dimension in
                let index = row * count + dimension
                let z = (Double(actions[index]) - means[index]) / exp(deviations[dimension])
                return sum - 0.5 * z * z - deviations[dimension] - 0.5 * log(2 * Double.pi)
            }
        }
        let (oldM, oldD) = (oldMeans.map { Double($0) }, oldDeviations.map { Double($0) })
        let oldLogDensities = (0..<rows).map { Float(logDensity($0, oldM, oldD)) }
        let loss = Self.loss(variant, rows: rows)
        // The point is all means, then the log standard deviations.
        func total(_ point: [Double]) -> Double {
            let (m, d) = (Array(point.prefix(rows * count)), Array(point.suffix(count)))
            return (0..<rows).reduce(0.0) { sum, row in
                let ratio = exp(logDensity(row, m, d) - Double(oldLogDensities[row]))
                let entropy = d.reduce(0.0) { $0 + $1 + 0.5 + 0.5 * log(2 * Double.pi) }
                let divergence = (0..<count).reduce(0.0) { sum, dimension in
                    let index = row * count + dimension
                    let variance = exp(2 * d[dimension])
                    let spread = exp(2 * oldD[dimension]) + (oldM[index] - m[index]) * (oldM[index] - m[index])
                    return sum + d[dimension] - oldD[dimension] + spread / (2 * variance) - 0.5
                }
                return sum + Self.surrogate(ratio, Double(advantages[row]))
                    - Double(loss.entropyCoefficient) * entropy + Double(loss.klCoefficient) * divergence
            } / Double(rows)
        }
        let samples = LossSamples(
            heads: means, oldHeads: oldMeans, actions: actions, oldLogDensities: oldLogDensities, advantages: advantages
        )
        var (gradient, sums): ([Float], PPOSums) = ([], PPOSums())
        let deviationGradient = PPODeviations.evaluate(deviations, old: oldDeviations) { deviations in
            (gradient, sums) = samples.evaluate {
                loss.gaussian(DiagonalGaussian(count: count), $0, deviations: deviations, sums: &$1)
            }
        }
        let point = (means + deviations).map { Double($0) }
        let measured =
            (sums.policyLoss - Double(loss.entropyCoefficient) * sums.entropy
                + Double(loss.klCoefficient) * sums.penalty) / Double(rows)
        #expect(abs(measured - total(point)) < 2e-6)
        let expected = CentralDifferences.gradient(at: point, of: total)
        #expect(CentralDifferences.relativeError(gradient + deviationGradient, expected) < 1e-5)
        #expect(sums.clipped > 0)
    }

    @Test("Value loss and gradient equal central differences in every form", arguments: Variant.allCases)
    func value(variant: Variant) {
        let rows = 50
        var random = RandomStream(seed: 13, name: "loss")
        let values = (0..<rows).map { _ in random.nextNormal() }
        let old = values.map { $0 + 0.4 * random.nextNormal() }
        let returns = values.map { $0 + random.nextNormal() }
        let loss = Self.loss(variant, rows: rows)
        func total(_ values: [Double]) -> Double {
            (0..<rows).reduce(0.0) { sum, row in
                let (target, before) = (Double(returns[row]), Double(old[row]))
                var error = (values[row] - target) * (values[row] - target)
                if let range = loss.valueClipRange.map({ Double($0) }) {
                    let limited = before + max(-range, min(range, values[row] - before)) - target
                    error = max(error, limited * limited)
                }
                if let limit = loss.valueErrorClip { error = min(error, Double(limit)) }
                return sum + error
            } / Double(rows)
        }
        let (gradient, sums) = loss.evaluateValues(values, old: old, returns: returns)
        let point = values.map { Double($0) }
        #expect(abs(sums.valueLoss / Double(rows) - total(point)) < 1e-6)
        let expected = CentralDifferences.gradient(at: point) { 0.5 * total($0) }
        #expect(CentralDifferences.relativeError(gradient, expected) < 1e-5)
    }
}
