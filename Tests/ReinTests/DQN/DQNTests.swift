import Rein
import ReinTestSupport
import Testing

@Suite("DQN and its extensions")
struct DQNTests {
    /// The settings that every test goes through, one extension at a time and all together.
    enum Variant: CaseIterable {
        case plain, double, dueling, prioritized, multiStep, distributional, noisy, rainbow
    }

    static func configuration(_ variant: Variant) -> DQN.Configuration {
        DQN.Configuration(seed: 2).with {
            $0.environmentCount = 2
            $0.stepsPerIteration = 100
            $0.double = variant == .double
            $0.dueling = variant == .dueling
            $0.prioritizedReplay = variant == .prioritized
            $0.stepCount = variant == .multiStep ? 3 : 1
            $0.atoms = variant == .distributional ? 21 : 1
            $0.noisy = variant == .noisy
            $0.rainbow = variant == .rainbow
            $0.minimumReturn = -2
            $0.maximumReturn = 2
            $0.network.hidden = [16]
            $0.discount = 0.4
            $0.learningStarts = 64
            $0.trainingInterval = 2
            $0.batchSize = 32
            $0.learningRate = 5e-3
            $0.targetUpdateInterval = 50
            $0.replayCapacity = 1000
            $0.explorationRate = .linear(from: 1, to: 0.1, over: 400)
        }
    }

    static func train<E: Environment>(
        _ environment: E.Type, _ variant: Variant, iterations: Int = 6, threads: Int = 1,
        _ change: (inout DQN.Configuration) -> Void = { _ in }
    ) throws -> DQN {
        let algorithm = try DQN(
            environment: environment, configuration: configuration(variant).with(change), threads: threads)
        for _ in 0..<iterations { _ = try algorithm.train() }
        return algorithm
    }

    @Test("The identity is learnt within 1,200 steps", arguments: Variant.allCases)
    func identity(variant: Variant) throws {
        let algorithm = try Self.train(Identity.self, variant)
        #expect(algorithm.counters.environmentSteps <= 1_200)
        let policy = try #require(algorithm.policy())
        let episodes = try Evaluator(environment: EnvironmentSpecification(Identity.self), seed: 5)
            .episodes(3, of: policy)
        #expect(episodes.allSatisfy { $0.totalReward >= 90 }, "\(episodes)")
    }

    @Test("What is learnt does not depend on where iterations end", arguments: [Variant.prioritized, .rainbow])
    func iterations(variant: Variant) throws {
        let policies = try [1, 7, 210].map { steps in
            let algorithm = try Self.train(Identity.self, variant, iterations: 210 / steps) {
                $0.stepsPerIteration = steps
                $0.environmentCount = 2
                $0.trainingInterval = 4
            }
            return try #require(algorithm.policy()).network.parameters
        }
        // As truth values, since a failure would print all parameters.
        let areEqual = (policies[0] == policies[1], policies[0] == policies[2])
        #expect(areEqual.0)
        #expect(areEqual.1)
    }

    @Test("Rewards one step later are discounted once", arguments: Variant.allCases)
    func delayedReward(variant: Variant) throws {
        let algorithm = try Self.train(DelayedReward.self, variant) { $0.discount = 0.5 }
        let policy = try #require(algorithm.policy())
        // Both actions are worth the same; without random actions the one that is not chosen teaches nothing.
        let isNoisy = variant == .noisy || variant == .rainbow
        for (observation, expected) in [(0, 0.5), (1, 1)] as [(Float, Float)] {
            let values = policy.outputs(for: [observation])
            for value in isNoisy ? [max(values[0], values[1])] : values {
                #expect(abs(value - expected) < 0.1, "\(values)")
            }
        }
    }

