import Foundation
import ReinTestSupport
import Testing

@testable import Rein

/// What becomes of every setting of RLlib's.
@Suite("The table of RLlib's settings")
struct RLlibSettingTableTests {
    /// All settings that RLlib 2.10 has, with their defaults, by the class of policies.
    static func defaults() throws -> StateReader {
        let path = try "\(RLlibFixture.directory)/settings.json"
        return StateReader(try JSON.parse([UInt8](Data(contentsOf: URL(fileURLWithPath: path)))))
    }

    /// The keys of the leaves: of maps whose entries have rows, those.
    static func keys(_ map: StateMap, of policyClass: RLlibPolicyClass, below path: String = "") -> [String] {
        map.entries.flatMap { key, value -> [String] in
            if RLlibSetting.hasEntries(path + key, of: policyClass), case .map(let inner) = value {
                return keys(inner, of: policyClass, below: "\(path)\(key)/")
            }
            return [path + key]
        }
    }

    @Test("Every setting that RLlib 2.10 has is in it, and at its default none is left out")
    func isComplete() throws {
        for policyClass in RLlibPolicyClass.allCases {
            let config = try Self.defaults().child(policyClass.rawValue)
            guard case .map(let map) = config.tree else { throw config.error(.wrongType, "no settings") }
            let keys = Self.keys(map, of: policyClass)
            #expect(keys.count > 200)
            let unknown = keys.filter { RLlibSetting.known($0, of: policyClass) == nil }
            #expect(unknown.isEmpty, "\(policyClass)")
            #expect(RLlibDeparture.all(in: config, of: policyClass).map(\.key) == [])
        }
    }

    @Test("No row is written twice, and those of the three methods are RLlib's own")
    func isExact() throws {
        for policyClass in RLlibPolicyClass.allCases {
            guard case .map(let map) = try Self.defaults().child(policyClass.rawValue).tree else { continue }
            let rows = RLlibSetting.all(of: policyClass).map(\.key)
            #expect(Set(rows).count == rows.count)
            let keys = Set(Self.keys(map, of: policyClass))
            // Of policies alone, of networks that take a part of the model's settings, and deprecated.
            let others = Set(["__policy_id", "worker_index", "fake_sampler"])
            for row in rows where !keys.contains(row) && !others.contains(row) {
                #expect(row.contains("_config/") || row.hasPrefix("model/"), "\(row) of \(policyClass)")
            }
        }
    }

    @Test("Files that RLlib wrote have no setting without a row", arguments: RLlibFixture.names)
    func fixtures(name: String) throws {
        let policy = try Policy(restoring: RLlibFixture(name).path)
        #expect(policy.rllibDepartures.map(\.description) == [])
    }

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
            let file = try Method.file(
                of: policy.state, configuration: Method.validConfiguration(of: rllib).tree, id: nil, isAlone: isAlone,
                environment: nil, environmentSteps: 0)
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
                RLlibReadingTests.replacing(["policy_spec", "config"] + place, by: false, in: $0)
            }
            let algorithm = try DQN(restoring: path)
            #expect(algorithm.rllibDepartures.map(\.key) == place)
            _ = try algorithm.train()
            try algorithm.save(to: "\(directory)/trained", format: .msgpack)
            let written = StateReader(.map(try RLlibWritingTests.file("\(directory)/trained", "algorithm_state")))
            #expect(try !written.child("config").bool("explore"))
            let again = try DQN(restoring: "\(directory)/trained")
            #expect(again.rllibDepartures.map(\.key) == place)
        }
    }

    /// A row of the documentation's table for each treatment: the settings of all methods, and those of each alone.
    static func documentation() -> [String] {
        func text(_ treatment: RLlibSetting.Treatment) -> (group: String, suffix: String) {
            func list(_ values: [StateTree]) -> String { values.map { "`\(JSON.text($0))`" }.joined(separator: ", ") }
            switch treatment {
            case .used: return ("read and used", "")
            case .rewritten: return ("written so that the file opens everywhere", "")
            case .kept: return ("without effect on training here, kept", "")
            case .usedAmong(let values): return ("left out", " (used where it is \(list(values)))")
            case .leftOut(let values): return ("left out", " (unless \(list(values)))")
            }
        }
        var lines: [String] = []
        for group in [
            "read and used", "left out", "written so that the file opens everywhere",
            "without effect on training here, kept",
        ] {
            let tables = RLlibPolicyClass.allCases.map { policyClass in
                RLlibSetting.all(of: policyClass).filter {
                    text($0.treatment).group == group
                        && !["policy_model_config", "q_model_config"].contains(String($0.key.prefix { $0 != "/" }))
                }.map { "`\($0.key)`" + text($0.treatment).suffix }
            }
            let shared = tables[0].filter { tables[1].contains($0) && tables[2].contains($0) }
            func row(_ name: String, _ keys: [String]) {
                guard !keys.isEmpty else { return }
                lines.append("| \(name) | \(group) | \(keys.joined(separator: ", ")) |")
            }
            row("all", shared)
            for (policyClass, keys) in zip(RLlibPolicyClass.allCases, tables) {
                row(
                    policyClass.rawValue.replacingOccurrences(of: "TorchPolicy", with: ""),
                    keys.filter { !shared.contains($0) })
            }
        }
        return lines
    }

    @Test("The documentation has the same table")
    func isDocumented() throws {
        let root = #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined()
        let text = String(
            decoding: try Data(contentsOf: URL(fileURLWithPath: "\(root)/Documentation/RLlib.md")), as: UTF8.self)
        let lines = Set(text.split(separator: "\n").map(String.init))
        for line in Self.documentation() { #expect(lines.contains(line), "expected the line\n\(line)") }
    }
}
