import ReinNumerics
import Testing

@testable import Rein

@Suite("Sum trees and prioritised sampling")
struct SumTreeTests {
    @Test("Sums follow every change, and a position finds the number whose part contains it")
    func search() {
        let tree = SumTree(count: 5)
        let numbers = [1.0, 0, 2.5, 0.5, 4]
        for (index, number) in numbers.enumerated() { tree[index] = number }
        #expect(tree.total == 8)
        let expected = [(0.0, 0), (0.99, 0), (1.0, 2), (3.49, 2), (3.5, 3), (3.99, 3), (4.0, 4), (7.99, 4), (8.0, 4)]
        for (position, index) in expected { #expect(tree.index(at: position) == index, "\(position)") }
        tree[4] = 0
        #expect(tree.total == 4)
        #expect(tree.index(at: 3.999_999) == 3)
    }

    /// A buffer of `count` transitions whose observation is their number, with priorities.
    private func prioritized(_ errors: [Float], alpha: Double) -> (ReplayBuffer, PrioritizedSampler) {
        let buffer = ReplayBuffer(capacity: errors.count, observationWidth: 1, actionWidth: 1)
        let sampler = PrioritizedSampler(capacity: errors.count, alpha: alpha)
        for index in errors.indices {
            var (observation, action) = (Float(index), Float(0))
            sampler.insert(
                buffer.append(
                    observation: &observation, action: &action, reward: 0, discount: 1, nextObservation: [0]))
        }
        let batch = ReplayBatch(rows: errors.count, of: buffer)
        for index in errors.indices { batch.indices.pointer[index] = Int32(index) }
        sampler.update(batch, errors: errors)
        return (buffer, sampler)
    }

    @Test("Transitions are drawn in proportion to their priority to the power of α (chi-square)")
    func frequencies() {
        let errors: [Float] = [0.1, 1, 2, 3, 0.5, 4, 0.01, 1.5]
        let (buffer, sampler) = prioritized(errors, alpha: 0.6)
        let batch = ReplayBatch(rows: 32, of: buffer)
        var random = RandomStream(seed: 3, name: "sampling")
        var counts = [Double](repeating: 0, count: errors.count)
        let draws = 2_000
        for _ in 0..<draws {
            sampler.sample(batch, from: buffer, beta: 0.4, using: &random)
            for row in 0..<batch.rows { counts[Int(batch.observations.pointer[row])] += 1 }
        }
        let powers = errors.map { power(Double($0) + PrioritizedSampler.offset, 0.6) }
        let total = powers.reduce(0, +)
        let chiSquare = zip(counts, powers).reduce(0.0) { sum, pair in
            let expected = Double(draws * batch.rows) * pair.1 / total
            return sum + (pair.0 - expected) * (pair.0 - expected) / expected
        }
        // The 0.999 quantile with 7 degrees of freedom; strata only make the counts more even.
        #expect(chiSquare < 24.3, "\(counts)")
    }

    @Test("Weights are (N P)^−β over the largest of the batch")
    func weights() {
        let (buffer, sampler) = prioritized([1, 3], alpha: 1)
        let batch = ReplayBatch(rows: 64, of: buffer)
        var random = RandomStream(seed: 4, name: "sampling")
        sampler.sample(batch, from: buffer, beta: 0.5, using: &random)
        for row in 0..<batch.rows {
            let expected: Float = batch.observations.pointer[row] == 0 ? 1 : (1 / Float(3)).squareRoot()
            #expect(abs(batch.weights.pointer[row] - expected) < 1e-5)
        }
    }
}
