import ReinTestSupport
import Testing

@testable import Rein

/// The masked environments stop the program at an invalid action. That these tests end shows that there was none: not
/// in collection, uniform or by the policy, nor by chance in ε-greedy steps, nor in evaluation.
@Suite("Training under masks")
struct MaskedTrainingTests {
    static let environments = [
        EnvironmentSpecification(NoughtsAndCrosses.self), EnvironmentSpecification(MaskedIdentity.self, timeLimit: 7),
    ]

    static let ppo = CheckpointTests.configuration.with { $0.environmentCount = 9 }
    static let dqn = DQNTests.configuration(.multiStep).with {
        $0.environmentCount = 5
        $0.stepsPerIteration = 40
        $0.batchSize = 100
        $0.replayCapacity = 300
        $0.double = true
    }
    static let sac = SACTests.configuration.with { $0.environmentCount = 5 }

    static func train<Method: Learner>(
        _: Method.Type, _ environment: EnvironmentSpecification, _ configuration: Method.Configuration,
        iterations: Int = 3, threads: Int = 1
    ) throws -> Algorithm<Method> {
        let algorithm = try Algorithm<Method>(
            environment: environment, configuration: configuration, threads: threads)
        for _ in 0..<iterations { _ = try algorithm.train() }
        return algorithm
    }

