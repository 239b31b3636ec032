import Foundation
import ReinTestSupport
import Testing

@testable import Rein

/// What settings of RLlib's mean here, and ours there.
@Suite("Settings of RLlib's")
struct RLlibSettingsTests {
    /// The policy of a fixture with other settings.
    static func policy(_ name: String, _ changes: [([String], StateTree)]) throws -> RLlibPolicy {
        var file = try CheckpointDirectory(opening: RLlibFixture(name).path).policyState()
        for (place, value) in changes {
            file = RLlibFixture.replacing(["policy_spec", "config"] + place, by: value, in: file)
        }
        return try RLlibPolicy(StateReader(file))
    }

    static func ratio(_ settings: StateMap, batchSize: Int = 32, stepCount: Int = 1) throws -> RLlibReplayRatio {
        try RLlibReplayRatio(
            RLlibSettings(StateReader(.map(settings))), batchSize: batchSize, stepCount: stepCount)
    }

    @Test("Rounds of sampling and training are those that RLlib computes")
    func rounds() throws {
        // calculate_rr_weights, in RLlib's dqn.py
        let cases: [(StateMap, stepCount: Int, environments: Int, interval: Int, updates: Int)] = [
            ([:], 1, 1, 1, 1), (["rollout_fragment_length": "auto"], 3, 1, 3, 1),
            (["rollout_fragment_length": 4, "num_envs_per_worker": 2], 1, 2, 4, 1),
            (["rollout_fragment_length": 4, "training_intensity": 8.0], 1, 1, 4, 1),
            (["rollout_fragment_length": 4, "training_intensity": 256], 1, 1, 4, 32),
            (["rollout_fragment_length": 4, "training_intensity": 2], 1, 1, 16, 1),
            (["rollout_fragment_length": 4, "num_workers": 3, "num_envs_per_worker": 2], 1, 6, 4, 1),
            (["rollout_fragment_length": 2, "num_workers": 1, "training_intensity": 16], 1, 1, 2, 2),
        ]
        for (settings, stepCount, environments, interval, updates) in cases {
            let ratio = try Self.ratio(settings, stepCount: stepCount)
            #expect(ratio.environmentCount == environments, "\(settings)")
            #expect(ratio.trainingInterval == interval, "\(settings)")
            #expect(ratio.updatesPerInterval == updates, "\(settings)")
        }
        for bad: StateMap in [
            ["rollout_fragment_length": 0], ["training_intensity": -1], ["training_intensity": 1e300],
            ["training_intensity": 1e-300], ["num_envs_per_worker": 0], ["num_workers": -1],
            ["num_envs_per_worker": 9e18], ["rollout_fragment_length": "often"],
        ] {
            #expect(throws: StateError.self, "\(bad)") { try Self.ratio(bad) }
        }
    }

    @Test("The number of rows learnt from for each step is the same in RLlib's words", arguments: [1, 3, 5])
    func words(stepCount: Int) throws {
        for (interval, updates, environments) in [(1, 1, 1), (4, 1, 2), (16, 8, 1), (4, 2, 3)] {
            let ratio = RLlibReplayRatio(
                environmentCount: environments, trainingInterval: interval, updatesPerInterval: updates)
            let words = ratio.words(batchSize: 32, stepCount: stepCount)
            let again = try Self.ratio(words, stepCount: stepCount)
            #expect(again.environmentCount == environments)
            #expect(again.trainingInterval >= stepCount)
            #expect(again.updatesPerInterval * interval == updates * again.trainingInterval)
            #expect((words["training_intensity"] == .null) == (updates == 1 && interval >= stepCount))
        }
    }

