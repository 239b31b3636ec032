import CAllocationCounter
import Rein
import Testing

@Suite("Acting")
struct ActingTests {
    static func policy(_ environment: EnvironmentSpecification, hidden: [Int] = [64, 64]) throws -> Policy {
        try PPOLearner.makePolicy(
            observationSpace: environment.observationSpace, actionSpace: environment.actionSpace,
            configuration: PPO.Configuration().with {
                $0.network.hidden = hidden
                $0.network.policyGain = 1
                $0.normalizesObservations = true
                $0.actionTransform = .rescale
            },
            random: RandomStream(seed: 1, name: "acting"))
    }

    static let cartPole = EnvironmentSpecification(CartPole.self)
    static let pendulum = EnvironmentSpecification(Pendulum.self)

    @Test("A discrete policy chooses the largest logit, and samples in proportion to their exponentials")
    func discrete() throws {
        let policy = try Self.policy(Self.cartPole)
        let observation: [Float] = [0.5, -1, 0.1, 2]
        let logits = policy.outputs(for: observation)
        #expect(logits.count == 2)
        #expect(policy.action(for: observation) == .discrete(logits[1] > logits[0] ? 1 : 0))
        var random = RandomStream(seed: 2, name: "draws")
        let draws = 20_000
        var ones = 0
        for _ in 0..<draws where policy.sampleAction(for: observation, using: &random) == .discrete(1) { ones += 1 }
        let exponentials = logits.map { Double($0).exponential }
        let expected = exponentials[1] / (exponentials[0] + exponentials[1])
        #expect(abs(Double(ones) / Double(draws) - expected) < 0.015)
    }

    @Test("A mask leaves only what it allows")
    func mask() throws {
        let policy = try Self.policy(Self.cartPole)
        var random = RandomStream(seed: 3, name: "draws")
        for action in 0..<2 {
            let mask = [action == 0, action == 1]
            #expect(policy.action(for: [0, 0, 0, 0], mask: mask) == .discrete(action))
            for _ in 0..<20 {
                #expect(
                    policy.sampleAction(for: [0, 0, 0, 0], mask: mask, using: &random) == .discrete(action))
            }
        }
    }

    @Test("A continuous policy gives mean and log deviation, and acts within the bounds")
    func continuous() throws {
        let policy = try Self.policy(Self.pendulum)
        let observation: [Float] = [1, 0, 0.5]
        let outputs = policy.outputs(for: observation)
        #expect(outputs.count == 2 && outputs[1] == 0)
        guard case .continuous(let action) = policy.action(for: observation) else {
            Issue.record("not a continuous action")
            return
        }
        #expect(abs(action[0] - max(-2, min(2, 2 * outputs[0]))) < 1e-6)
        var random = RandomStream(seed: 4, name: "draws")
        for _ in 0..<200 {
            guard case .continuous(let draw) = policy.sampleAction(for: observation, using: &random) else { return }
            #expect(abs(draw[0]) <= 2)
        }
    }

    @Test("Many observations at once give what each gives alone", arguments: [cartPole, pendulum])
    func batch(environment: EnvironmentSpecification) throws {
        let policy = try Self.policy(environment)
        let width = environment.observationSpace.count
        let inference = PolicyInference(policy, rows: 7)
        var random = RandomStream(seed: 5, name: "observations")
        let observations = (0..<7 * width).map { _ in random.nextNormal() }
        var actions = [Float](repeating: .nan, count: 7)
        inference.act(rows: 7, observations: observations, into: &actions)
        for row in 0..<7 {
            switch policy.action(for: Array(observations[row * width..<(row + 1) * width])) {
            case .discrete(let action): #expect(Float(action) == actions[row])
            case .multiDiscrete: Issue.record("neither environment has several components")
            case .continuous(let action): #expect(action == [actions[row]])
            }
        }
    }

    @Test("Acting on one observation allocates nothing", .enabled(if: allocation_counter_is_available() == 1))
    func allocations() throws {
        let policy = try Self.policy(Self.cartPole)
        let observation: [Float] = [0.1, 0.2, 0.3, 0.4]
        let inference = PolicyInference(policy)
        var actions: [Float] = [0]
        func allocations(_ body: () -> Void) -> Int64 {
            body()
            allocation_counter_start()
            for _ in 0..<100 { body() }
            return allocation_counter_stop()
        }
        #expect(allocations { actions = Array(repeating: 1, count: actions.count) } > 0, "the counter must count")
        let index = allocations { _ = inference.actionIndex(for: observation.span) }
        #expect(index == 0)
        let batch = allocations { inference.act(observations: observation, into: &actions) }
        #expect(batch == 0)
        #if !DEBUG  // Without the optimizer, closures and temporary memory come from the heap.
        let single = allocations { _ = policy.action(for: observation) }
        #expect(single == 0)
        #endif
    }
}

extension Double {
    /// eˣ by its series, enough for the small arguments here.
    fileprivate var exponential: Double {
        var term = 1.0
        var sum = 1.0
        for index in 1..<40 {
            term *= self / Double(index)
            sum += term
        }
        return sum
    }
}
