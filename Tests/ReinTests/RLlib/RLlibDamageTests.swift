import Foundation
import ReinTestSupport
import Testing

@testable import Rein

@Suite("Damaged files of RLlib's")
struct RLlibDamageTests {
    /// Reads a file as `Policy(restoring:)` and as an algorithm does; whether both refused it.
    static func isRefused(_ bytes: [UInt8]) -> Bool {
        guard let tree = try? MessagePackCodec().decode(bytes), let policy = try? Policy(restoringFile: tree) else {
            return true
        }
        _ = policy.outputs(for: policy.observationSpace.low.map { $0.isFinite ? $0 : 0 })
        guard RLlibPolicy.isFile(tree), let rllib = try? RLlibPolicy(StateReader(tree)) else { return false }
        switch rllib.policyClass {
        case .ppo: return (try? PPOLearner.policy(rllib)) == nil
        case .dqn: return (try? DQNLearner.policy(rllib)) == nil
        case .sac: return (try? SACLearner.policy(rllib)) == nil
        }
    }

    @Test("A changed byte gives a policy or an error", arguments: RLlibFixture.names)
    func changes(name: String) throws {
        let path = try RLlibFixture(name).path + "/policy_state.msgpck"
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        var random = RandomStream(seed: 4, name: name)
        var refused = 0
        for _ in 0..<150 {
            var damaged = bytes
            damaged[random.below(bytes.count)] = UInt8(truncatingIfNeeded: random.below(256))
            refused += Self.isRefused(damaged) ? 1 : 0
        }
        // Most bytes are of weights, settings without a meaning here, or of pickles that nobody opens.
        #expect(refused > 0 && refused < 150)
    }

    @Test("A file that is cut short is refused")
    func truncation() throws {
        let path = try RLlibFixture("ppo_pendulum_free").path + "/policy_state.msgpck"
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        for count in stride(from: 0, to: bytes.count, by: 61) {
            #expect(Self.isRefused(Array(bytes.prefix(count))))
        }
    }

    @Test("Settings that are impossible here are errors that name them")
    func settings() throws {
        let file = try CheckpointDirectory(opening: RLlibFixture("ppo_choices").path).policyState()
        let changes: [(String, StateTree)] = [
            ("sgd_minibatch_size", 0), ("sgd_minibatch_size", -5), ("num_sgd_iter", 0), ("gamma", 2),
            ("lambda", -1), ("lr", -1), ("train_batch_size", 4_000_000_000_000), ("clip_param", "much"),
            ("lr_schedule", [[0, 1], [0, 2]]), ("num_envs_per_worker", 1_000_000_000), ("kl_coeff", -1),
            ("num_envs_per_worker", -4), ("num_envs_per_worker", 9.2e18), ("train_batch_size", 9.2e18), ("seed", -5),
            ("vf_clip_param", .double(.nan)), ("vf_clip_param", -1),
        ]
        for (key, value) in changes {
            let changed = RLlibFixture.replacing(["policy_spec", "config", key], by: value, in: file)
            #expect(throws: StateError.self, "\(key)") {
                _ = try PPOLearner.policy(RLlibPolicy(StateReader(changed)))
            }
            // Acting does not depend on them.
            _ = try Policy(restoringFile: changed)
        }
    }

    /// Replaces a place in the file of a fixture, and gives what reading it then says.
    static func refusal(_ name: String, _ place: [String], _ value: StateTree) throws -> StateError? {
        let file = try CheckpointDirectory(opening: RLlibFixture(name).path).policyState()
        let changed = RLlibFixture.replacing(place, by: value, in: file)
        do throws(StateError) {
            let rllib = try RLlibPolicy(StateReader(changed))
            switch rllib.policyClass {
            case .ppo: _ = try PPOLearner.policy(rllib)
            case .dqn: _ = try DQNLearner.policy(rllib)
            case .sac: _ = try SACLearner.policy(rllib)
            }
            return nil
        } catch {
            return error
        }
    }

    @Test("Numbers at the ends of their range are errors, not traps")
    func extremes() throws {
        let observations = ["policy_spec", "observation_space", "space"]
        let cases: [(String, [String], StateTree, String)] = [
            ("dqn_plain", ["policy_spec", "action_space", "space", "start"], .int(.min), "choice"),
            ("dqn_plain", observations + ["shape"], [.int(1 << 62 + 1), 4], "shape"),
            ("dqn_plain", observations + ["shape"], [1, 2, 2], "convolutional"),
            ("ppo_choices", ["current_kl_coeff"], -5, "current_kl_coeff"),
            ("ppo_choices", ["policy_spec", "config", "observation_filter"], "MeanStdFilter", "connectors"),
            ("ppo_choices", ["policy_spec", "config", "model", "use_lstm"], 1, "LSTM"),
            ("sac_cartpole", ["policy_spec", "config", "target_entropy"], "low", "target_entropy"),
        ]
        for (name, place, value, word) in cases {
            let error = try #require(try Self.refusal(name, place, value), "\(place)")
            #expect("\(error)".contains(word), "\(error)")
        }
    }

    @Test("An error in a file names the file, once")
    func places() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/rllib"
            let original = try "\(RLlibFixture.directory)/ppo_cartpole/checkpoint"
            try FileManager.default.copyItem(atPath: original, toPath: path)
            let folder = "\(path)/policies/default_policy"
            func change(_ place: [String], to value: StateTree) throws {
                try FileManager.default.removeItem(atPath: folder)
                try RLlibFixture.copy("\(original)/policies/default_policy", to: folder) {
                    RLlibFixture.replacing(place, by: value, in: $0)
                }
            }
            try change(["policy_spec", "config", "gamma"], to: "much")
            let setting = "policy_spec/config/gamma"
            let whole = try #require(throws: StateError.self) { _ = try PPO(restoring: path) }
            #expect(whole.path == "\(folder)/\(setting)")
            let alone = try #require(throws: StateError.self) {
                _ = try SavedCheckpoint(opening: folder).policy()
            }
            #expect(alone.path == "\(folder)/policy_state.msgpck/\(setting)")
            try change(["weights"], to: [:])
            for (place, id) in [(path, PolicyID.default as PolicyID?), (folder, nil)] {
                let error = try #require(throws: StateError.self) { _ = try Policy(restoring: place, id: id) }
                #expect(error.path.hasPrefix(folder))
            }
        }
    }

    @Test("A small file does not make a large network")
    func amplification() throws {
        let zeros = StateTree.tensor(StateTensor([Float](repeating: 0, count: 16_000), shape: [16_000, 1]))
        for place in ["_hidden_layers.0._model.0.weight", "_logits._model.0.weight"] {
            let error = try #require(try Self.refusal("ppo_choices", ["weights", place], zeros))
            #expect("\(error)".contains(place), "\(error)")
        }
        let wide: StateTree = ["space": "discrete", "n": 60_000, "start": 0]
        let error = try #require(try Self.refusal("dqn_plain", ["policy_spec", "action_space", "space"], wide))
        #expect(error.message.contains("numbers"), "\(error)")
    }
}
