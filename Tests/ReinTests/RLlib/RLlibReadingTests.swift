import ReinTestSupport
import Testing

@testable import Rein

@Suite("Policies and algorithms of RLlib")
struct RLlibReadingTests {
    @Test("The policies of an algorithm act as in RLlib", arguments: RLlibFixture.algorithms)
    func algorithms(name: String, count: Int) throws {
        let path = try "\(RLlibFixture.directory)/\(name)/checkpoint"
        let policies = try RLlibFixture.policies(of: name)
        #expect(policies.count == count)
        for (id, fixture) in policies {
            fixture.expectSame(try Policy(restoring: path, id: id))
            fixture.expectSame(try Policy(restoring: fixture.path))
        }
    }

    /// Restores an algorithm, trains an iteration, and resumes from both formats with the same bits.
    static func trainsOn<Method: Learner>(
        _: Method.Type, _ name: String, mapping: PolicyMapping? = nil, environment: TrainingEnvironment? = nil
    ) throws -> Algorithm<Method> {
        let path = try "\(RLlibFixture.directory)/\(name)/checkpoint"
        let algorithm = try Algorithm<Method>(
            restoring: path, environment: environment, lineup: LineupChanges(mapping: mapping))
        for (id, fixture) in try RLlibFixture.policies(of: name) {
            fixture.expectSame(try #require(algorithm.policy(id)))
        }
        try withTemporaryDirectory { directory in
            for format in CheckpointFormat.allCases {
                try algorithm.save(to: "\(directory)/\(format)", format: format)
            }
            _ = try algorithm.train()
            for format in CheckpointFormat.allCases {
                let other = try Algorithm<Method>(restoring: "\(directory)/\(format)", environment: environment)
                _ = try other.train()
                let same = MultiAgentTrainingTests.states(of: other) == MultiAgentTrainingTests.states(of: algorithm)
                #expect(same)
            }
        }
        return algorithm
    }

    @Test("PPO goes on with RLlib's optimizer, settings and counters")
    func ppo() throws {
        let path = try "\(RLlibFixture.directory)/ppo_cartpole/checkpoint"
        let restored = try PPO(restoring: path)
        #expect(restored.counters.iterations > 0 && restored.counters.environmentSteps > 0)
        let learner = StateReader(try SavedCheckpoint(opening: path).policy()).optionalChild("learner")
        let step = try #require(try learner?.child("optimizer").int("step"))
        #expect(step > 0)
        let before = restored.counters.environmentSteps
        let algorithm = try Self.trainsOn(PPOLearner.self, "ppo_cartpole")
        #expect(algorithm.counters.environmentSteps > before)
        #expect(algorithm.configuration.advantageNormalization == .batch)
        #expect(algorithm.configuration.valueErrorClip == 10)
    }

    @Test("DQN goes on with RLlib's optimizer")
    func dqn() throws {
        let algorithm = try Self.trainsOn(DQNLearner.self, "dqn_cartpole")
        #expect(algorithm.configuration.dueling == false)
        #expect(algorithm.configuration.network.headHidden == [24])
        #expect(algorithm.configuration.network.headActivation == .relu)
    }

    @Test("SAC goes on with RLlib's critics and optimizers, and targets that are copies")
    func sac() throws {
        let path = try "\(RLlibFixture.directory)/sac_pendulum/checkpoint"
        let state = StateReader(try SavedCheckpoint(opening: path).policy())
        let updater = try state.child("learner").child("updater")
        for key in ["actorOptimizer", "criticOptimizer"] { #expect(try updater.child(key).int("step") == 472) }
        #expect(try updater.child("temperature").child("optimizer").int("step") == 472)
        let critics = try updater.child("critics")
        let areCopies = try critics.child("parameters").tree == critics.child("targets").tree
        #expect(areCopies)
        _ = try Self.trainsOn(SACLearner.self, "sac_pendulum")
    }

    @Test("SAC goes on with one critic, and with critics of another nonlinearity")
    func singleCritic() throws {
        let path = try RLlibFixture("sac_single").path
        let rllib = try RLlibPolicy(StateReader(CheckpointDirectory(opening: path).policyState()))
        let configuration = try SACLearner.configuration(of: rllib)
        #expect(configuration.network.criticCount == 1)
        #expect(configuration.network.criticActivation == .tanh)
        #expect(configuration.network.criticHidden == [6])
        let state = StateReader(try SACLearner.policy(rllib).state)
        let updater = try state.child("learner").child("updater")
        let critics = try updater.child("critics")
        #expect(try critics.child("parameters").map().map(\.key) == ["first"])
        #expect(try critics.string("activation") == "tanh")
        for key in ["actorOptimizer", "criticOptimizer"] { #expect(try updater.child(key).int("step") > 0) }
        #expect(try updater.child("temperature").child("optimizer").int("step") > 0)
        #expect(try SavedCheckpoint(opening: path).trainingProblems().isEmpty)
    }

    @Test("Several policies need a mapping; a subset of them comes back")
    func severalPolicies() throws {
        let path = try "\(RLlibFixture.directory)/ppo_multi/checkpoint"
        let error = try #require(throws: StateError.self) {
            _ = try PPO(restoring: path, environment: .init(named: "CartPole-v1"))
        }
        #expect(error.message.contains("mapping"))
        let agents = (0..<5).map { AgentID("agent_\($0)") }
        let algorithm = try PPO(
            restoring: path, environment: .init(named: "CartPole-v1"),
            lineup: LineupChanges(
                policies: PolicySelection(["pol0", "pol1"]), agents: agents,
                mapping: ["agent_0": "pol0", "agent_1": "pol0", "*": "pol1"]))
        #expect(algorithm.policyIDs == ["pol0", "pol1"])
        _ = try algorithm.train()
    }
}