    @Test("Exploration keeps its warm-up and its corners")
    func exploration() throws {
        let schedules: [Schedule] = [
            .constant(0.1), .linear(from: 1, to: 0.05, over: 500),
            .piecewise([.init(step: 100, value: 1), .init(step: 300, value: 0.1)]),
            .piecewise([.init(step: 10, value: 1), .init(step: 50, value: 0.3), .init(step: 400, value: 0.05)]),
        ]
        for schedule in schedules {
            let again = try RLlibExploration.epsilonGreedy(
                RLlibSettings(StateReader(RLlibExploration.epsilonGreedy(schedule))))
            for step in [0, 1, 10, 42, 100, 200, 300, 399, 400, 5000] {
                #expect(again.value(at: step) == schedule.value(at: step), "\(schedule) at \(step)")
            }
        }
        let warm: StateTree = [
            "type": "EpsilonGreedy", "initial_epsilon": 1, "final_epsilon": 0.02, "warmup_timesteps": 5000,
            "epsilon_timesteps": 1000,
        ]
        let read = try DQNLearner.configuration(of: Self.policy("dqn_plain", [(["exploration_config"], warm)]))
        #expect(read.explorationRate.value(at: 5000) == 1)
        #expect(abs(read.explorationRate.value(at: 5500) - 0.51) < 1e-12)
        #expect(read.explorationRate.value(at: 6000) == 0.02)
    }

    @Test("Updates of SAC's targets are counted in steps there and in gradient steps here")
    func targets() throws {
        for (frequency, interval) in [(0, 1), (1, 1), (8, 1), (16, 1), (17, 2), (48, 3)] {
            let policy = try Self.policy(
                "sac_cartpole",
                [
                    (["target_network_update_freq"], .int(Int64(frequency))), (["rollout_fragment_length"], 4),
                    (["num_envs_per_worker"], 4),
                ])
            #expect(try SACLearner.configuration(of: policy).targetUpdateInterval == interval)
        }
        let settings = SACConfiguration().with {
            $0.trainingInterval = 4
            $0.environmentCount = 2
            $0.updatesPerInterval = 2
            $0.targetUpdateInterval = 6
            $0.learnsTemperature = false
        }
        let words = StateReader(.map(SACLearner.rllibSettings(settings)))
        #expect(try words.int("target_network_update_freq") == 24)
        #expect(try words.child("optimization").double("entropy_learning_rate") == 0)
    }

    /// What is read and written of a replay.
    private static func checkReplay<Method: RLlibMethod>(_: Method.Type, _ fixture: String) throws
    where Method.Configuration: ReplayConfiguration {
        let prioritized: StateTree = [
            "type": "MultiAgentPrioritizedReplayBuffer", "capacity": 500, "prioritized_replay_alpha": 0.75,
            "prioritized_replay_beta": 0.25, "prioritized_replay_eps": 0.125,
        ]
        let read = try Method.configuration(of: policy(fixture, [(["replay_buffer_config"], prioritized)]))
        try read.validate()
        #expect(read.prioritizedReplay && read.prioritizedReplaySampling == .independent)
        #expect(read.priorityExponent == 0.75 && read.importanceExponent == .constant(0.25))
        #expect(read.prioritizedReplayEpsilon == 0.125 && read.replayCapacity == 500)
        #expect(Method.rllibSettings(read)["replay_buffer_config"] == prioritized)
        // RLlib wants a positive exponent.
        let level = read.with { $0.priorityExponent = 0 }
        let uniform: StateTree = ["type": "MultiAgentReplayBuffer", "capacity": 500]
        #expect(Method.rllibSettings(level)["replay_buffer_config"] == uniform)
        let unread: StateTree = [
            "type": "MultiAgentReplayBuffer", "capacity": 500, "prioritized_replay_alpha": 2,
            "prioritized_replay_eps": 0,
        ]
        let again = try Method.configuration(of: policy(fixture, [(["replay_buffer_config"], unread)]))
        try again.validate()
        #expect(!again.prioritizedReplay && Method.rllibSettings(again)["replay_buffer_config"] == uniform)
        // RLlib has no upper bounds, and takes an ε of 0.
        let bold: StateTree = [
            "type": "MultiAgentPrioritizedReplayBuffer", "capacity": 500, "prioritized_replay_alpha": 2.5,
            "prioritized_replay_beta": 1.5, "prioritized_replay_eps": 0.0,
        ]
        let boldest = try Method.configuration(of: policy(fixture, [(["replay_buffer_config"], bold)]))
        try boldest.validate()
        #expect(boldest.priorityExponent == 2.5 && boldest.prioritizedReplayEpsilon == 0)
        #expect(Method.rllibSettings(boldest)["replay_buffer_config"] == bold)
        // RLlib's default for both methods.
        let bare = try Method.configuration(of: policy(fixture, [(["replay_buffer_config"], [:])]))
        #expect(bare.prioritizedReplay && bare.priorityExponent == 0.6 && bare.prioritizedReplayEpsilon == 1e-6)
    }

