import Rein
import Testing

@Suite("Acting with deviations from the policy head")
struct ConditionalActingTests {
    static let count = 2
    static let space = Box(low: [-1, -2], high: [1, 2])

    /// A policy without hidden layers, so that its head is known: the observation is the head.
    static func policy(actionTransform: ActionTransform? = nil) throws -> Policy {
        let observations = Box(low: [-10, -10, -10, -10], high: [10, 10, 10, 10])
        var network = ActorCritic(ActorCriticArchitecture(inputs: 4, outputs: 4, hidden: [], value: .none))
        for index in 0..<4 { network.parameters[index * 4 + index] = 1 }
        return try Policy(
            observationSpace: observations, actionSpace: .box(space),
            distribution: .conditionalGaussian(ConditionalGaussian(count: count)), network: network,
            actionTransform: actionTransform)
    }

    @Test("The outputs are means, then log deviations, and the most likely action is the mean within the bounds")
    func mode() throws {
        let policy = try Self.policy()
        #expect(policy.actionTransform == .clip)
        #expect(policy.outputCount == 4)
        #expect(policy.outputs(for: [0.5, -3, -0.25, 4]) == [0.5, -3, -0.25, 4])
        #expect(policy.action(for: [0.5, -3, -0.25, 4]) == .continuous([0.5, -2]))
        let stretched = try Self.policy(actionTransform: .rescale)
        #expect(stretched.action(for: [0.5, -0.25, 0, 0]) == .continuous([0.5, -0.5]))
    }

    @Test("Many observations at once give what each gives alone, the most likely actions and random ones")
    func batch() throws {
        let policy = try Self.policy()
        let rows = 5
        let inference = PolicyInference(policy, rows: rows)
        var random = RandomStream(seed: 5, name: "observations")
        let observations = (0..<rows * 4).map { _ in 0.5 * random.nextNormal() }
        func observation(_ row: Int) -> [Float] { Array(observations[row * 4..<row * 4 + 4]) }
        var actions = [Float](repeating: .nan, count: rows * Self.count)
        inference.act(rows: rows, observations: observations, into: &actions)
        for row in 0..<rows {
            #expect(
                policy.action(for: observation(row))
                    == .continuous(Array(actions[row * Self.count..<(row + 1) * Self.count])))
        }
        var streams = (0..<rows).map { RandomStream(seed: 6, name: "lane", index: $0) }
        let before = streams
        inference.sample(rows: rows, observations: observations, into: &actions, using: &streams)
        for row in 0..<rows {
            var stream = before[row]
            guard case .continuous(let action) = policy.sampleAction(for: observation(row), using: &stream) else {
                Issue.record("not a continuous action")
                return
            }
            for dimension in 0..<Self.count {
                #expect(abs(action[dimension] - actions[row * Self.count + dimension]) < 1e-6)
            }
            #expect(stream == streams[row])
        }
    }

    @Test("Draws have the mean and the deviation of their own rows, and the entropy is the mean of −log p")
    func statistics() {
        let rows = 40_000
        // Rows take turns between two states.
        let states: [[Float]] = [[0.3, -0.6, -0.5, 0.4], [-2, 1, 0.7, -1.5]]
        let gaussian = ConditionalGaussian(count: Self.count)
        let sampler = ActionSampler(.conditionalGaussian(gaussian), rows: rows)
        var streams = (0..<rows).map { RandomStream(seed: 3, name: "lane", index: $0) }
        let heads = (0..<rows).flatMap { states[$0 % 2] }
        var actions = [Float](repeating: .nan, count: rows * Self.count)
        var logDensities = [Float](repeating: .nan, count: rows)
        sampler.sample(
            rows: rows, heads: heads, logDeviations: heads, streams: &streams, actions: &actions,
            logDensities: &logDensities)
        let count = Double(rows / 2)
        for (state, head) in states.enumerated() {
            let own = Array(stride(from: state, to: rows, by: 2))
            for dimension in 0..<Self.count {
                let values = own.map { Double(actions[$0 * Self.count + dimension]) }
                let mean = values.reduce(0, +) / count
                let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
                let expected = Self.exponential(2 * Double(head[Self.count + dimension]))
                // Five standard errors.
                #expect(abs(mean - Double(head[dimension])) < 5 * (expected / count).squareRoot())
                #expect(abs(variance / expected - 1) < 5 * (2 / count).squareRoot(), "\(variance)")
            }
            let entropy = -own.reduce(0.0) { $0 + Double(logDensities[$1]) } / count
            #expect(abs(entropy - Double(gaussian.entropy(head: head))) < 5 / count.squareRoot(), "\(entropy)")
        }
    }

    @Test("Another width of the head, and another action space, are refused")
    func refusals() throws {
        let policy = try Self.policy()
        #expect(throws: StateError.self) {
            try Policy(
                observationSpace: policy.observationSpace, actionSpace: policy.actionSpace,
                distribution: .conditionalGaussian(ConditionalGaussian(count: 4)), network: policy.network)
        }
        #expect(throws: StateError.self) {
            try Policy(
                observationSpace: policy.observationSpace, actionSpace: .discrete(4),
                distribution: policy.distribution, network: policy.network)
        }
        var network = ActorCritic(
            ActorCriticArchitecture(inputs: 4, outputs: 4, hidden: [], value: .none, hasLogDeviation: true))
        network.parameters[0] = 1
        #expect(throws: StateError.self) {
            try Policy(
                observationSpace: policy.observationSpace, actionSpace: policy.actionSpace,
                distribution: policy.distribution, network: network)
        }
        let isRestored = try Policy(restoring: policy.state) == policy
        #expect(isRestored)
    }

    /// eˣ for small arguments, by squaring.
    private static func exponential(_ x: Double) -> Double {
        var power = 1 + x / 1_048_576 + x * x / (2 * 1_048_576 * 1_048_576)
        for _ in 0..<20 { power *= power }
        return power
    }
}
