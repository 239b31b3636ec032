import CAllocationCounter
import Rein
import Testing

@Suite("Acting with state-dependent exploration")
struct StateDependentActingTests {
    static let distribution = StateDependentGaussian(count: 2, featureCount: 4)
    static let features: [Float] = [0.5, -0.2, 0.9, 0.1]
    static let logDeviations: [Float] = [-0.5, -1.0, -2.0, 0.3, -1.2, -0.7, 0.1, -3.0]
    static let means: [Float] = [0.3, -0.6]
    /// Σ h² σ² of both dimensions, without the ε of the density.
    static let variances = [0.178_398_06, 0.306_486_90]

    /// A policy for Pendulum, squashed as SAC's or not as PPO's.
    static func policy(squashed: Bool, hidden: [Int] = [8, 6], interval: Int? = nil) throws -> Policy {
        let environment = EnvironmentSpecification(Pendulum.self)
        let random = RandomStream(seed: 1, name: "acting")
        if squashed {
            return try SACLearner.makePolicy(
                observationSpace: environment.observationSpace, actionSpace: environment.actionSpace,
                configuration: SAC.Configuration().with {
                    $0.network.hidden = hidden
                    $0.network.logDeviation = -0.5
                    $0.usesStateDependentExploration = true
                    $0.explorationInterval = interval
                }, random: random)
        }
        return try PPOLearner.makePolicy(
            observationSpace: environment.observationSpace, actionSpace: environment.actionSpace,
            configuration: PPO.Configuration().with {
                $0.network.hidden = hidden
                $0.network.policyGain = 0.5
                $0.network.logDeviation = -1
                $0.usesStateDependentExploration = true
                $0.explorationInterval = interval
            }, random: random)
    }

