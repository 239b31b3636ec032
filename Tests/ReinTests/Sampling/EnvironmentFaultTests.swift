import ReinCheckpoints
import ReinNumerics
import ReinTestSupport
import Testing

@testable import Rein

@Suite("Numbers from environments that are none")
struct EnvironmentFaultTests {
    typealias Poison = Ticking.Poison

    static let poisons: [Poison] =
        [.nan, .infinity, -1e39].map { Poison(.reward, $0) }
        + [.observation, .last, .first, .start].flatMap { place in
            [.nan, -.infinity].map { Poison(place, $0) }
        }

    static let ppo = PPO.Configuration(seed: 1).with {
        $0.environmentCount = 9
        $0.rolloutLength = 5
        $0.minibatchSize = 45
        $0.epochs = 1
        $0.network.hidden = [4]
        $0.normalizesObservations = true
        $0.scalesRewards = true
        $0.valueErrorClip = 10
    }
    static let dqn = DQN.Configuration(seed: 1).with {
        $0.environmentCount = 9
        $0.stepsPerIteration = 4
        $0.trainingInterval = 4
        $0.learningStarts = 9
        $0.batchSize = 8
        $0.stepCount = 3
        $0.replayCapacity = 1000
        $0.network.hidden = [4]
    }
    static let sac = SAC.Configuration(seed: 1).with {
        $0.environmentCount = 9
        $0.stepsPerIteration = 4
        $0.trainingInterval = 4
        $0.learningStarts = 9
        $0.batchSize = 8
        $0.stepCount = 3
        $0.replayCapacity = 1000
        $0.network.hidden = [4]
    }

