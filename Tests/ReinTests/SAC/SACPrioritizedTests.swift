import ReinTestSupport
import Testing

@testable import Rein

@Suite("SAC with prioritised replay and RLlib's losses")
struct SACPrioritizedTests {
    static func change(_ configuration: inout SAC.Configuration, _ sampling: PrioritizedReplaySampling) {
        configuration.prioritizedReplay = true
        configuration.prioritizedReplaySampling = sampling
        configuration.prioritizedReplayEpsilon = 1e-3
        configuration.importanceExponent = .linear(from: 0.4, to: 1, over: 100)
        configuration.loss = .huber
        configuration.clipsGradientsSeparately = true
        configuration.simultaneousUpdates = sampling == .independent
    }

    @Test("The same seed gives the same bits on any number of threads", arguments: PrioritizedReplaySampling.allCases)
    func repeats(sampling: PrioritizedReplaySampling) throws {
        for environment in ["Pendulum-v1", "CartPole-v1"] {
            let one = try SACTests.states(of: SACTests.algorithm(environment) { Self.change(&$0, sampling) })
            for threads in [2, 4] {
                let algorithm = try SACTests.algorithm(environment, threads: threads) { Self.change(&$0, sampling) }
                #expect(try SACTests.states(of: algorithm) == one)
            }
            #expect(try SACTests.states(of: SACTests.algorithm(environment)) != one)
        }
    }

    @Test("Going on from a checkpoint gives the files of an uninterrupted run", arguments: CheckpointFormat.allCases)
    func resume(format: CheckpointFormat) throws {
        for sampling in PrioritizedReplaySampling.allCases {
            try withTemporaryDirectory { directory in
                let whole = try SACTests.algorithm("Pendulum-v1") { Self.change(&$0, sampling) }
                _ = try SACTests.states(of: whole, iterations: 4)
                try whole.save(to: directory + "/whole", format: format)
                let first = try SACTests.algorithm("Pendulum-v1") { Self.change(&$0, sampling) }
                _ = try SACTests.states(of: first, iterations: 2)
                try first.save(to: directory + "/half", format: format)
                let second = try SAC(restoring: directory + "/half", threads: 2)
                _ = try SACTests.states(of: second, iterations: 2)
                try second.save(to: directory + "/resumed", format: format)
                #expect(try files(below: directory + "/resumed") == files(below: directory + "/whole"))
            }
        }
    }

    /// An updater and a replay of a few steps.
    private func parts(
        _ configuration: SACConfiguration
    ) throws -> (policy: Policy, update: SACUpdate, replay: TransitionReplay) {
        let policy = try ExperienceReplayTests.policy(.box(Box(-1...1, shape: [1])))
        var replay = TransitionReplay(for: policy, lanes: 1, settings: configuration)
        let batch = RolloutBatch(steps: 9, lanes: 1, policy: policy, columns: .finalObservations)
        for step in 0..<9 {
            batch.observations.pointer[step] = Float(step) / 4 - 1
            batch.rewards.pointer[step] = Float(step % 4)
            batch.statuses.pointer[step] = .running
        }
        replay.append(batch)
        let update = SACUpdate(
            for: policy, configuration: configuration, random: RandomStream(seed: 7, name: "updater"))
        return (policy, update, replay)
    }

    static let small = SACConfiguration().with {
        $0.batchSize = 70  // Two shards.
        $0.network.hidden = [4]
        $0.prioritizedReplay = true
        $0.priorityExponent = 0.5
    }

