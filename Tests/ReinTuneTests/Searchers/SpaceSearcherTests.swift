import ReinCheckpoints
import ReinTune
import Testing

@Suite struct SpaceSearcherTests {
    private static let space: SearchSpace = [
        "fixed": "x", "m": ["rate": .uniform(0...1), "twice": .derived { try $0["m/rate"] * 2 }],
        "algorithm": .cases(["PPO": ["clip": .uniform(0...1)], "DQN": ["period": .integers(1...9)]]),
        "layers": [1, .integers(1...4)],
    ]

    /// Suggests the values it was given, and notes what it is told.
    private struct Scripted: Searcher {
        var script: [Suggestion]
        var notes: [String] = []

        mutating func suggest(_ id: TrialID) throws(StateError) -> Suggestion {
            script.isEmpty ? .finished : script.removeFirst()
        }

        mutating func observe(_ result: StateTree, of id: TrialID) { notes.append("observe \(id) \(result)") }

        mutating func complete(_ id: TrialID, result: StateTree?, hasFailed: Bool) {
            notes.append("complete \(id) \(hasFailed)")
        }

        var state: StateTree { ["notes": .list(notes.map { .string($0) })] }

        mutating func restore(from state: StateTree) throws(StateError) {
            notes = []
            for note in try StateReader(state).list("notes") { notes.append(try note.string()) }
        }
    }

    @Test("values become settings, and the searcher hears everything") func suggestions() throws {
        let base = Scripted(script: [
            .configuration(["m/rate": 0.25, "algorithm": "PPO", "clip": 1, "layers/1": 3]), .later,
            .configuration(["m/rate": 2.0, "algorithm": "DQN", "period": 3, "layers/1": 3]),
        ])
        var searcher = try SpaceSearcher(Self.space, with: base)
        #expect(
            try searcher.suggest("a")
                == .configuration([
                    "fixed": "x", "m": ["rate": 0.25, "twice": 0.5], "algorithm": "PPO", "clip": 1.0,
                    "layers": [1, 3],
                ]))
        #expect(try searcher.suggest("b") == .later)
        #expect(fault { _ = try searcher.suggest("c") } == "m/rate: double 2.0 does not belong to the domain")
        #expect(try searcher.suggest("d") == .finished)
        searcher.observe(1, of: "a")
        searcher.complete("a", result: 1, hasFailed: false)
        #expect(searcher.base.notes == ["complete c true", "observe a 1", "complete a false"])
        var other = try SpaceSearcher(Self.space, with: Scripted(script: []))
        try other.restore(from: searcher.state)
        #expect(other.base.notes == searcher.base.notes && other.state == searcher.state)
    }

    @Test("a space that cannot be searched is refused") func refused() {
        #expect(
            fault { _ = try SpaceSearcher(["a": [.grid([1, 2])]], with: Scripted(script: [])) }
                == "a/0: a grid is gone through, not searched: a choice of its values can be")
        #expect(
            fault { _ = try SpaceSearcher(["a": .derived { try $0["b"] }], with: Scripted(script: [])) }
                == "a: it is derived from \"b\", but there is no \"b\"; there are a")
    }

    @Test(
        "values that do not fit are refused",
        arguments: [
            (#"{"m/rate": 0.5, "algorithm": "PPO", "clip": 0.5}"#, "layers/1: no value was chosen"),
            (#"{"m/rate": 0.5, "algorithm": "A2C", "layers/1": 1}"#, "algorithm: string \"A2C\" does not belong"),
            (
                #"{"m/rate": 0.5, "algorithm": "DQN", "period": 2, "clip": 0.5, "layers/1": 1}"#,
                "clip: nothing is chosen there; what is chosen is m/rate, algorithm, clip, period, layers/1"
            ),
            (
                #"{"m/rat": 0.5, "m/rate": 0.5, "algorithm": "DQN", "period": 2, "layers/1": 1}"#,
                "m/rat: nothing is chosen there; did you mean \"m/rate\"?"
            ),
        ])
    func unfit(_ values: String, _ message: String) throws {
        let found = fault { _ = try Self.space.variant(of: StateMap(values)) }
        #expect(try #require(found).hasPrefix(message))
    }

    @Test("settings give back the values they were made of, and points those they have") func values() throws {
        let values: StateMap = ["m/rate": 0.25, "algorithm": "DQN", "period": 4, "layers/1": 3]
        #expect(try Self.space.values(of: Self.space.variant(of: values).configuration) == values)
        #expect(
            try Self.space.values(of: ["m": ["rate": 1], "algorithm": "PPO"]) == ["m/rate": 1, "algorithm": "PPO"])
        #expect(
            fault { _ = try Self.space.values(of: ["m": ["rat": 1]]) }?.hasPrefix(
                "m/rat: the point has a key that the space does not have; did you mean \"rate\"?") == true)
    }
}
