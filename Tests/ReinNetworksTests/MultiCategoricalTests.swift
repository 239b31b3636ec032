import Foundation
import ReinCheckpoints
import ReinNetworks
import ReinNumerics
import Testing

@Suite("Actions of several components, and masks of logits")
struct MultiCategoricalTests {
    static let distribution = MultiCategorical(counts: [3, 1, 2])

    /// Log-probabilities in double precision, component by component.
    static func reference(_ logits: [Float], counts: [Int]) -> [Double] {
        var rest = logits.map { Double($0) }[...]
        return counts.flatMap { count in
            let part = rest.prefix(count)
            rest = rest.dropFirst(count)
            let normalizer = log(part.reduce(0.0) { $0 + exp($1) })
            return part.map { $0 - normalizer }
        }
    }

    @Test("Each component has a softmax of its own, and log-probabilities add up")
    func logProbabilities() {
        var random = RandomStream(seed: 1, name: "logits")
        let rows = 5
        let logits = (0..<rows * 6).map { _ in 2 * random.nextNormal() }
        var logP = [Float](repeating: .nan, count: logits.count)
        var p = logP
        Self.distribution.logSoftmax(rows: rows, logits: logits, logProbabilities: &logP, probabilities: &p)
        for row in 0..<rows {
            let range = row * 6..<(row + 1) * 6
            let expected = Self.reference(Array(logits[range]), counts: [3, 1, 2])
            for (index, value) in zip(range, expected) {
                #expect(abs(Double(logP[index]) - value) < 1e-6)
                #expect(abs(Double(p[index]) - exp(value)) < 1e-6)
            }
            let sum = Self.distribution.logProbability(of: [2, 0, 1], logProbabilities: Array(logP[range]))
            #expect(abs(Double(sum) - (expected[2] + expected[3] + expected[5])) < 1e-6)
        }
    }

    @Test("The mode is the most likely choice of each component, among the valid ones")
    func mode() {
        let logits: [Float] = [1, 3, 2, 0, 5, 4]
        var action: [Float] = [9, 9, 9]
        Self.distribution.mode(logits: logits, into: &action)
        #expect(action == [1, 0, 0])
        Self.distribution.mode(logits: logits, mask: [true, false, true, true, false, true], into: &action)
        #expect(action == [2, 0, 1])
    }

    @Test("Draws have the frequencies of the probabilities, and without a mask the bits of one that allows all")
    func sampling() {
        let probabilities: [Float] = [0.2, 0.3, 0.5, 1, 0.75, 0.25]
        var random = RandomStream(seed: 2, name: "draws")
        var again = random
        var counts = [Int](repeating: 0, count: 6)
        var action: [Float] = [0, 0, 0]
        var same = action
        let draws = 20_000
        for _ in 0..<draws {
            Self.distribution.sample(probabilities: probabilities, using: &random, into: &action)
            Self.distribution.sample(
                probabilities: probabilities, mask: [Bool](repeating: true, count: 6), using: &again, into: &same)
            #expect(action == same)
            for (component, offset) in [0, 3, 4].enumerated() { counts[offset + Int(action[component])] += 1 }
        }
        for (count, probability) in zip(counts, probabilities) {
            #expect(abs(Double(count) / Double(draws) - Double(probability)) < 0.015)
        }
    }

    @Test("A masked logit has the probability 0, a finite logarithm, and changes nothing for the others")
    func maskedLogits() {
        let logits: [Float] = [50, -3, 2, 80]
        let mask = [false, true, true, false]
        var masked = logits
        ActionMask.apply(mask, to: masked, count: 4, into: &masked)
        var logP = [Float](repeating: .nan, count: 4)
        var p = logP
        Kernels.logSoftmax(masked, logProbabilities: &logP, probabilities: &p, rows: 1, columns: 4)
        #expect(p[0] == 0 && p[3] == 0)
        #expect(logP.allSatisfy { $0.isFinite })
        #expect(p[0] * logP[0] == 0)
        let expected = Self.reference([-3, 2], counts: [2])
        #expect(abs(Double(logP[1]) - expected[0]) < 1e-6 && abs(Double(logP[2]) - expected[1]) < 1e-6)
    }

    @Test("No network, however broken, makes an invalid action the choice")
    func brokenValues() {
        let mask = [false, false, true, false]
        let categorical = Categorical(count: 4)
        for value: Float in [.nan, .infinity, -.infinity, -1e30, 0] {
            let row = [Float](repeating: value, count: 4)
            #expect(categorical.mode(logits: row, mask: mask) == 2)
            #expect(ActionValues(count: 4).best(row, mask: mask) == 2)
            for uniform: Float in [0, 0.5, 0.999_999] {
                #expect(categorical.sample(probabilities: row, mask: mask, uniform: uniform) == 2)
            }
        }
    }

    @Test("Uniform choices are valid, equally likely, and the same as without a mask when all are valid")
    func uniform() {
        var random = RandomStream(seed: 3, name: "uniform")
        var counts = [Int](repeating: 0, count: 5)
        for _ in 0..<6_000 {
            counts[ActionMask.uniform(mask: [true, false, true, false, true], count: 5, using: &random)] += 1
        }
        #expect(counts[1] == 0 && counts[3] == 0)
        for action in [0, 2, 4] { #expect(abs(counts[action] - 2_000) < 200) }
        var again = random
        for _ in 0..<50 {
            #expect(
                ActionMask.uniform(mask: [true, true, true], count: 3, using: &random) == again.below(3))
        }
    }

    @Test("The distribution is saved as its type and counts, and impossible ones are refused")
    func storage() throws {
        let distribution = ActionDistribution.multiCategorical(Self.distribution)
        #expect(distribution.headWidth == 6 && distribution.actionWidth == 3 && distribution.maskWidth == 6)
        #expect(distribution.isDiscrete && !distribution.hasLogDeviation)
        let tree = StateEncoder().encode(distribution)
        #expect(tree == ["type": "multiCategorical", "counts": [3, 1, 2]])
        #expect(try StateDecoder().decode(ActionDistribution.self, from: tree) == distribution)
        let impossible: [StateTree] = [
            [], [0], [2, -1], [16_777_216, 1], [4_611_686_018_427_387_904, 4_611_686_018_427_387_904], "x",
        ]
        for counts in impossible {
            #expect(throws: StateError.self, "\(counts)") {
                try StateDecoder().decode(
                    ActionDistribution.self, from: ["type": "multiCategorical", "counts": counts])
            }
        }
    }
}
