import ReinTestSupport
import Testing

@testable import Rein

@Suite("Lineups")
struct LineupTests {
    private func lineup() throws -> Lineup {
        try Lineup(
            policies: ["a", "b", "c"], agents: ["x", "y"], mapping: ["x": "a", "*": "b"], evaluationMapping: .all("c"),
            policiesToTrain: ["c", "a"], policyConfigurations: ["b": ["discount": 0.5, "network": ["hidden": [8]]]])
    }

    @Test("They are written down and read without loss, and by other coders, too")
    func coding() throws {
        let lineup = try lineup()
        #expect(lineup.policiesToTrain == ["a", "c"])
        let tree = StateEncoder().encode(lineup)
        #expect(try StateDecoder().decode(Lineup.self, from: tree) == lineup)
        let text = try JSON.parse(Array(JSON.text(tree).utf8))
        #expect(try StateDecoder().decode(Lineup.self, from: text) == lineup)
        let changes = LineupChanges(lineup)
        #expect(try StateDecoder().decode(LineupChanges.self, from: StateEncoder().encode(changes)) == changes)
        #expect(try Lineup(changes) == lineup)
        #expect(try StateDecoder().decode(LineupChanges.self, from: [:]) == .none)
    }

    @Test("What there is not has no key, but for agents that are not known")
    func keys() throws {
        let tree = StateEncoder().encode(Lineup.one)
        #expect(try StateReader(tree).map().map(\.key) == ["policies", "agents", "mapping", "policiesToTrain"])
        #expect(try StateReader(tree).child("agents").tree.isNull)
    }

    @Test("A mapping of the program's is left out, and read as one that was")
    func leftOut() throws {
        let custom: PolicyMapping = ["*": .chosen(among: ["a"]) { _ in "a" }]
        let tree = StateEncoder().encode(try Lineup(policies: ["a"], mapping: custom))
        #expect(StateReader(tree).optionalChild("mapping")?.tree == "left out")
        let read = try StateDecoder().decode(Lineup.self, from: tree)
        #expect(read.mapping == .leftOut && StateEncoder().encode(read) == tree)
        let error = #expect(throws: StateError.self) {
            try ResolvedMapping(read.mapping, agents: ["x"], policies: ["a"])
        }
        #expect(error?.code == .missingKey && error?.path == "mapping")
    }

    @Test("What does not go together is an error that names the part and the nearest policy")
    func refusals() throws {
        let cases: [(String, () throws -> Lineup)] = [
            ("policies", { try Lineup(policies: []) }),
            ("policiesToTrain", { try Lineup(policies: ["main"], policiesToTrain: ["mian"]) }),
            (
                "policyConfigurations",
                { try Lineup(policies: ["main"], policyConfigurations: ["mian": [:] as StateTree]) }
            ),
        ]
        for (path, make) in cases {
            let error = try #require(throws: StateError.self) { try make() }
            #expect(error.path == path, "\(error)")
            if path != "policies" { #expect(error.message.contains("\"main\""), "\(error)") }
        }
        var tree: StateMap = ["policies": ["a"], "mapping": "somewhere", "policiesToTrain": ["a"]]
        #expect(throws: StateError.self) { try StateDecoder().decode(Lineup.self, from: .map(tree)) }
        tree["mapping"] = ["rules": []]
        tree["policyConfigurations"] = ["a": 3]
        let error = #expect(throws: StateError.self) { try StateDecoder().decode(Lineup.self, from: .map(tree)) }
        #expect(error?.path.contains("policyConfigurations/a") == true)
    }

    @Test("Changes take some policies, and keep of the rest what is about them")
    func changes() throws {
        let some = try lineup().applying(LineupChanges(policies: ["[bc]"], mapping: .all("b")))
        #expect(some.policies == ["b", "c"] && some.policiesToTrain == ["c"] && some.mapping == .all("b"))
        #expect(some.policyConfigurations.keys.sorted() == ["b"])
        let one = try lineup().applying(LineupChanges(policies: ["c"]))
        #expect(one.policyConfigurations.isEmpty)
        #expect(try one.mapping == lineup().mapping)
        #expect(try lineup().applying(.none) == lineup())
        #expect(throws: StateError.self) { try lineup().applying(LineupChanges(policies: ["d"])) }
        #expect(throws: StateError.self) {
            try lineup().applying(LineupChanges(policies: ["a"], policiesToTrain: ["b"]))
        }
    }
}
