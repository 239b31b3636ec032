import Foundation
import Testing

@testable import Rein

@Suite("Damaged files of RLlib's")
struct RLlibDamageTests {
    /// Reads a file as `Policy(restoring:)` and as an algorithm does; whether both refused it.
    static func isRefused(_ bytes: [UInt8]) -> Bool {
        guard let tree = try? MessagePackCodec().decode(bytes), let policy = try? Policy(restoring: tree) else {
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
        ]
        for (key, value) in changes {
            let changed = RLlibReadingTests.replacing(["policy_spec", "config", key], by: value, in: file)
            #expect(throws: StateError.self, "\(key)") {
                _ = try PPOLearner.policy(RLlibPolicy(StateReader(changed)))
            }
            // Acting does not depend on them.
            _ = try Policy(restoring: changed)
        }
    }
}
