import ReinNumerics
import ReinTestSupport
import Testing

@testable import Rein

@Suite("Prioritised sampling")
struct PrioritizedSamplerTests {
    @Test("Sums follow every change, and a position finds the number whose part contains it")
    func search() {
        let tree = ReductionTree<Sum>(count: 5)
        let numbers = [1.0, 0, 2.5, 0.5, 4]
        for (index, number) in numbers.enumerated() { tree[index] = number }
        #expect(tree.total == 8)
        let expected = [(0.0, 0), (0.99, 0), (1.0, 2), (3.49, 2), (3.5, 3), (3.99, 3), (4.0, 4), (7.99, 4), (8.0, 4)]
        for (position, index) in expected { #expect(tree.index(at: position) == index, "\(position)") }
        tree[4] = 0
        #expect(tree.total == 4)
        #expect(tree.index(at: 3.999_999) == 3)
    }

    @Test("A minimum follows every change")
    func minimum() {
        let tree = ReductionTree<Minimum>(count: 5)
        #expect(tree.total == .infinity)
        for (index, number) in [3.0, 2, 5, 7, 4].enumerated() { tree[index] = number }
        #expect(tree.total == 2)
        tree[1] = 6
        #expect(tree.total == 3)
        tree[4] = 1
        #expect(tree.total == 1)
        #expect(Array(tree.numbers) == [3, 6, 5, 7, 1])
        let copy = ReductionTree(copying: tree, count: 5)
        tree[4] = 9
        #expect(tree.total == 3 && copy.total == 1)
    }

    @Test("A copy with more room finds the same numbers, to the bit")
    func room() {
        var random = RandomStream(seed: 8, name: "numbers")
        let tree = ReductionTree<Sum>(count: 11)
        for index in 0..<11 { tree[index] = random.nextDouble() }
        let copy = ReductionTree(copying: tree, count: 50)
        #expect(copy.total == tree.total)
        for _ in 0..<200 {
            let position = random.nextDouble() * tree.total
            #expect(copy.index(at: position) == tree.index(at: position))
        }
        copy[40] = 2
        #expect(copy.total == tree.total + 2 && copy.index(at: copy.total - 1) == 40)
    }

    /// A buffer of `count` transitions whose observation is their number, with priorities.
    private func prioritized(
        _ errors: [Float], alpha: Double, epsilon: Double = 1e-6, sampling: PrioritizedReplaySampling = .stratified
    ) -> (ReplayBuffer, PrioritizedSampler) {
        let buffer = ReplayBuffer(capacity: errors.count, observationWidth: 1, actionWidth: 1)
        let sampler = PrioritizedSampler(
            capacity: errors.count, rule: PrioritizedSampler.Rule(exponent: alpha, epsilon: epsilon, sampling: sampling)
        )
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

    @Test(
        "Transitions are drawn in proportion to their priority to the power of α (chi-square)",
        arguments: PrioritizedReplaySampling.allCases)
    func frequencies(sampling: PrioritizedReplaySampling) {
        let errors: [Float] = [0.1, 1, 2, 3, 0.5, 4, 0.01, 1.5]
        let (buffer, sampler) = prioritized(errors, alpha: 0.6, sampling: sampling)
        let batch = ReplayBatch(rows: 32, of: buffer)
        var random = RandomStream(seed: 3, name: "sampling")
        var counts = [Double](repeating: 0, count: errors.count)
        let draws = 2_000
        for _ in 0..<draws {
            sampler.sample(batch, from: buffer, beta: 0.4, using: &random)
            for row in 0..<batch.rows { counts[Int(batch.observations.pointer[row])] += 1 }
        }
        let powers = errors.map { power(Double($0) + 1e-6, 0.6) }
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
    @Test("Independent draws are weighted over the largest weight in the replay, whether it is drawn or not")
    func weightsOfAll() {
        // The third has a share of a thousandth: it is not drawn, and the largest weight is its own.
        let (buffer, sampler) = prioritized([1, 3, 0.004], alpha: 1, sampling: .independent)
        let batch = ReplayBatch(rows: 16, of: buffer)
        var random = RandomStream(seed: 4, name: "sampling")
        sampler.sample(batch, from: buffer, beta: 0.5, using: &random)
        for row in 0..<batch.rows {
            let error = Float([1, 3, 0.004][Int(batch.observations.pointer[row])])
            #expect(error > 0.1)
            #expect(abs(batch.weights.pointer[row] - (0.004 / error).squareRoot()) < 1e-4)
        }
    }

    @Test(
        "Without ε, transitions without an error are not drawn, and have no part in the weights",
        arguments: PrioritizedReplaySampling.allCases)
    func withoutEpsilon(sampling: PrioritizedReplaySampling) throws {
        let (buffer, sampler) = prioritized([1, 0, 4, 0], alpha: 1, epsilon: 0, sampling: sampling)
        let batch = ReplayBatch(rows: 64, of: buffer)
        var random = RandomStream(seed: 6, name: "sampling")
        let restored = PrioritizedSampler(capacity: 4, rule: sampler.rule)
        try restored.restore(from: StateReader(sampler.sharedState(count: 4)), count: 4)
        for sampler in [sampler, restored] {
            sampler.sample(batch, from: buffer, beta: 0.5, using: &random)
            for row in 0..<batch.rows {
                let error = [Float(1), 0, 4, 0][Int(batch.observations.pointer[row])]
                #expect(error > 0)
                #expect(abs(batch.weights.pointer[row] - (1 / error).squareRoot()) < 1e-6)
            }
        }
        // Then no transition has one: all are as likely as each other, and weigh the same.
        sampler.update(batch, errors: [Float](repeating: 0, count: batch.rows))
        sampler.sample(batch, from: buffer, beta: 0.5, using: &random)
        #expect(Set((0..<batch.rows).map { batch.observations.pointer[$0] }).count == 4)
        #expect((0..<batch.rows).allSatisfy { batch.weights.pointer[$0] == 1 })
        // A new one is drawn alone.
        sampler.insert(3)
        sampler.sample(batch, from: buffer, beta: 0.5, using: &random)
        #expect((0..<batch.rows).allSatisfy { batch.indices.pointer[$0] == 3 && batch.weights.pointer[$0] == 1 })
    }

    @Test(
        "No exponent makes weights that are no numbers",
        arguments: PrioritizedReplaySampling.allCases,
        [(0.6, 40.0), (1000, 0.4), (3, 1000), (0.001, 1), (1, 1e9)])
    func exponents(sampling: PrioritizedReplaySampling, exponents: (alpha: Double, beta: Double)) throws {
        let errors: [Float] = [
            0, .leastNonzeroMagnitude, 1e-20, 1e-3, 0.999, 1, 1.001, 30, 1e20, .greatestFiniteMagnitude,
        ]
        for epsilon in [0, 1e-100, 1e-6, 1e100] {
            let (buffer, sampler) = prioritized(errors, alpha: exponents.alpha, epsilon: epsilon, sampling: sampling)
            let batch = ReplayBatch(rows: 32, of: buffer)
            var random = RandomStream(seed: 7, name: "sampling")
            for _ in 0..<20 {
                sampler.sample(batch, from: buffer, beta: exponents.beta, using: &random)
                let weights = (0..<batch.rows).map { batch.weights.pointer[$0] }
                #expect(weights.allSatisfy { (0...1).contains($0) }, "\(weights)")
                if sampling == .stratified { #expect(weights.contains(1)) }
                sampler.update(batch, errors: weights)
            }
            let priorities = try StateReader(sampler.sharedState(count: errors.count)).tensor("priorities").doubles()
            #expect(priorities.allSatisfy { $0 >= 0 && $0.isFinite })
        }
    }

    @Test("A new transition has the largest priority so far, or that of an error of 1")
    func newTransitions() throws {
        for (sampling, expected) in [(PrioritizedReplaySampling.stratified, 9.0), (.independent, 1)] {
            let (buffer, sampler) = prioritized([0.5, 9], alpha: 1, sampling: sampling)
            sampler.insert(0)
            let state = StateReader(sampler.sharedState(count: buffer.count))
            #expect(abs(try state.tensor("priorities").doubles()[0] - expected) < 1e-5)
        }
    }

    @Test("A smaller ε leaves less to transitions without an error")
    func epsilon() throws {
        for epsilon in [1e-6, 0.25] {
            let sampler = PrioritizedSampler(
                capacity: 1, rule: PrioritizedSampler.Rule(exponent: 0.5, epsilon: epsilon))
            let batch = ReplayBatch(rows: 1, of: ReplayBuffer(capacity: 1, observationWidth: 1, actionWidth: 1))
            sampler.update(batch, errors: [0])
            let state = StateReader(sampler.sharedState(count: 1))
            #expect(try state.tensor("priorities").doubles() == [epsilon.squareRoot()])
        }
    }

    /// What real RLlib's buffer did.
    @Test("Priorities, draws and weights are those that RLlib's buffer records")
    func rllib() throws {
        let recorded = try RLlibFixture.recording("prioritized_replay")
        let errors = try recorded.child("errors").list().map { Float(try $0.double()) }
        let buffer = ReplayBuffer(capacity: errors.count, observationWidth: 1, actionWidth: 1)
        let sampler = PrioritizedSampler(
            capacity: errors.count,
            rule: PrioritizedSampler.Rule(
                exponent: try recorded.double("alpha"), epsilon: try recorded.double("epsilon"),
                sampling: .independent))
        /// Writes transitions over the oldest ones.
        func append(_ count: Int) {
            for _ in 0..<count {
                sampler.insert(
                    buffer.append(observation: [0], action: [0], reward: 0, discount: 1, nextObservation: [0]))
            }
        }
        append(errors.count)
        let all = ReplayBatch(rows: errors.count, of: buffer)
        for index in errors.indices { all.indices.pointer[index] = Int32(index) }
        sampler.update(all, errors: errors)
        append(try recorded.int("overwritten"))
        let priorities = try recorded.child("priorities").list().map { try $0.double() }
        let found = try StateReader(sampler.sharedState(count: errors.count)).tensor("priorities").doubles()
        for (one, other) in zip(found, priorities) { #expect(abs(one - other) <= 1e-9 * other) }
        let tree = ReductionTree<Sum>(count: errors.count)
        for (index, priority) in priorities.enumerated() { tree[index] = priority }
        for draw in try recorded.child("draws").list() {
            let (uniform, index) = try (draw.double("uniform"), draw.int("index"))
            #expect(tree.index(at: uniform * tree.total) == index)
        }
        let weights = try recorded.child("weights").list().map { Float(try $0.double()) }
        let batch = ReplayBatch(rows: 64, of: buffer)
        var random = RandomStream(seed: 5, name: "sampling")
        sampler.sample(batch, from: buffer, beta: try recorded.double("beta"), using: &random)
        for row in 0..<batch.rows {
            let expected = weights[Int(batch.indices.pointer[row])]
            #expect(abs(batch.weights.pointer[row] - expected) <= 2e-6 * expected)
        }
    }
}