    @Test("1, 2 and 4 threads give the same bits", arguments: [Variant.plain, .rainbow])
    func threads(variant: Variant) throws {
        func states(_ threads: Int) throws -> [StateTree] {
            let algorithm = try Self.train(CartPole.self, variant, iterations: 2, threads: threads) {
                $0.environmentCount = 9
                $0.batchSize = 150
            }
            return [algorithm.state, try #require(algorithm.policy()).state]
        }
        let one = try states(1)
        #expect(try states(2) == one)
        #expect(try states(4) == one)
    }

    @Test(
        "Saving, restoring and going on gives the files of an uninterrupted run",
        arguments: [Variant.prioritized, .multiStep, .rainbow], CheckpointFormat.allCases)
    func resume(variant: Variant, format: CheckpointFormat) throws {
        try withTemporaryDirectory { directory in
            let whole = try Self.train(CartPole.self, variant, iterations: 4) { $0.replayCapacity = 300 }
            try whole.save(to: directory + "/whole", format: format)
            let first = try Self.train(CartPole.self, variant, iterations: 2) { $0.replayCapacity = 300 }
            try first.save(to: directory + "/half", format: format)
            let second = try DQN(restoring: directory + "/half", threads: 2)
            for _ in 0..<2 { _ = try second.train() }
            try second.save(to: directory + "/resumed", format: format)
            #expect(try files(below: directory + "/resumed") == files(below: directory + "/whole"))
        }
    }

    @Test("Without its replay buffer a checkpoint is small, and training goes on with an empty one")
    func withoutReplay() throws {
        try withTemporaryDirectory { directory in
            let algorithm = try Self.train(CartPole.self, .prioritized, iterations: 2) { $0.savesReplay = false }
            try algorithm.save(to: directory + "/a")
            let restored = try DQN(restoring: directory + "/a")
            let report = try #require(try restored.train().policy())
            #expect(report.metric("replayCount") == 200)
            #expect(restored.policy()?.outputs(for: [0, 0, 0, 0]).count == 2)
        }
    }

    @Test("A continuous action space and impossible settings are refused")
    func refusals() throws {
        #expect(throws: StateError.self) { try DQN(environment: Pendulum.self) }
        for json in [
            #"{"batchSize": 0}"#, #"{"explorationRate": 2}"#, #"{"atoms": 51, "minimumReturn": 3, "maximumReturn": 1}"#,
            #"{"importanceExponent": -0.5}"#, #"{"network": {"hidden": []}}"#, #"{"tau": 1}"#,
        ] {
            let tree = try JSON.parse(json)
            #expect(throws: ConfigurationError.self, "\(json)") { try DQN.Configuration(overlaying: tree) }
        }
    }

    @Test("Absurd numbers in a policy's state are refused")
    func hostileState() throws {
        let policy = try #require(Self.train(CartPole.self, .distributional, iterations: 1).policy())
        guard case .map(let map) = policy.state else { throw StateError(.wrongType, "no map") }
        func distribution(_ type: StateTree, _ count: Int64, _ atoms: StateTree, _ high: StateTree) -> StateTree {
            ["type": type, "count": .int(count), "atoms": atoms, "low": -2.0, "high": high, "isDueling": false]
        }
        let absurd: [(String, StateTree)] = [
            ("distribution", StateEncoder().encode(ActionDistribution.actionValues(ActionValues(count: 3)))),
            ("distribution", distribution("actionValues", 1 << 60, 21, 2.0)),
            ("distribution", distribution("actionValues", 2, .int(1 << 60), 2.0)),
            ("distribution", distribution("actionValues", 2, 21, -3.0)),
            ("distribution", distribution("categorical", 2, 21, 2.0)), ("distribution", distribution("x", 2, 21, 2.0)),
            ("explorationRate", 1.5), ("noise", ["policy": 3]),
        ]
        for (key, value) in absurd {
            var changed = map
            changed[key] = value
            #expect(throws: StateError.self, "\(key): \(value)") { try Policy(restoring: .map(changed)) }
        }
        var same = map
        same["distribution"] = distribution("actionValues", 2, 21, 2.0)
        #expect(try Policy(restoring: .map(same)) == policy)
    }

    @Test("A policy restored alone acts as the one that was trained", arguments: Variant.allCases)
    func policyAlone(variant: Variant) throws {
        try withTemporaryDirectory { directory in
            let algorithm = try Self.train(CartPole.self, variant, iterations: 1)
            try algorithm.save(to: directory + "/a", format: .msgpack)
            let policy = try Policy(restoring: directory + "/a")
            #expect(policy == algorithm.policy())
            let observation: [Float] = [0.1, -0.2, 0.03, 0.4]
            let outputs = policy.outputs(for: observation)
            #expect(outputs.count == 2 && policy.outputCount == 2)
            #expect(policy.action(for: observation) == .discrete(outputs[0] >= outputs[1] ? 0 : 1))
            #expect(PolicyInference(policy).actionIndex(for: observation.span) == (outputs[0] >= outputs[1] ? 0 : 1))
            #expect(policy.action(for: observation, mask: [false, true]) == .discrete(1))
        }
    }
}