    /// Trains until the fault, which leaves everything as it was, and then on, with the same bits as a restored copy.
    static func check<Method: Learner>(
        _ algorithm: Algorithm<Method>, _ expected: EnvironmentFault
    ) throws {
        var before = (StateTree.null, StateTree.null)
        let error = #expect(throws: TrainingError.self) {
            for _ in 0..<12 {
                let slot = algorithm.players[0]
                before = (slot.policy.state, try Self.transitions(slot.replayState))
                _ = try algorithm.train()
            }
        }
        #expect(error == .environment(expected))
        let slot = algorithm.players[0]
        let isUnchanged = try (slot.policy.state == before.0, Self.transitions(slot.replayState) == before.1)
        #expect(isUnchanged == (true, true))
        try withTemporaryDirectory { directory in
            try algorithm.save(to: directory + "/saved", synchronizing: false)
            let restored = try Algorithm<Method>(
                restoring: directory + "/saved", environment: algorithm.environment, threads: 2)
            for algorithm in [algorithm, restored] { for _ in 0..<8 { _ = try algorithm.train() } }
            let areEqual = restored.state == algorithm.state && restored.policy() == algorithm.policy()
            #expect(areEqual)
            let policy = try #require(algorithm.policy())
            #expect(policy.observationNormalizer?.moments.mean.allSatisfy(\.isFinite) ?? true)
            #expect(policy.rewardScaler?.factor.isFinite ?? true)
        }
    }

    /// The transitions of a replay; steps in flight, which are forgotten, are beside them.
    private static func transitions(_ replay: ReplayState) throws -> StateTree {
        guard case .included(let tree) = replay else { return .null }
        return try StateReader(tree).child("experience").child("transitions").tree
    }

    @Test(
        "One ends the rollout that it is in, named with copy, step and value, and changes nothing", arguments: poisons,
        [1, 3])
    func ppo(poison: Poison, threads: Int) throws {
        let environment = Ticking.specification(poison, copy: 5)
        let algorithm = try PPO(environment: environment, configuration: Self.ppo, threads: threads)
        try Self.check(algorithm, poison.fault("Ticking", .copy(5)))
    }

    @Test("None gets into a replay", arguments: poisons)
    func replay(poison: Poison) throws {
        let expected = poison.fault("Ticking", .copy(5))
        try Self.check(
            DQN(environment: Ticking.specification(poison, copy: 5), configuration: Self.dqn), expected)
        try Self.check(
            SAC(environment: Ticking.specification(poison, copy: 5), configuration: Self.sac), expected)
    }

    @Test(
        "Nor where a policy has a memory, or only acts", arguments: [Poison(.observation, .nan), Poison(.last, .nan)])
    func others(poison: Poison) throws {
        let expected = poison.fault("Ticking", .copy(5))
        try Self.check(
            PPO(
                environment: Ticking.specification(poison, copy: 5),
                configuration: Self.ppo.with {
                    $0.network.recurrent = .lstm
                    $0.network.recurrentWidth = 3
                    $0.sequenceLength = 5
                }), expected)
        try Self.check(
            PPO(
                environment: Ticking.specification(poison, copy: 5), configuration: Self.ppo,
                lineup: Lineup(policiesToTrain: [])),
            expected)
    }

    @Test("With several agents, the agent is named, too", arguments: poisons, [1, 3])
    func severalAgents(poison: Poison, threads: Int) throws {
        let expected = poison.fault("MultiAgentTicking", .copy(2), agent: "agent_1")
        try Self.check(
            PPO(
                environment: Ticking.specification(poison, copy: 2, agent: 1), configuration: Self.ppo,
                threads: threads), expected)
        try Self.check(
            DQN(
                environment: Ticking.specification(poison, copy: 2, agent: 1), configuration: Self.dqn,
                threads: threads), expected)
    }

    @Test("An evaluation that meets one says so, with the seed of the episode", arguments: poisons)
    func evaluation(poison: Poison) throws {
        // An episode of an evaluation is the first one of its environment, and the only one.
        let poison = Poison(poison.place, poison.value, episode: 1)
        guard poison.place != .first else { return }
        let policy = try #require(try PPO(environment: Ticking.self, configuration: Self.ppo).policy())
        let alone = #expect(throws: StateError.self) {
            try Evaluator(environment: Ticking.specification(poison, copy: 3), seed: 10).episodes(5, of: policy)
        }
        #expect(alone?.message == poison.fault("Ticking", .seed(13)).description)
        // What an agent sees when it leaves is not asked for.
        guard poison.place != .last else { return }
        for player: EvaluationPlayer in [.policy(policy), .random, .scripted { _ in .discrete(0) }] {
            let shared = #expect(throws: StateError.self) {
                try MultiAgentEvaluator(
                    environment: Ticking.specification(poison, copy: 3, agent: 1), seed: 10
                ).evaluate(["p": player], mapping: .all("p"), episodes: 5)
            }
            #expect(
                shared?.message == poison.fault("MultiAgentTicking", .seed(13), agent: "agent_1").description)
        }
    }

    @Test("A policy whose actions are none is named instead of the environment")
    func actions() throws {
        let algorithm = try PPO(
            environment: Pendulum.self, configuration: Self.ppo.with { $0.normalizesObservations = false })
        var policy = try #require(algorithm.policy())
        policy.learnerState = nil
        for index in policy.network.parameters.indices { policy.network.parameters[index] = .nan }
        try algorithm.replacePolicy(.default, with: policy)
        let error = #expect(throws: TrainingError.self) { try algorithm.train() }
        guard case .environment(let fault) = error else { return }
        #expect(fault.quantity == .action(element: 0) && fault.value.isNaN && fault.step == 1)
        let refusal = #expect(throws: StateError.self) {
            try Evaluator(environment: EnvironmentSpecification(Pendulum.self)).episodes(1, of: policy)
        }
        #expect(refusal?.message.contains("element 0 of the policy's action in step 1") == true)
    }

    @Test("Rewards that floats hold may add up to returns that none does, and statistics stay finite")
    func largeRewards() throws {
        let algorithm = try PPO(environment: Rich.self, configuration: Self.ppo)
        for _ in 0..<3 { _ = try? algorithm.train() }
        let scaler = try #require(algorithm.policy()?.rewardScaler)
        #expect(scaler.moments.mean[0].isFinite && scaler.moments.squaredDistances[0].isFinite)
        #expect(scaler.moments.count > 0 && scaler.factor.isFinite && scaler.factor > 0)
    }

    /// Pays 3e38 a step for 20 steps.
    struct Rich: Environment {
        static let timeLimit: Int? = 20
        var observationSpace: Box { Box(0...1, shape: [1]) }
        var actionSpace: ActionSpace { .discrete(2) }
        mutating func reset(seed: UInt64?, into observation: inout ObservationRow) { observation[0] = 0 }
        mutating func step(_ action: Int, into observation: inout ObservationRow) -> Step {
            observation[0] = 1
            return Step(reward: 3e38)
        }
    }
}