    @Test("The settings of a prioritised replay are read, and written with the same values")
    func replay() throws {
        try Self.checkReplay(SACLearner.self, "sac_cartpole")
        try Self.checkReplay(DQNLearner.self, "dqn_plain")
    }

    /// What is read and written of the rewards.
    private static func checkRewards<Method: RLlibMethod>(
        _: Method.Type, _ fixture: String, _ clip: KeyPath<Method.Configuration, RewardClip?>
    ) throws {
        // An integer is nothing to RLlib's connectors, and a limit without them.
        let cases: [(StateTree, connectors: Bool, RewardClip?, written: StateTree)] = [
            (nil, true, nil, false), (false, true, nil, false), (0, false, nil, false), (0.0, true, nil, false),
            (true, true, .sign, true), (true, false, .sign, true), (2.5, true, .limit(2.5), 2.5),
            (-2.5, false, .limit(2.5), 2.5), (5, true, nil, false), (5, false, .limit(5), 5.0),
        ]
        for (value, connectors, expected, written) in cases {
            let policy = try policy(
                fixture, [(["clip_rewards"], value), (["enable_connectors"], .bool(connectors))])
            #expect(policy.policy.rllibDepartures.isEmpty)
            let configuration = try Method.configuration(of: policy)
            try configuration.validate()
            #expect(configuration[keyPath: clip] == expected, "\(value)")
            #expect(Method.rllibSettings(configuration)["clip_rewards"] == written)
        }
    }

    @Test("Rewards are clipped as in RLlib, and the setting is written")
    func rewards() throws {
        try Self.checkRewards(PPOLearner.self, "ppo_elu", \.rewardClip)
        try Self.checkRewards(DQNLearner.self, "dqn_plain", \.rewardClip)
        try Self.checkRewards(SACLearner.self, "sac_cartpole", \.rewardClip)
    }

    @Test("SAC goes on with RLlib's losses, norms and order of updates")
    func sacRules() throws {
        for (name, critic) in [
            ("sac_cartpole", SACConfiguration.PolicyCritic.first),
            ("sac_pendulum/checkpoint/policies/default_policy", .smaller),
        ] {
            let file = try CheckpointDirectory(opening: "\(RLlibFixture.directory)/\(name)").policyState()
            let settings = try SACLearner.configuration(of: RLlibPolicy(StateReader(file)))
            #expect(settings.loss == .huber && settings.clipsGradientsSeparately && settings.simultaneousUpdates)
            #expect(settings.policyCritic == critic)
        }
        let plain = SACConfiguration()
        #expect(plain.loss == .squared && !plain.clipsGradientsSeparately && !plain.simultaneousUpdates)
        #expect(plain.policyCritic == .smaller && !plain.prioritizedReplay)
    }

    @Test("The largest settings are written and read without a trap")
    func largest() throws {
        let sac = SACConfiguration().with {
            $0.trainingInterval = 1 << 20
            $0.environmentCount = 1 << 16
            $0.targetUpdateInterval = .max
            $0.learningStarts = .max
        }
        try sac.validate()
        #expect(try StateReader(.map(SACLearner.rllibSettings(sac))).int("target_network_update_freq") == 1 << 52)
        let policy = try Self.policy(
            "sac_cartpole",
            [(["target_network_update_freq"], .int(1 << 52)), (["training_intensity"], .int(1 << 24))])
        #expect(try SACLearner.configuration(of: policy).targetUpdateInterval == 1 << 52)

        let dqn = DQNConfiguration().with {
            $0.learningStarts = .max
            $0.network.hidden = [4]
        }
        try dqn.validate()
        let trained = try DQNLearner.policy(Self.policy("dqn_plain", []))
        let training = DQNLearner.rllibTraining(
            dqn, learner: trained.learnerState.map { StateReader($0) }, environmentSteps: nil)
        #expect(training.environmentSteps == 1 << 52)
    }