    static func states<Method: Learner>(_ algorithm: Algorithm<Method>) throws -> [StateTree] {
        [algorithm.state, try #require(algorithm.policy()).state]
    }

    /// 1, 2 and 4 threads give the same bits, and evaluation goes through with and without chance.
    static func checkThreads<Method: Learner>(_ method: Method.Type, _ configuration: Method.Configuration) throws {
        for environment in environments {
            let algorithm = try train(method, environment, configuration)
            let one = try states(algorithm)
            for threads in [2, 4] {
                #expect(try states(train(method, environment, configuration, threads: threads)) == one)
            }
            let policy = try #require(algorithm.policy())
            #expect(policy.masksActions)
            for explores in [false, true] {
                let evaluator = Evaluator(environment: environment, seed: 3, explores: explores)
                #expect(try evaluator.episodes(20, of: policy).count == 20)
            }
        }
    }

    @Test("PPO repeats itself on any number of threads")
    func ppoThreads() throws { try Self.checkThreads(PPOLearner.self, Self.ppo) }

    @Test("DQN repeats itself on any number of threads")
    func dqnThreads() throws { try Self.checkThreads(DQNLearner.self, Self.dqn) }

    @Test("SAC repeats itself on any number of threads")
    func sacThreads() throws { try Self.checkThreads(SACLearner.self, Self.sac) }

    /// Saving, restoring and going on gives the files of an uninterrupted run.
    static func checkResume<Method: Learner>(
        _ method: Method.Type, _ configuration: Method.Configuration, _ environments: [EnvironmentSpecification],
        _ format: CheckpointFormat
    ) throws {
        for environment in environments {
            try withTemporaryDirectory { directory in
                let whole = try train(method, environment, configuration, iterations: 4)
                try whole.save(to: directory + "/whole", format: format)
                let first = try train(method, environment, configuration, iterations: 2)
                try first.save(to: directory + "/half", format: format)
                let second = try Algorithm<Method>(
                    restoring: directory + "/half", environment: environment, threads: 2)
                for _ in 0..<2 { _ = try second.train() }
                try second.save(to: directory + "/resumed", format: format)
                #expect(try files(below: directory + "/resumed") == files(below: directory + "/whole"))
            }
        }
    }

    @Test("PPO goes on from a checkpoint with the same bits", arguments: CheckpointFormat.allCases)
    func ppoResume(format: CheckpointFormat) throws {
        let several = [
            EnvironmentSpecification(MultiIdentity.self), EnvironmentSpecification(MaskedMultiIdentity.self),
        ]
        try Self.checkResume(PPOLearner.self, Self.ppo, Self.environments + several, format)
    }

    @Test("DQN goes on from a checkpoint with the same bits", arguments: CheckpointFormat.allCases)
    func dqnResume(format: CheckpointFormat) throws {
        try Self.checkResume(DQNLearner.self, Self.dqn, Self.environments, format)
    }

    @Test("SAC goes on from a checkpoint with the same bits", arguments: CheckpointFormat.allCases)
    func sacResume(format: CheckpointFormat) throws {
        try Self.checkResume(SACLearner.self, Self.sac, Self.environments, format)
    }

    @Test("A rollout holds the masks that its actions were drawn under")
    func columns() throws {
        let specification = EnvironmentSpecification(MaskedIdentity.self, timeLimit: 5)
        var policy = try SACLearner.makePolicy(
            observationSpace: specification.observationSpace, actionSpace: specification.actionSpace,
            configuration: SAC.Configuration(), random: RandomStream(seed: 1, name: "policy"))
        policy.masksActions = true
        let runner = RolloutRunner(
            specification: specification, lanes: 3, policy: policy, discount: 1,
            random: RandomStream(seed: 2, name: "runner"))
        let batch = RolloutBatch(steps: 8, lanes: 3, policy: policy, columns: .finalObservations)
        for exploration in [Exploration.policy, .uniform] {
            try runner.fill(batch, acting: policy, exploration: exploration, on: WorkerPool())
            for index in 0..<batch.count {
                let mask = batch.masks.elements[index * 6..<(index + 1) * 6]
                #expect(mask.filter(\.self).count == 3)
                #expect(mask[index * 6 + Int(batch.actions[index])])
                guard batch.statuses[index] == .truncated else { continue }
                #expect(batch.finalMasks.elements[index * 6..<(index + 1) * 6].filter(\.self).count == 3)
            }
        }
        let state = runner.state
        try runner.restore(from: state)
        #expect(Array(runner.masks.elements) == Array(batch.masks.elements.suffix(18)))
    }

    /// A learner that has heard nothing of masks.
    struct PlainLearner: Learner {
        static let algorithmName = "Plain"
        private var learner: PPOLearner
        static func stepsPerIteration(of configuration: PPO.Configuration) -> Int {
            PPOLearner.stepsPerIteration(of: configuration)
        }
        static func discount(of configuration: PPOConfiguration) -> Double { 1 }
        static func form(
            observationSpace: Box, actionSpace: ActionSpace, configuration: PPOConfiguration
        ) throws -> PolicyForm {
            try PPOLearner.form(
                observationSpace: observationSpace, actionSpace: actionSpace, configuration: configuration)
        }
        static func makePolicy(
            of form: PolicyForm, configuration: PPOConfiguration, random: RandomStream
        ) throws -> Policy {
            try PPOLearner.makePolicy(of: form, configuration: configuration, random: random)
        }
        init(for policy: Policy, lanes: RolloutLanes, configuration: PPOConfiguration, random: RandomStream) {
            learner = PPOLearner(for: policy, lanes: lanes, configuration: configuration, random: random)
        }
        static func makeBatch(
            for policy: Policy, lanes: RolloutLanes, configuration: PPOConfiguration
        ) -> RolloutBatch {
            PPOLearner.makeBatch(for: policy, lanes: lanes, configuration: configuration)
        }
        mutating func learn(_ policy: inout Policy, from rollout: Rollout, in context: LearningContext) {
            learner.learn(&policy, from: rollout, in: context)
        }
        mutating func report() -> PPOMetrics { learner.report() }
        var state: StateTree { learner.state }
        mutating func restore(from state: StateTree) throws(StateError) { try learner.restore(from: state) }
    }

    @Test("A method that does not learn with masks, or not with several components, says so")
    func refusals() throws {
        let masked = #expect(throws: StateError.self) {
            try Algorithm<PlainLearner>(environment: EnvironmentSpecification(NoughtsAndCrosses.self))
        }
        #expect(masked?.message.contains("NoughtsAndCrosses") == true && masked?.message.contains("Plain") == true)
        for error in [
            #expect(throws: StateError.self) { try DQN(environment: MultiIdentity.self) },
            #expect(throws: StateError.self) { try SAC(environment: MultiIdentity.self) },
        ] {
            #expect(error?.path == "actionSpace" && error?.message.contains("PPO") == true)
        }
    }

    @Test("A state of environments that leaves nothing to do is refused")
    func hostileState() throws {
        let specification = EnvironmentSpecification(NoughtsAndCrosses.self, timeLimit: nil)
        let algorithm = try Self.train(PPOLearner.self, specification, Self.ppo, iterations: 1)
        let full = Self.filled(algorithm.state)
        #expect(full != algorithm.state)
        let policy = try #require(algorithm.policy())
        let runner = RolloutRunner(
            specification: specification, lanes: 9, policy: policy, discount: 1,
            random: RandomStream(seed: 2, name: "runner"))
        let saved = try StateReader(full).child("runners").child("default_policy").child("state")
        let error = #expect(throws: StateError.self) { try runner.restore(from: saved.tree) }
        #expect(error?.message.contains("no valid action") == true)
    }

    /// A state in which every board is full.
    private static func filled(_ tree: StateTree) -> StateTree {
        switch tree {
        case .map(let map):
            var changed = StateMap()
            for (key, value) in map.entries {
                changed[key] = key == "cells" ? .list(Array(repeating: .int(1), count: 9)) : filled(value)
            }
            return .map(changed)
        case .list(let list): return .list(list.map(filled))
        default: return tree
        }
    }
}
