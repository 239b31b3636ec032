import Foundation
import ReinTestSupport
import Testing

@testable import Rein

@Suite("PPO under masks and with several components")
struct PPOMaskTests {
    /// The actions that a loss is checked with: the choices of each component.
    static let spaces = [[3], [3, 2, 4]]

    /// Random logits, masks with a valid choice for every component, and valid actions.
    struct Samples {
        let rows = 40
        let counts: [Int]
        var width: Int { counts.reduce(0, +) }
        var logits: [Float]
        var old: [Float]
        var masks: [Bool]
        var actions: [Float] = []
        var advantages: [Float]

        init(counts: [Int], isMasked: Bool) {
            self.counts = counts
            var random = RandomStream(seed: 31, name: "masks")
            let count = rows * counts.reduce(0, +)
            logits = (0..<count).map { _ in random.nextNormal() }
            old = logits.map { $0 + 0.3 * random.nextNormal() }
            masks = (0..<count).map { _ in !isMasked || random.nextFloat() < 0.6 }
            advantages = (0..<rows).map { _ in random.nextNormal() }
            var base = 0
            for _ in 0..<rows {
                for count in counts {
                    let choice = random.below(count)
                    masks[base + choice] = true
                    actions.append(Float(choice))
                    base += count
                }
            }
        }

        /// Log-probabilities of a row, component by component, over valid choices; nil for others.
        func logProbabilities(_ row: Int, _ logits: [Double]) -> [[Double?]] {
            var base = row * width
            return counts.map { count in
                let range = base..<base + count
                base += count
                let normalizer = log(range.reduce(0.0) { $0 + (masks[$1] ? exp(logits[$1]) : 0) })
                return range.map { masks[$0] ? logits[$0] - normalizer : nil }
            }
        }

        func logDensity(_ row: Int, _ logits: [Double]) -> Double {
            logProbabilities(row, logits).enumerated().reduce(0.0) {
                $0 + ($1.element[Int(actions[row * counts.count + $1.offset])] ?? .nan)
            }
        }
    }