    @Test("The mean size of both critics' errors becomes the priority of a transition, and weights those of the loss")
    func priorities() throws {
        var (policy, update, replay) = try parts(Self.small)
        let workspace = update.makeWorkspace(for: policy, buffer: replay.buffer)
        func priorities() throws -> [Double] {
            try StateReader(replay.state).child("priorities").tensor("priorities").doubles()
        }
        #expect(try Set(priorities()) == [1])
        var metrics = SACMetrics()
        for _ in 0..<2 {
            update.step(
                &policy, from: &replay, workspace, environmentSteps: 0, metrics: &metrics, in: LearningContext())
        }
        let indices = workspace.minibatch.transitions.indices
        #expect(workspace.errors.elements.allSatisfy { $0 > 0 })
        // Of a transition that was drawn more than once, with other noise, the last error counts.
        var expected: [Int: Double] = [:]
        for row in 0..<70 {
            expected[Int(indices.pointer[row])] = (Double(workspace.errors.pointer[row]) + 1e-6).squareRoot()
        }
        let found = try priorities()
        #expect(expected.count > 4)
        for (index, priority) in expected { #expect(found[index] == priority) }
        #expect(Set(workspace.minibatch.transitions.weights.elements).count > 1)
    }

    @Test("Without priorities they are not asked for, and a replay without them begins with those of new transitions")
    func withoutPriorities() throws {
        let plain = Self.small.with { $0.prioritizedReplay = false }
        let (policy, _, replay) = try parts(plain)
        #expect(!replay.isPrioritized)
        var prioritized = TransitionReplay(for: policy, lanes: 1, settings: Self.small)
        try prioritized.restore(from: replay.state)
        let state = StateReader(prioritized.state)
        #expect(try state.child("priorities").tensor("priorities").doubles() == [Double](repeating: 1, count: 9))
        #expect(try state.child("experience").tree == StateReader(replay.state).child("experience").tree)
        // That of SAC before it had priorities.
        var earlier = TransitionReplay(for: policy, lanes: 1, settings: plain)
        try earlier.restore(from: StateReader(replay.state).child("experience").tree)
        #expect(earlier.state == replay.state)
        let error = #expect(throws: StateError.self) {
            try prioritized.restore(from: ["experience": StateReader(replay.state).child("experience").tree])
        }
        #expect(error?.path == "priorities")
    }

    @Test("Both critics' gradients are limited by themselves, or together")
    func gradientNorms() throws {
        /// The moments of both critics after one step, which are a tenth of the limited gradients.
        func norms(_ separately: Bool) throws -> [Double] {
            let configuration = Self.small.with {
                $0.maximumGradientNorm = 1e-3
                $0.clipsGradientsSeparately = separately
            }
            var (policy, update, replay) = try parts(configuration)
            var metrics = SACMetrics()
            update.step(
                &policy, from: &replay, update.makeWorkspace(for: policy, buffer: replay.buffer), environmentSteps: 0,
                metrics: &metrics, in: LearningContext())
            let moments = try StateReader(update.state).child("criticOptimizer").tensor("firstMoment").floats()
            return [moments.prefix(moments.count / 2), moments.suffix(moments.count / 2)].map { half in
                half.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot() * 10
            }
        }
        for norm in try norms(true) { #expect(abs(norm - 1e-3) < 1e-6) }
        let joint = try norms(false)
        #expect(abs((joint[0] * joint[0] + joint[1] * joint[1]).squareRoot() - 1e-3) < 1e-6)
    }

    @Test("A continuous identity is learnt with all of it", arguments: PrioritizedReplaySampling.allCases)
    func learns(sampling: PrioritizedReplaySampling) throws {
        let (algorithm, _) = try SACProbeTests.train(ContinuousIdentity.self, iterations: 5) {
            Self.change(&$0, sampling)
        }
        try SACProbeTests.expectSolved(algorithm, EnvironmentSpecification(ContinuousIdentity.self))
    }

    @Test("Impossible settings are refused by name")
    func refusal() {
        for (key, change): (String, (inout SACConfiguration) -> Void) in [
            ("priorityExponent", { $0.priorityExponent = -0.5 }),
            ("importanceExponent", { $0.importanceExponent = .constant(-0.1) }),
            ("prioritizedReplayEpsilon", { $0.prioritizedReplayEpsilon = -1e-9 }),
            ("prioritizedReplayEpsilon", { $0.prioritizedReplayEpsilon = .infinity }),
            ("priorityExponent", { $0.priorityExponent = .nan }),
        ] {
            let error = #expect(throws: ConfigurationError.self) { try SACConfiguration().with(change).validate() }
            #expect(error?.key == key)
        }
        let error = #expect(throws: ConfigurationError.self) {
            try DQNConfiguration().with { $0.prioritizedReplayEpsilon = -1 }.validate()
        }
        #expect(error?.key == "prioritizedReplayEpsilon")
    }
}
