import ReinTestSupport
import Testing

@testable import Rein

/// Gradient steps that real RLlib took, taken once more here.
@Suite("Learning as RLlib does")
struct RLlibLearningTests {
    static let steps = [
        ("sac_step_pendulum", "sac_pendulum/checkpoint/policies/default_policy"), ("sac_step_cartpole", "sac_cartpole"),
        ("sac_step_single", "sac_single"),
    ]

    /// What a step of SAC leaves.
    struct Outcome {
        /// Everything that moves, by name.
        var moved: [String: [Float]]
        var errors: [Float] = []
        var metrics = SACMetrics()
    }

    private static func policy(at path: String) throws -> RLlibPolicy {
        try RLlibPolicy(StateReader(CheckpointDirectory(opening: "\(RLlibFixture.directory)/\(path)").policyState()))
    }

    private static func parts(_ updater: StateReader, _ policy: Policy) throws -> [String: [Float]] {
        func floats(_ tree: StateReader) throws -> [Float] {
            if case .map = tree.tree { return try tree.map().flatMap { try floats($0.value) } }
            return try #require(tree.tree.tensorFloats)
        }
        let temperature = try updater.child("temperature")
        return [
            "policy": policy.network.parameters,
            "critics": try floats(updater.child("critics").child("parameters")),
            "temperature": [Float(try temperature.double("logarithm"))],
            "policy's moments": try floats(updater.child("actorOptimizer").child("firstMoment")),
            "critics' moments": try floats(updater.child("criticOptimizer").child("firstMoment")),
            "temperature's moment": try floats(temperature.child("optimizer").child("firstMoment")),
        ]
    }

    private static func updater(of policy: Policy) throws -> StateReader {
        try StateReader(#require(policy.learnerState)).child("updater")
    }

    /// A step with changed settings on the recorded batch, without noise.
    private static func step(
        _ name: String, from source: String, _ change: (inout SACConfiguration) -> Void = { _ in }
    ) throws -> Outcome {
        let recorded = try RLlibFixture.recording("\(name)/step")
        let rllib = try Self.policy(at: source)
        var policy = try SACLearner.policy(rllib)
        let rewards = try column(recorded, "rewards")
        var configuration = try SACLearner.configuration(of: rllib)
        configuration.batchSize = rewards.count
        configuration.maximumGradientNorm = try recorded.double("maximumGradientNorm")
        change(&configuration)
        let buffer = ReplayBuffer(
            capacity: 1, observationWidth: policy.observationSpace.count,
            actionWidth: policy.distribution.actionWidth)
        var update = SACUpdate(
            for: policy, configuration: configuration, random: RandomStream(seed: 1, name: "step"))
        try update.restore(from: try Self.updater(of: policy).tree)
        let workspace = update.makeWorkspace(for: policy, buffer: buffer)
        let batch = workspace.minibatch.transitions
        for (key, buffer) in [
            ("observations", batch.observations), ("nextObservations", batch.nextObservations),
            ("actions", batch.actions), ("rewards", batch.rewards), ("discounts", batch.discounts),
            ("weights", batch.weights),
        ] {
            let numbers = try column(recorded, key)
            try #require(numbers.count == buffer.count)
            for (index, number) in numbers.enumerated() { buffer.pointer[index] = number }
        }
        var outcome = Outcome(moved: [:])
        update.step(&policy, workspace, environmentSteps: 0, metrics: &outcome.metrics, in: LearningContext())
        workspace.collectErrors(in: LearningContext())
        outcome.errors = Array(workspace.errors.elements)
        outcome.moved = try parts(StateReader(update.state), policy)
        return outcome
    }

    private static func column(_ recorded: StateReader, _ key: String) throws -> [Float] {
        try recorded.child(key).list().flatMap { row -> [Float] in
            guard case .list = row.tree else { return [Float(try row.double())] }
            return try row.list().map { Float(try $0.double()) }
        }
    }

    /// How far `found` is from `expected`, relative to how far that is from `before`.
    private static func relativeError(_ found: [Float], _ expected: [Float], from before: [Float]) -> Double {
        func distance(_ one: [Float], _ other: [Float]) -> Double {
            zip(one, other).reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }.squareRoot()
        }
        return distance(found, expected) / distance(before, expected)
    }

    /// The largest of those errors.
    private static func largestError(_ outcome: Outcome, _ name: String, _ source: String) throws -> Double {
        let (old, new) = try (SACLearner.policy(policy(at: source)), SACLearner.policy(policy(at: name)))
        let (before, after) = try (parts(updater(of: old), old), parts(updater(of: new), new))
        return try outcome.moved.map { key, found in
            let start = try #require(before[key])
            let expected = try #require(after[key])
            try #require(found.count == expected.count && start.count == expected.count)
            return relativeError(found, expected, from: start)
        }.max() ?? .infinity
    }

    @Test("A step of SAC from RLlib's checkpoint moves policy, critics and temperature as RLlib moved them")
    func sacStep() throws {
        for (name, source) in Self.steps {
            let recorded = try RLlibFixture.recording("\(name)/step")
            let outcome = try Self.step(name, from: source)
            #expect(try Self.largestError(outcome, name, source) < 2e-3, "\(name)")
            let errors = try Self.column(recorded, "errors")
            for (found, expected) in zip(outcome.errors, errors) { #expect(abs(found - expected) < 1e-4, "\(name)") }
            // RLlib's is the mean of the critics.
            let critics = try Self.policy(at: source).critics.count
            let (criticLoss, actorLoss) = try (recorded.double("criticLoss"), recorded.double("actorLoss"))
            #expect(abs(outcome.metrics.criticLoss / Double(critics) - criticLoss) < 1e-4, "\(name)")
            #expect(abs(outcome.metrics.actorLoss - actorLoss) < 1e-4, "\(name)")
        }
    }

    @Test("Each of the settings that make it RLlib's step matters")
    func settings() throws {
        let changes: [(String, [String], @Sendable (inout SACConfiguration) -> Void)] = [
            ("loss", ["sac_step_pendulum", "sac_step_cartpole"], { $0.loss = .squared }),
            ("clips", ["sac_step_pendulum", "sac_step_cartpole"], { $0.clipsGradientsSeparately = false }),
            ("updates", ["sac_step_pendulum", "sac_step_cartpole"], { $0.simultaneousUpdates = false }),
            ("critic", ["sac_step_cartpole"], { $0.policyCritic = .smaller }),
        ]
        for (what, names, change) in changes {
            for (name, source) in Self.steps where names.contains(name) {
                let same = try Self.largestError(Self.step(name, from: source), name, source)
                let other = try Self.largestError(Self.step(name, from: source, change), name, source)
                #expect(other > 4 * same, "\(what), \(name): \(other), \(same)")
            }
        }
    }
}

extension StateTree {
    /// The elements of a tensor of 32-bit floats.
    fileprivate var tensorFloats: [Float]? {
        guard case .tensor(let tensor) = self else { return nil }
        return try? tensor.floats()
    }
}
