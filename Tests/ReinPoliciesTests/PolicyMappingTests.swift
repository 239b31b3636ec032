import Rein
import Testing

@Suite("Mapping agents to policies")
struct PolicyMappingTests {
    @Test(
        "Patterns match as in a shell",
        arguments: [
            ("agent_0", "agent_0", true), ("agent_0", "agent_00", false), ("*", "", true), ("*", "anything", true),
            ("agent_*", "agent_17", true), ("*_1*", "agent_17", true), ("*_1*", "agent_71", false),
            ("agent_?", "agent_3", true), ("agent_?", "agent_", false), ("agent_[01]", "agent_1", true),
            ("agent_[01]", "agent_2", false), ("agent_[0-3]", "agent_2", true), ("agent_[!0]", "agent_2", true),
            ("agent_[!0]", "agent_0", false), ("[", "[", true), ("a[", "ab", false), ("[]]", "]", true),
            ("a*b*c", "aXbYbZc", true), ("a*b*c", "aXbYbZ", false), ("**", "x", true), ("", "", true), ("", "x", false),
            ("ä?", "äö", true),
        ])
    func patterns(pattern: String, name: String, matches: Bool) {
        #expect(GlobPattern(pattern).matches(name) == matches)
    }

    @Test("A pattern of many stars is decided quickly")
    func stars() {
        let pattern = GlobPattern(String(repeating: "a*", count: 200) + "b")
        #expect(!pattern.matches(String(repeating: "a", count: 2000)))
    }

    @Test("The first rule that matches wins")
    func order() {
        let mapping: PolicyMapping = ["agent_[01]": "pol0", "agent_1": "pol2", "*": "pol1"]
        #expect(mapping.choice(for: "agent_1") == "pol0")
        #expect(mapping.choice(for: "agent_2") == "pol1")
        #expect(PolicyMapping(rules: []).choice(for: "agent_1") == nil)
        #expect(mapping.policies == ["pol0", "pol2", "pol1"])
    }

    @Test("Many agents are mapped as each alone is")
    func manyAgents() {
        let mapping: PolicyMapping = [
            "agent_3": "exact", "agent_[12]": "set", "agent_1": "late", "agent_3*": "star", "agent_4": "four",
        ]
        let agents = (0..<40).map { AgentID("agent_\($0)") }
        let together = mapping.choices(for: agents)
        #expect(together == agents.map(mapping.choice(for:)))
        #expect(together[1] == "set" && together[3] == "exact" && together[30] == "star" && together[5] == nil)
    }

    @Test("The command line's form is read, and what is not of that form is named")
    func parsing() throws {
        let mapping = try PolicyMapping(parsing: "agent_[01]=pol0,*=pol1")
        #expect(mapping == ["agent_[01]": "pol0", "*": "pol1"])
        for text in ["", "pol0", "=pol0", "a=pol0,,b=pol1", "a=", "a=x/y", "a=.."] {
            #expect(throws: StateError.self) { try PolicyMapping(parsing: text) }
        }
    }

    @Test("Policies are chosen by own name, in turn or by weight")
    func choices() throws {
        let mapping = try PolicyMapping(parsing: "solo=<agent>,team_*=a|b,*=main:3|old:1.5")
        #expect(
            mapping.rules.map(\.policy) == [
                .ownName, .cycle(["a", "b"]), .weighted([.init("main", weight: 3), .init("old", weight: 1.5)]),
            ])
        #expect(mapping.policies == ["a", "b", "main", "old"])
        #expect(try mapping.rules[0].policy.shares(for: "solo", at: 4).map(\.policy) == ["solo"])
        #expect(try mapping.rules[1].policy.shares(for: "team_x", at: 3).map(\.policy) == ["b"])
        #expect(try mapping.rules[2].policy.shares(for: "x", at: 0).map(\.weight) == [3, 1.5])
        let tree = StateEncoder().encode(mapping)
        #expect(try StateDecoder().decode(PolicyMapping.self, from: tree, path: "mapping") == mapping)
        for text in [
            "a=x:1|y", "a=x:-1", "a=x:|y:1", "a=x:nan", "a=<other>", "a=|", "a=||", "a=x||y", "a=|x", "a=x|y|", "a=:1",
            "a=x:1||y:2",
        ] {
            #expect(throws: StateError.self) { try PolicyMapping(parsing: text) }
        }
        #expect(throws: StateError.self) { try PolicyChoice.weighted([]).shares(for: "x", at: 0) }
        #expect(throws: StateError.self) { try PolicyChoice.cycle([]).shares(for: "x", at: 0) }
        #expect(throws: StateError.self) { try PolicyChoice.ownName.shares(for: "a/b", at: 0) }
    }

    @Test(
        "A mapping survives being saved",
        arguments: ["agent_[01]=pol0,*=pol1", "*=<agent>", "*=a|", "*=a|b", "*=a:1", "*=a:1|", "*=a:0.1|b:1e-300"])
    func codable(text: String) throws {
        let mapping = try PolicyMapping(parsing: text)
        let tree = StateEncoder().encode(mapping)
        #expect(try StateDecoder().decode(PolicyMapping.self, from: tree, path: "mapping") == mapping)
    }
}
