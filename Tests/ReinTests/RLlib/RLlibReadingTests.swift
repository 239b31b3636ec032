import ReinTestSupport
import Testing

@testable import Rein

@Suite("Policies and algorithms of RLlib")
struct RLlibReadingTests {
    @Test("A policy acts as in RLlib, with the same outputs", arguments: RLlibFixture.names)
    func policies(name: String) throws {
        let fixture = try RLlibFixture(name)
        let policy = try Policy(restoring: fixture.path)
        fixture.expectSame(policy)
        let again = try Policy(restoring: policy.state)
        fixture.expectSame(again)
    }

    @Test(
        "Networks that there are not here act as in RLlib; training does not go on", arguments: RLlibFixture.actingOnly)
    func actingOnly(name: String) throws {
        let fixture = try RLlibFixture(name)
        let policy = try Policy(restoring: fixture.path)
        fixture.expectSame(policy)
        let problem = try #require(try CheckpointDirectory(opening: fixture.path).trainingProblem(of: nil))
        #expect(problem.message.contains("can act"))
        try withTemporaryDirectory { directory in
            try policy.save(to: "\(directory)/c", format: .msgpack)
            fixture.expectSame(try Policy(restoring: "\(directory)/c"))
            // What RLlib reads of it does the same.
            let method = try RLlibPolicy(StateReader(CheckpointDirectory(opening: fixture.path).policyState()))
                .policyClass
            if policy.rllibProblem(as: method) == nil, method != .sac {
                fixture.expectSame(try RLlibObservationTests.rewritten(policy, as: method))
            }
        }
    }

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
        let algorithm = try Algorithm<Method>(restoring: path, environment: environment, mapping: mapping)
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
        let learner = StateReader(try CheckpointDirectory(opening: path).restorablePolicy()).optionalChild("learner")
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
        let state = StateReader(try CheckpointDirectory(opening: path).restorablePolicy())
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
        #expect(try CheckpointDirectory(opening: path).trainingProblem(of: nil) == nil)
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
            restoring: path, environment: .init(named: "CartPole-v1"), policies: PolicySelection(["pol0", "pol1"]),
            agents: agents, mapping: ["agent_0": "pol0", "agent_1": "pol0", "*": "pol1"])
        #expect(algorithm.policyIDs == ["pol0", "pol1"])
        _ = try algorithm.train()
    }

    @Test("What cannot be read says what it is, and where")
    func refusals() throws {
        let fixture = try RLlibFixture("ppo_pendulum_free")
        let file = try CheckpointDirectory(opening: fixture.path).policyState()
        let changes: [([String], StateTree, String)] = [
            (["policy_spec", "policy_class"], "PPOTF2Policy", "TensorFlow"),
            (["policy_spec", "policy_class"], "MARWILTorchPolicy", "MARWILTorchPolicy"),
            (["policy_spec", "config", "model", "use_lstm"], true, "LSTM"),
            (["policy_spec", "config", "model", "use_attention"], true, "attention"),
            (["policy_spec", "config", "model", "custom_model"], "mine", "Python code"),
            (["policy_spec", "config", "model", "no_final_linear"], true, "linear"),
            (["policy_spec", "config", "model", "fcnet_activation"], "Mish", "Mish"),
            (["policy_spec", "observation_space"], ["space": ["space": "dict", "spaces": [:]]], "dict"),
            (
                ["policy_spec", "observation_space", "original_space"], ["space": ["space": "dict", "spaces": [:]]],
                "dict"
            ),
            (["policy_spec", "action_space", "space", "space"], "tuple", "tuple"),
            (["policy_spec", "observation_space", "space", "low"], "AAAA", "zlib"),
            (["policy_spec", "observation_space", "space", "shape"], [4], "shape"),
            (["weights", "_logits._model.0.weight"], .tensor(StateTensor([1] as [Float], shape: [1, 1])), "shape"),
            (["weights", "_logits._model.0.bias"], .tensor(StateTensor([.nan] as [Float], shape: [1])), "finite"),
            (["weights"], [:], "missing"),
        ]
        for (place, value, word) in changes {
            let error = try #require(throws: StateError.self) {
                _ = try Policy(restoring: Self.replacing(place, by: value, in: file))
            }
            #expect("\(error)".contains(word), "\(error)")
        }
    }

    /// What a file holds for a Box of one number.
    static func box(_ low: Int64, _ high: Int64, type: String) -> StateTree {
        func text(_ bound: Int64) -> StateTree { .string(NumPyText.text(StateTensor([bound], shape: [1]))) }
        return ["space": "box", "low": text(low), "high": text(high), "shape": [1], "dtype": .string(type)]
    }

    @Test("Actions in a Box of integers are categories, never a Gaussian whose shape happens to fit")
    func integerActions() throws {
        let place = ["policy_spec", "action_space", "space"]
        // A head of two numbers: a mean and a deviation, or two categories.
        let file = try CheckpointDirectory(opening: RLlibFixture("ppo_pendulum_filter").path).policyState()
        for type in ["<i8", "<i4", "|i1"] {
            let policy = try Policy(restoring: Self.replacing(place, by: Self.box(0, 1, type: type), in: file))
            #expect(policy.actionSpace == .multiDiscrete([2]))
            #expect(policy.distribution == .multiCategorical(MultiCategorical(counts: [2])))
        }
        let floats = try Policy(restoring: Self.replacing(place, by: Self.box(0, 1, type: "<f8"), in: file))
        #expect(floats.distribution == .conditionalGaussian(ConditionalGaussian(count: 1)))
        for (space, word) in [
            (Self.box(0, 1, type: "|u1"), "|u1"), (Self.box(1, 2, type: "<i8"), "count from 0"),
            (Self.box(-1, 1, type: "<i8"), "count from 0"), (Self.box(0, 1 << 60, type: "<i8"), "choices"),
        ] {
            let error = try #require(throws: StateError.self) {
                _ = try Policy(restoring: Self.replacing(place, by: space, in: file))
            }
            #expect("\(error)".contains(word), "\(error)")
        }
        let sac = try CheckpointDirectory(
            opening: "\(RLlibFixture.directory)/sac_pendulum/checkpoint/policies/default_policy"
        ).policyState()
        let error = try #require(throws: StateError.self) {
            _ = try Policy(restoring: Self.replacing(place, by: Self.box(0, 1, type: "<i8"), in: sac))
        }
        #expect("\(error)".contains("integers"), "\(error)")
    }

    @Test("A policy of a Box of integers is written with the space that it came with")
    func integerSpace() throws {
        let path = try RLlibFixture("ppo_integers").path
        let policy = try Policy(restoring: path)
        #expect(policy.actionSpace == .multiDiscrete([3, 3]))
        try withTemporaryDirectory { directory in
            try CheckpointDirectory.convert(from: path, to: "\(directory)/c", format: .msgpack)
            let written = StateReader(.map(try RLlibWritingTests.file("\(directory)/c"))).optionalChild("policy_spec")
            let original = StateReader(try CheckpointDirectory(opening: path).policyState()).optionalChild(
                "policy_spec")
            for key in ["action_space", "observation_space"] {
                let isSame = written?.optionalChild(key)?.tree == original?.optionalChild(key)?.tree
                #expect(isSame && written != nil, "\(key)")
            }
        }
    }

    /// A copy of a tree with another value at a place.
    static func replacing(_ place: [String], by value: StateTree, in tree: StateTree) -> StateTree {
        guard let key = place.first, case .map(var map) = tree else { return value }
        map[key] = replacing(Array(place.dropFirst()), by: value, in: map[key] ?? .map([:]))
        return .map(map)
    }
}
