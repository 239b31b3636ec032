import Foundation
import ReinCheckpoints
import ReinPolicies
import ReinTestSupport
import Testing

@testable import ReinRLlib

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
