import ReinCheckpoints
import ReinTune
import Testing

@Suite struct GridRandomSearcherTests {
    private static let space: SearchSpace = [
        "g": .grid([1, 2, 3]), "u": .logUniform(1e-5...1e-1), "k": .cases(["x": ["n": .integers(0...99)], "y": [:]]),
        "twice": .derived { try $0["u"] * 2 },
    ]

    private func searcher(_ samples: Int, seed: UInt64 = 3, points: [StateMap] = []) throws -> GridRandomSearcher {
        GridRandomSearcher(
            try VariantSequence(of: Self.space, numSamples: samples, pointsToEvaluate: points, seed: seed))
    }

    private func suggestions(_ searcher: inout GridRandomSearcher, _ count: Int) throws -> [Suggestion] {
        try (0..<count).map { try searcher.suggest(TrialID(experiment: "abcde", index: $0)) }
    }

    @Test("suggests every variant once, whatever the results, and then nothing") func all() throws {
        var searcher = try searcher(2, points: [["g": 2]])
        let variants = searcher.variants
        for index in 0..<4 {
            let id = TrialID(experiment: "abcde", index: index)
            #expect(try searcher.suggest(id) == .configuration(variants.variant(at: index).configuration))
            searcher.observe(["score": 1], of: id)
            searcher.complete(id, result: nil, hasFailed: true)
        }
        #expect(try searcher.suggest("late") == .finished)
        #expect(try searcher.suggest("later") == .finished)
        #expect(searcher.suggestedCount == 4)
    }

    @Test("a restored searcher goes on as the first would have, also with more samples") func restored() throws {
        var undisturbed = try searcher(4)
        let whole = try suggestions(&undisturbed, 12)
        #expect(try undisturbed.suggest("end") == .finished)
        for half in [0, 1, 5, 12] {
            var first = try searcher(4)
            #expect(try suggestions(&first, half) == Array(whole[..<half]))
            // The seed is part of the state.
            var second = try searcher(5, seed: 99)
            try second.restore(from: JSON.parse(JSON.text(first.state)))
            #expect(second.state == first.state)
            #expect(try suggestions(&second, 12 - half) == Array(whole[half...]))
            #expect(try second.suggest("more") != .finished)
        }
    }

    @Test("a state that does not fit is refused and changes nothing") func refused() throws {
        var searcher = try searcher(4)
        _ = try suggestions(&searcher, 3)
        let state = searcher.state
        let other = GridRandomSearcher(try VariantSequence(of: ["g": .grid([1, 2])], numSamples: 4)).state
        #expect(
            fault { try searcher.restore(from: other) } == "space: the state is that of a search of another space")
        let pointed = try self.searcher(4, points: [["g": 1]]).state
        #expect(throws: StateError.self) { try searcher.restore(from: pointed) }
        guard case .map(let map) = state else {
            Issue.record("the state is no map")
            return
        }
        for (key, _) in map {
            var changed = map
            changed[key] = nil
            #expect(throws: StateError.self) { try searcher.restore(from: .map(changed)) }
            changed[key] = "x"
            #expect(throws: StateError.self) { try searcher.restore(from: .map(changed)) }
        }
        var negative = map
        negative["suggested"] = -1
        #expect(fault { try searcher.restore(from: .map(negative)) } == "suggested: -1 suggestions")
        #expect(searcher.state == state)
    }

    @Test("an endless search does not end") func endless() throws {
        var searcher = try searcher(-1)
        let suggestions = try suggestions(&searcher, 1000)
        #expect(!suggestions.contains(.finished))
        #expect(Set(suggestions.map { "\($0)" }).count == 1000)
    }

    @Test("a derived value that fails in one cell costs that suggestion only") func failing() throws {
        let space: SearchSpace = [
            "u": .uniform(0...1),
            "d": .derived { inputs -> Double in
                guard try inputs["u"] < 0.9 else { throw StateError(.outOfRange, "too much") }
                return 0
            },
        ]
        // The check draws one value of u, which is below 0.9.
        var searcher = GridRandomSearcher(try VariantSequence(of: space, numSamples: 200, seed: 1))
        var failures = 0
        var others = 0
        for index in 0..<200 {
            do {
                if case .configuration = try searcher.suggest(TrialID(experiment: "a", index: index)) { others += 1 }
            } catch {
                failures += 1
                #expect("\(error)" == "d: too much")
            }
        }
        #expect(failures > 0 && failures + others == 200)
    }
}
