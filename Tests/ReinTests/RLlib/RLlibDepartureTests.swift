import Foundation
import ReinTestSupport
import Testing

@testable import Rein

@Suite("Settings of RLlib's that training goes on without")
struct RLlibDepartureTests {
    /// Settings that change training and have no equal here, with a value each.
    static let leftOut: [(name: String, method: RLlibPolicyClass, place: [String], value: StateTree)] = [
        ("ppo_elu", .ppo, ["batch_mode"], "complete_episodes"), ("ppo_elu", .ppo, ["explore"], false),
        ("ppo_elu", .ppo, ["count_steps_by"], "agent_steps"), ("ppo_elu", .ppo, ["rollout_fragment_length"], 50),
        ("ppo_elu", .ppo, ["callbacks"], "mine.Callbacks"), ("ppo_elu", .ppo, ["env_config"], ["size": 7]),
        ("dqn_plain", .dqn, ["batch_mode"], "complete_episodes"),
        ("dqn_plain", .dqn, ["replay_buffer_config", "replay_mode"], "lockstep"),
        ("dqn_plain", .dqn, ["replay_buffer_config", "type"], "mine.Buffer"),
        ("dqn_plain", .dqn, ["replay_buffer_config", "worker_side_prioritization"], true),
        ("sac_cartpole", .sac, ["_deterministic_loss"], true),
        ("sac_cartpole", .sac, ["exploration_config", "random_timesteps"], 1000),
    ]

    @Test("A setting that changes training and has no equal here is named with its value, and written back as it was")
    func departures() throws {
        for (name, policyClass, place, value) in Self.leftOut {
            let rllib = try RLlibSettingsTests.policy(name, [(place, value)])
            let line = try #require(rllib.policy.rllibDepartures.first, "\(place)")
            #expect(rllib.policy.rllibDepartures.count == 1)
            #expect(line.isKnown && line.key == place.joined(separator: "/") && line.value == value)
            #expect(line.description.contains(JSON.text(value)) && line.description.contains(line.key))
            // Also when training has gone on, and its own settings are written.
            for config in try [written(rllib, isAlone: true), written(rllib, isAlone: false)] {
                let found = try place.reduce(config) { try $0.child($1) }.tree
                #expect(found == value, "\(policyClass): \(place)")
            }
        }
    }

    /// The settings in a file with what training goes on with.
    private func written(_ rllib: RLlibPolicy, isAlone: Bool) throws -> StateReader {
        func config<Method: RLlibMethod>(_: Method.Type) throws -> StateReader {
            let policy = try Method.policy(rllib)
            let file =
                isAlone
                ? try policy.rllibFileAlone(holding: policy.state)
                : try Method.file(
                    of: policy, holding: policy.state, configuration: Method.validConfiguration(of: rllib).tree,
                    id: nil, environment: nil, environmentSteps: 0)
            return try StateReader(#require(file.messagePack)).child("policy_spec").child("config")
        }
        switch rllib.policyClass {
        case .ppo: return try config(PPOLearner.self)
        case .dqn: return try config(DQNLearner.self)
        case .sac: return try config(SACLearner.self)
        }
    }

    @Test("A training setting that RLlib may get is reported, wherever it stands, and written back")
    func newSettings() throws {
        for (place, value) in [
            (["train_backwards"], true), (["replay_buffer_config", "forgets"], 0.5), (["model", "new_layers"], [4]),
        ] as [([String], StateTree)] {
            let rllib = try RLlibSettingsTests.policy("dqn_plain", [(place, value)])
            let found = try #require(rllib.policy.rllibDepartures.first, "\(place)")
            #expect(!found.isKnown && found.key == place.joined(separator: "/"))
            #expect(found.description.contains("not known"))
            let restored = try Policy(restoring: rllib.policy.state)
            #expect(restored.rllibDepartures.map(\.description) == [found.description])
            let config = try written(rllib, isAlone: false)
            let kept = try place.reduce(config) { try $0.child($1) }.tree
            #expect(kept == value)
        }
    }

    @Test("An algorithm names them once for all its policies, and its files keep them when it has trained")
    func algorithm() throws {
        try withTemporaryDirectory { directory in
            let original = try "\(RLlibFixture.directory)/dqn_cartpole/checkpoint"
            let path = "\(directory)/rllib"
            try FileManager.default.copyItem(atPath: original, toPath: path)
            let policy = "\(path)/policies/default_policy"
            try FileManager.default.removeItem(atPath: policy)
            let place = ["explore"]
            try RLlibFixture.copy("\(original)/policies/default_policy", to: policy) {
                RLlibFixture.replacing(["policy_spec", "config"] + place, by: false, in: $0)
            }
            let algorithm = try DQN(restoring: path)
            #expect(algorithm.rllibDepartures.map(\.key) == place)
            _ = try algorithm.train()
            try algorithm.save(to: "\(directory)/trained", format: .msgpack)
            let written = StateReader(.map(try RLlibFixture.file("\(directory)/trained", "algorithm_state")))
            #expect(try !written.child("config").bool("explore"))
            let again = try DQN(restoring: "\(directory)/trained")
            #expect(again.rllibDepartures.map(\.key) == place)
        }
    }
}