    @Test("Training in ways that are not here is refused, and the policy acts and converts")
    func actingOnly() throws {
        let cases: [(String, [String], StateTree, String)] = [
            ("dqn_plain", ["exploration_config", "type"], "SoftQ", "EpsilonGreedy"),
            ("ppo_choices", ["use_gae"], false, "use_gae"), ("ppo_choices", ["use_critic"], false, "use_critic"),
            ("ppo_choices", ["exploration_config"], ["type": "Curiosity"], "Curiosity"),
            ("sac_cartpole", ["q_model_config", "fcnet_activation"], "Mish", "activation"),
        ]
        for (name, place, value, word) in cases {
            try withTemporaryDirectory { directory in
                let path = "\(directory)/rllib"
                try RLlibFixture.copy(RLlibFixture(name).path, to: path) {
                    RLlibFixture.replacing(["policy_spec", "config"] + place, by: value, in: $0)
                }
                let problem = try #require(try SavedCheckpoint(opening: path).trainingProblems().first?.problem)
                #expect("\(problem)".contains(word), "\(problem)")
                #expect(problem.path.contains(path))
                try CheckpointDirectory.convert(from: path, to: "\(directory)/native", format: .native)
                let policy = try Policy(restoring: "\(directory)/native")
                #expect(policy.learnerState == nil)
                try RLlibFixture(name).expectSame(policy)
            }
        }
        #expect(try SavedCheckpoint(opening: RLlibFixture("ppo_choices").path).trainingProblems().isEmpty)
    }

    @Test("A policy alone is written with the settings that it came with", arguments: RLlibFixture.names)
    func settingsOfPolicies(name: String) throws {
        try withTemporaryDirectory { directory in
            let path = try RLlibFixture(name).path
            try CheckpointDirectory.convert(from: path, to: "\(directory)/converted", format: .msgpack)
            func config(_ path: String) throws -> StateMap {
                let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(path)/policy_state.msgpck")))
                let file = StateReader(try MessagePackCodec().decode(plain: StateBytes(bytes)))
                guard case .map(let map) = try file.child("policy_spec").child("config").tree else { return [:] }
                return map
            }
            let written = try config("\(directory)/converted")
            // The form of the network, and what only says how the file was made.
            let own: Set = [
                "model", "hiddens", "dueling", "q_model_config", "policy_model_config", "enable_connectors",
                "num_gpus", "_fake_gpus", "twin_q",
            ]
            for (key, value) in try config(path) where !own.contains(key) {
                let isKept = written[key] == value
                #expect(isKept, "\(key): \(value) became \(written[key] ?? .null)")
            }
        }
    }

    @Test("Entries of nested settings that are not known stay")
    func nestedSettings() throws {
        let changes: [([String], StateTree)] = [
            (["replay_buffer_config", "my_key"], 1), (["replay_buffer_config", "prioritized_replay_eps"], 1e-3),
            (["model", "my_key"], 2), (["exploration_config", "my_key"], 3),
        ]
        let rllib = try Self.policy("dqn_plain", changes)
        let policy = try DQNLearner.policy(rllib)
        let training = try DQNLearner.rllibTraining(
            DQNLearner.configuration(of: rllib), learner: policy.learnerState.map { StateReader($0) },
            environmentSteps: 0)
        let file = try policy.rllibFile(holding: policy.state, training: training, id: nil, isAlone: false)
        let config = try StateReader(try #require(file.messagePack)).child("policy_spec").child("config")
        for (place, value) in changes {
            let found = try place.reduce(config) { try $0.child($1) }.tree
            #expect(found == value, "\(place)")
        }
    }

    @Test("The learning rate in a file is that of its step")
    func learningRate() throws {
        let configuration = PPOConfiguration().with {
            $0.learningRate = .linear(from: 1e-3, to: 0, over: 1000)
            $0.network.hidden = [4]
        }
        let algorithm = try PPO(environment: .init(named: "CartPole-v1"), configuration: configuration)
        let policy = try algorithm.policyOfAny()
        let training = PPOLearner.rllibTraining(configuration, learner: nil, environmentSteps: 500)
        let file = try policy.rllibFile(holding: policy.state, training: training, id: nil, isAlone: false)
        let optimizer = try StateReader(#require(file.messagePack)).list("_optimizer_variables")[0]
        #expect(abs(try optimizer.list("param_groups")[0].double("lr") - 5e-4) < 1e-12)
    }
}