    static func expectMoments(_ actions: [Float], count: Int) {
        for dimension in 0..<2 {
            let values = (0..<count).map { Double(actions[2 * $0 + dimension]) }
            let mean = values.reduce(0, +) / Double(count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
            let expected = variances[dimension]
            // Five standard errors.
            #expect(abs(mean - Double(means[dimension])) < 5 * (expected / Double(count)).squareRoot())
            #expect(abs(variance / expected - 1) < 5 * (2 / Double(count)).squareRoot(), "\(variance)")
        }
    }

    @Test("Over many exploration matrices the noise has the variance of the formula")
    func variance() {
        let rows = 20_000
        let sampler = StateDependentSampler(Self.distribution, rows: rows)
        var streams = (0..<rows).map { RandomStream(seed: 3, name: "lane", index: $0) }
        let heads = (0..<rows).flatMap { _ in Self.means }
        let features = (0..<rows).flatMap { _ in Self.features }
        var actions = [Float](repeating: 0, count: 2 * rows)
        var logDensities = [Float](repeating: 0, count: rows)
        sampler.renew(rows: rows, logDeviations: Self.logDeviations, streams: &streams)
        sampler.sample(
            rows: rows, heads: heads, features: features, actions: &actions, logDensities: &logDensities)
        Self.expectMoments(actions, count: rows)
        // The mean of −log p is the entropy.
        let entropy = -logDensities.reduce(0.0) { $0 + Double($1) } / Double(rows)
        #expect(abs(entropy - 1.384_722) < 0.04, "\(entropy)")
        // So has noise of matrices that are used once, with the same densities.
        var scratch = [Float](repeating: 0, count: Self.distribution.scratchCount(rows: rows))
        var onceLogDensities = [Float](repeating: 0, count: rows)
        Self.distribution.sample(
            ActingHeads(
                Rows(heads, count: rows, width: 2), logDeviations: Self.logDeviations, features: features),
            streams: &streams, scratch: &scratch, into: &actions, logDensities: &onceLogDensities)
        Self.expectMoments(actions, count: rows)
        let onceEntropy = -onceLogDensities.reduce(0.0) { $0 + Double($1) } / Double(rows)
        #expect(abs(onceEntropy - 1.384_722) < 0.04, "\(onceEntropy)")
    }

    @Test("Between two renewals the noise is a linear function of the features, another one in each row")
    func linearity() {
        let sampler = StateDependentSampler(
            StateDependentGaussian(count: 2, featureCount: 4, noiseInterval: 3), rows: 2)
        var streams = (0..<2).map { RandomStream(seed: 3, name: "lane", index: $0) }
        func noise(_ features: [Float]) -> [Float] {
            var actions = [Float](repeating: 0, count: 4)
            var logDensities: [Float] = [0, 0]
            sampler.sample(
                rows: 2, heads: [0, 0, 0, 0], features: features + features, actions: &actions,
                logDensities: &logDensities)
            return actions
        }
        let other: [Float] = [0.2, 0.7, -0.4, -1]
        var first: [[Float]] = []
        for step in 0..<7 {
            let before = streams
            sampler.renew(atStep: step, rows: 2, logDeviations: Self.logDeviations, streams: &streams)
            #expect((streams != before) == step.isMultiple(of: 3))
            let (a, b) = (noise(Self.features), noise(other))
            let sum = noise(zip(Self.features, other).map { 2 * $0 + $1 })
            for index in 0..<4 { #expect(abs(sum[index] - 2 * a[index] - b[index]) < 1e-5) }
            #expect(a[0] != a[2] && a[1] != a[3])
            if step.isMultiple(of: 3) { first.append(a) } else { #expect(first.last == a) }
        }
        #expect(Set(first).count == 3)
        let lasting = StateDependentSampler(Self.distribution, rows: 2)
        for step in 0..<4 {
            let before = streams
            lasting.renew(atStep: step, rows: 2, logDeviations: Self.logDeviations, streams: &streams)
            #expect((streams != before) == (step == 0))
        }
    }

    @Test("The most likely action is the mean; outputs are mean and log deviation", arguments: [false, true])
    func mean(squashed: Bool) throws {
        let policy = try Self.policy(squashed: squashed)
        let observation: [Float] = [1, 0, 0.5]
        let outputs = policy.outputs(for: observation)
        #expect(outputs.count == 2 && policy.outputCount == 2)
        guard case .continuous(let action) = policy.action(for: observation) else {
            Issue.record("not a continuous action")
            return
        }
        let mean = squashed ? 2 * Self.tanh(Double(max(-2, min(2, outputs[0])))) : max(-2, min(2, Double(outputs[0])))
        #expect(abs(Double(action[0]) - mean) < 1e-5)
        let inference = PolicyInference(policy, rows: 4000)
        let observations = (0..<4000).flatMap { _ in observation }
        var actions = [Float](repeating: .nan, count: 4000)
        inference.act(rows: 4000, observations: observations, into: &actions)
        #expect(actions.allSatisfy { abs($0 - action[0]) < 1e-6 })

        // Random actions, alone and many at once, before tanh and scaling.
        var streams = (0..<4000).map { RandomStream(seed: 4, name: "draws", index: $0) }
        inference.sample(rows: 4000, observations: observations, into: &actions, using: &streams)
        var random = RandomStream(seed: 5, name: "draws")
        let single = (0..<4000).map { _ -> Float in
            guard case .continuous(let draw) = policy.sampleAction(for: observation, using: &random) else { return 0 }
            return draw[0]
        }
        for draws in [actions, single] {
            #expect(draws.allSatisfy { abs($0) <= 2 })
            // The fraction of draws below the mean plus one deviation, which neither tanh nor the bounds change.
            let bound = Double(outputs[0]) + Self.exp(Double(outputs[1]))
            let limit = squashed ? 2 * Self.tanh(bound) : bound
            #expect(limit < 2)
            let below = Double(draws.count { Double($0) < limit }) / 4000
            #expect(abs(below - 0.8413) < 0.03, "\(below)")
        }
    }

    @Test("Acting, random or not, allocates nothing", .enabled(if: allocation_counter_is_available() == 1))
    func allocations() throws {
        let inference = PolicyInference(try Self.policy(squashed: true), rows: 2)
        let observations: [Float] = [1, 0, 0.5, 0, 1, -0.5]
        var actions: [Float] = [0, 0]
        var streams = (0..<2).map { RandomStream(seed: 4, name: "draws", index: $0) }
        func allocations(_ body: () -> Void) -> Int64 {
            body()
            allocation_counter_start()
            for _ in 0..<100 { body() }
            return allocation_counter_stop()
        }
        let likely = allocations { inference.act(rows: 2, observations: observations, into: &actions) }
        #expect(likely == 0)
        let drawn = allocations {
            inference.sample(rows: 2, observations: observations, into: &actions, using: &streams)
        }
        #if !DEBUG  // Without the optimizer, closures may come from the heap.
        #expect(drawn == 0)
        #else
        _ = drawn
        #endif
    }

    @Test("A policy is saved with its way of exploring, and refused when network and distribution disagree")
    func state() throws {
        for squashed in [false, true] {
            let policy = try Self.policy(squashed: squashed, interval: 4)
            #expect(try Policy(restoring: policy.state) == policy)
            guard case .map(let map) = policy.state, case .map(let distribution)? = map["distribution"] else {
                throw StateError(.wrongType, "no map")
            }
            var features = distribution
            features["featureCount"] = 7
            var damaged = map
            damaged["distribution"] = .map(features)
            let error = try #require(throws: StateError.self) { try Policy(restoring: .map(damaged)) }
            #expect(error.path == "distribution" && error.code == .wrongShape)
            // Neither a plain Gaussian on this network, nor this distribution on a plain network.
            damaged["distribution"] = .map(["type": "diagonalGaussian", "count": 1])
            #expect(throws: StateError.self) { try Policy(restoring: .map(damaged)) }
            let plain = try ActingTests.policy(ActingTests.pendulum, hidden: [8, 6])
            guard case .map(var other) = plain.state else { throw StateError(.wrongType, "no map") }
            other["distribution"] = .map(distribution)
            #expect(throws: StateError.self) { try Policy(restoring: .map(other)) }
        }
    }

    private static func exp(_ x: Double) -> Double {
        var result: Float = 0
        withUnsafePointer(to: Float(x)) { Kernels.exp($0, &result, count: 1) }
        return Double(result)
    }

    private static func tanh(_ x: Double) -> Double {
        var result: Float = 0
        withUnsafePointer(to: Float(x)) { Kernels.tanh($0, &result, count: 1) }
        return Double(result)
    }
}