    @Test(
        "Policy loss and gradient equal central differences over valid choices, and invalid ones have no gradient",
        arguments: [PPOLossTests.Variant.plain, .entropy, .penalty], [(0, false), (0, true), (1, false), (1, true)])
    func gradient(variant: PPOLossTests.Variant, space: (index: Int, isMasked: Bool)) {
        let samples = Samples(counts: Self.spaces[space.index], isMasked: space.isMasked)
        let (rows, width) = (samples.rows, samples.width)
        let loss = PPOLossTests.loss(variant, rows: rows)
        let oldPoint = samples.old.map { Double($0) }
        let oldLogDensities = (0..<rows).map { Float(samples.logDensity($0, oldPoint)) }
        func total(_ logits: [Double]) -> Double {
            (0..<rows).reduce(0.0) { sum, row in
                let new = samples.logProbabilities(row, logits).flatMap(\.self)
                let before = samples.logProbabilities(row, oldPoint).flatMap(\.self)
                let ratio = exp(samples.logDensity(row, logits) - Double(oldLogDensities[row]))
                let entropy = new.reduce(0.0) { $0 - ($1.map { exp($0) * $0 } ?? 0) }
                let divergence = zip(before, new).reduce(0.0) { sum, pair in
                    guard let old = pair.0, let new = pair.1 else { return sum }
                    return sum + exp(old) * (old - new)
                }
                return sum + PPOLossTests.surrogate(ratio, Double(samples.advantages[row]))
                    - Double(loss.entropyCoefficient) * entropy + Double(loss.klCoefficient) * divergence
            } / Double(rows)
        }
        let count = rows * width
        var (logits, old) = (samples.logits, samples.old)
        for index in 0..<count where !samples.masks[index] {
            logits[index] = ActionMask.logit
            old[index] = ActionMask.logit
        }
        let (gradient, sums) = LossSamples(
            heads: logits, oldHeads: old, actions: samples.actions, oldLogDensities: oldLogDensities,
            advantages: samples.advantages
        ).evaluate {
            if samples.counts.count == 1 {
                loss.categorical(Categorical(count: width), $0, sums: &$1)
            } else {
                loss.multiCategorical(MultiCategorical(counts: samples.counts), $0, sums: &$1)
            }
        }
        let point = samples.logits.map { Double($0) }
        let measured =
            (sums.policyLoss - Double(loss.entropyCoefficient) * sums.entropy
                + Double(loss.klCoefficient) * sums.penalty) / Double(rows)
        #expect(abs(measured - total(point)) < 2e-6)
        let expected = CentralDifferences.gradient(at: point, of: total)
        #expect(CentralDifferences.relativeError(gradient, expected) < 1e-5)
        for index in 0..<count where !samples.masks[index] { #expect(gradient[index] == 0) }
    }

    @Test("One component is one categorical distribution, to the bit")
    func oneComponent() {
        let samples = Samples(counts: [5], isMasked: false)
        let loss = PPOLossTests.loss(.entropy, rows: samples.rows)
        let oldLogDensities = (0..<samples.rows).map { Float(samples.logDensity($0, samples.old.map { Double($0) })) }
        let rows = LossSamples(
            heads: samples.logits, oldHeads: samples.old, actions: samples.actions, oldLogDensities: oldLogDensities,
            advantages: samples.advantages)
        let one = rows.evaluate { loss.categorical(Categorical(count: 5), $0, sums: &$1) }
        let other = rows.evaluate { loss.multiCategorical(MultiCategorical(counts: [5]), $0, sums: &$1) }
        #expect(one.gradient.map(\.bitPattern) == other.gradient.map(\.bitPattern))
        #expect(one.sums.policyLoss == other.sums.policyLoss && one.sums.entropy == other.sums.entropy)
    }

    static func expectSolved<E: Environment>(_ environment: E.Type) throws {
        let algorithm = try PPOProbeTests.train(environment, iterations: 12) {
            $0.discount = 0.4
            $0.epochs = 10
        }
        #expect(algorithm.counters.environmentSteps <= 1_600)
        let policy = try #require(algorithm.policy())
        let episodes = try Evaluator(environment: EnvironmentSpecification(environment), seed: 5)
            .episodes(3, of: policy)
        #expect(episodes.allSatisfy { $0.totalReward >= 90 }, "\(episodes)")
    }

    @Test("Two components are learnt together within 1,600 steps")
    func multiIdentity() throws { try Self.expectSolved(MultiIdentity.self) }

    @Test("What only the mask tells is put to use within 1,600 steps")
    func maskedIdentity() throws { try Self.expectSolved(MaskedIdentity.self) }

    @Test("Two components under masks of their own are learnt within 1,600 steps")
    func maskedMultiIdentity() throws { try Self.expectSolved(MaskedMultiIdentity.self) }

    @Test("Before the first gradient step every probability ratio is 1", arguments: [false, true])
    func ratioOne(isShared: Bool) throws {
        let specifications = [
            EnvironmentSpecification(MultiIdentity.self), EnvironmentSpecification(MaskedIdentity.self),
            EnvironmentSpecification(MaskedMultiIdentity.self), EnvironmentSpecification(NoughtsAndCrosses.self),
        ]
        for specification in specifications {
            let algorithm = try PPO(
                environment: specification,
                configuration: PPODeterminismTests.configuration.with {
                    $0.network.value = isShared ? .shared : .separate
                    $0.network.policyGain = 1
                    $0.klCoefficient = 0.2
                })
            for _ in 0..<3 {
                let report = try #require(try algorithm.train().policy())
                #expect(try #require(report.metric("firstRatioError")) < 1e-5)
                #expect(report.metrics.allSatisfy { $0.value.isFinite }, "\(report.metrics)")
            }
        }
    }
}
