import ReinCheckpoints
import ReinTune
import Testing

/// A searcher that counts up to an end, waits when it is told to, and notes what it hears.
struct CountingSearcher: Searcher {
    var next = 0
    var end = Int.max
    /// Asked for settings of so many trials that have not ended, it waits.
    var patience = Int.max
    var open = 0
    var heard: [StateTree] = []

    mutating func suggest(_ id: TrialID) throws(StateError) -> Suggestion {
        guard next < end else { return .finished }
        guard open < patience else { return .later }
        next += 1
        open += 1
        return .configuration(["n": .int(Int64(next - 1))])
    }

    mutating func observe(_ result: StateTree, of id: TrialID) { heard.append(["observed", .string(id.string)]) }

    mutating func complete(_ id: TrialID, result: StateTree?, hasFailed: Bool) {
        open -= 1
        heard.append([.string(id.string), result ?? .null, .bool(hasFailed)])
    }

    var state: StateTree { ["next": .int(Int64(next)), "open": .int(Int64(open)), "heard": .list(heard)] }

    mutating func restore(from state: StateTree) throws(StateError) {
        let reader = StateReader(state)
        next = try reader.int("next")
        open = try reader.int("open")
        heard = try reader.list("heard").map(\.tree)
    }
}

private func number(_ suggestion: Suggestion) -> StateTree? {
    guard case .configuration(let settings) = suggestion else { return nil }
    return settings["n"]
}

@Suite struct ConcurrencyLimiterTests {
    @Test("as many trials run as may, and each that ends makes room for another")
    func eachTrial() throws {
        var limiter = try ConcurrencyLimiter(CountingSearcher(), limit: 2)
        #expect(try number(limiter.suggest("a")) == 0)
        #expect(try number(limiter.suggest("b")) == 1)
        #expect(try limiter.suggest("c") == .later)
        limiter.observe(["m": 1], of: "a")
        limiter.observe(["m": 1], of: "x")
        limiter.complete("x", result: nil, hasFailed: false)
        #expect(try limiter.suggest("c") == .later)
        limiter.complete("b", result: ["m": 2], hasFailed: false)
        #expect(limiter.base.heard == [["observed", "a"], ["b", ["m": 2], false]])
        #expect(try number(limiter.suggest("c")) == 2)
        limiter.complete("b", result: ["m": 2], hasFailed: false)
        #expect(limiter.base.heard.count == 2)
        #expect(throws: StateError.self) { try limiter.suggest("a") }
    }

    @Test("a batch makes room, and is told of, when it has ended as a whole")
    func wholeBatch() throws {
        var limiter = try ConcurrencyLimiter(CountingSearcher(end: 5), limit: 2, release: .wholeBatch)
        _ = try limiter.suggest("a")
        limiter.complete("a", result: ["m": 1], hasFailed: false)
        #expect(limiter.base.heard.isEmpty)
        _ = try limiter.suggest("b")
        #expect(try limiter.suggest("c") == .later)
        limiter.complete("b", result: nil, hasFailed: true)
        #expect(limiter.base.heard == [["a", ["m": 1], false], ["b", nil, true]])
        // In the order of their beginning, whichever ends first.
        _ = try limiter.suggest("c")
        _ = try limiter.suggest("d")
        limiter.complete("d", result: ["m": 4], hasFailed: false)
        #expect(try limiter.suggest("e") == .later)
        limiter.complete("c", result: ["m": 3], hasFailed: false)
        #expect(limiter.base.heard.suffix(2) == [["c", ["m": 3], false], ["d", ["m": 4], false]])
        // What is left is no whole batch, and is told of nevertheless.
        _ = try limiter.suggest("e")
        #expect(try limiter.suggest("f") == .finished)
        limiter.complete("e", result: ["m": 5], hasFailed: false)
        #expect(try limiter.suggest("f") == .finished)
        #expect(limiter.base.heard.last == ["e", ["m": 5], false])
    }

    @Test("a searcher that waits for the end of a batch that is not whole hears of it")
    func impatient() throws {
        var limiter = try ConcurrencyLimiter(CountingSearcher(patience: 1), limit: 3, release: .wholeBatch)
        #expect(try number(limiter.suggest("a")) == 0)
        #expect(try limiter.suggest("b") == .later)
        limiter.complete("a", result: ["m": 1], hasFailed: false)
        #expect(try number(limiter.suggest("b")) == 1)
        #expect(limiter.base.heard == [["a", ["m": 1], false]])
    }

    @Test(
        "half a batch, saved and restored, ends as it would have",
        arguments: ConcurrencyLimiter<CountingSearcher>.Release.allCases)
    func restored(release: ConcurrencyLimiter<CountingSearcher>.Release) throws {
        var limiter = try ConcurrencyLimiter(CountingSearcher(), limit: 3, release: release)
        for id in ["a", "b", "c"] as [TrialID] { _ = try limiter.suggest(id) }
        limiter.complete("b", result: ["m": 1], hasFailed: true)
        var fresh = try ConcurrencyLimiter(CountingSearcher(), limit: 3, release: release)
        try fresh.restore(from: JSON.parse(JSON.text(limiter.state)))
        #expect(fresh.state == limiter.state)
        for id in ["c", "a"] as [TrialID] {
            limiter.complete(id, result: nil, hasFailed: false)
            fresh.complete(id, result: nil, hasFailed: false)
            #expect(try fresh.suggest(TrialID(id.string + "2")) == limiter.suggest(TrialID(id.string + "2")))
        }
        #expect(fresh.state == limiter.state && limiter.base.heard.count == 3)
    }

    @Test("a batch that is larger than the limit has become ends as a whole")
    func lowered() throws {
        var limiter = try ConcurrencyLimiter(CountingSearcher(), limit: 3, release: .wholeBatch)
        for id in ["a", "b", "c"] as [TrialID] { _ = try limiter.suggest(id) }
        var fresh = try ConcurrencyLimiter(CountingSearcher(), limit: 2, release: .wholeBatch)
        try fresh.restore(from: limiter.state)
        for id in ["c", "b", "a"] as [TrialID] {
            #expect(try fresh.suggest("d") == .later && fresh.base.heard.isEmpty)
            fresh.complete(id, result: nil, hasFailed: false)
        }
        #expect(fresh.base.heard.count == 3)
        #expect(try number(fresh.suggest("d")) == 3)
        // What waited for a batch is told of where there are none any more.
        limiter.complete("b", result: ["m": 1], hasFailed: false)
        var each = try ConcurrencyLimiter(CountingSearcher(), limit: 3)
        try each.restore(from: limiter.state)
        #expect(each.base.heard == [["b", ["m": 1], false]])
        #expect(try number(each.suggest("d")) == 3)
    }

    @Test("limits below one and broken states are refused")
    func refused() throws {
        #expect(throws: StateError(.outOfRange, "at least one trial has to run, not 0", path: "limit")) {
            _ = try ConcurrencyLimiter(CountingSearcher(), limit: 0)
        }
        var limiter = try ConcurrencyLimiter(CountingSearcher(), limit: 2)
        let base = limiter.base.state
        #expect(throws: StateError(.alreadyExists, "two places are taken by \"a\"", path: "places/1")) {
            try limiter.restore(from: ["places": [["id": "a"], ["id": "a"]], "base": base])
        }
        #expect(throws: StateError(.missingKey, "required, but missing", path: "base/next")) {
            try limiter.restore(from: ["places": [], "base": [:]])
        }
    }
}

@Suite struct RepeaterTests {
    private func repeater(
        _ count: Int, _ summary: ScoreSummary = .mean, _ order: ScoreOrder = .max, end: Int = .max, key: String? = nil
    ) throws -> Repeater<CountingSearcher> {
        try Repeater(
            CountingSearcher(end: end), count: count, metric: "m", order: order, summary: summary, repetitionKey: key)
    }

    @Test("settings are given as often as they are to be, and the searcher hears of their mean once")
    func mean() throws {
        var repeater = try repeater(3, end: 2, key: "seed")
        let ids: [TrialID] = ["a", "b", "c", "d"]
        let suggestions = try ids.map { try repeater.suggest($0) }
        #expect(
            suggestions == [
                .configuration(["n": 0, "seed": 0]), .configuration(["n": 0, "seed": 1]),
                .configuration(["n": 0, "seed": 2]), .configuration(["n": 1, "seed": 0]),
            ])
        repeater.observe(["m": 100], of: "a")
        repeater.complete("b", result: ["m": 1], hasFailed: false)
        repeater.complete("b", result: ["m": 9], hasFailed: false)
        repeater.complete("c", result: ["m": 2.5], hasFailed: false)
        #expect(repeater.base.heard.isEmpty)
        repeater.complete("a", result: ["m": 4], hasFailed: false)
        #expect(repeater.base.heard == [["a", ["m": 2.5], false]])
        _ = try repeater.suggest("e")
        _ = try repeater.suggest("f")
        #expect(try repeater.suggest("g") == .finished)
        #expect(throws: StateError.self) { try repeater.suggest("e") }
    }

    @Test(
        "an interquartile mean leaves out the quarters at both ends, NaN being the worst",
        arguments: [
            ([4, 1, 100, 3], 3.5, ScoreOrder.max), ([4, 1, 100, 3], 3.5, .min), ([1, 2, 6], 3, .max),
            ([.nan, 1, 2, 3], 1.5, .max), ([.nan, 1, 2, 3], 2.5, .min), ([.nan, .nan, 2, 3], .nan, .max),
            ([8, 1, 2, 3, 4, 5, 6, 7], 4.5, .max), ([.infinity, 1, 2, -.infinity], 1.5, .min),
        ] as [([Double], Double, ScoreOrder)])
    func interquartileMean(scores: [Double], expected: Double, order: ScoreOrder) throws {
        var repeater = try repeater(scores.count, .interquartileMean, order)
        for place in scores.indices { _ = try repeater.suggest(TrialID("\(place)")) }
        for (place, score) in scores.enumerated() {
            repeater.complete(TrialID("\(place)"), result: ["m": .double(score)], hasFailed: false)
        }
        #expect(repeater.base.heard == [["0", ["m": .double(expected)], false]])
    }

    @Test("a failed trial makes a mean NaN, and where all failed, so has the whole")
    func failures() throws {
        var repeater = try repeater(2)
        for id in ["a", "b", "c", "d"] as [TrialID] { _ = try repeater.suggest(id) }
        repeater.complete("a", result: ["m": 1], hasFailed: false)
        repeater.complete("b", result: ["m": 1], hasFailed: true)
        repeater.complete("c", result: nil, hasFailed: false)
        repeater.complete("d", result: ["m": "text"], hasFailed: false)
        #expect(repeater.base.heard == [["a", ["m": .double(.nan)], false], ["c", nil, true]])
    }

    @Test("half of the repetitions, saved and restored, end as they would have")
    func restored() throws {
        var original = try repeater(3, .interquartileMean, key: "seed")
        for id in ["a", "b"] as [TrialID] { _ = try original.suggest(id) }
        original.complete("b", result: ["m": .double(.infinity)], hasFailed: false)
        original.complete("a", result: ["m": .double(.nan)], hasFailed: false)
        var fresh = try repeater(3, .interquartileMean, key: "seed")
        try fresh.restore(from: JSON.parse(JSON.text(original.state)))
        #expect(fresh.state == original.state)
        for id in ["c", "d"] as [TrialID] {
            #expect(try fresh.suggest(id) == original.suggest(id))
            fresh.complete(id, result: ["m": 1], hasFailed: false)
            original.complete(id, result: ["m": 1], hasFailed: false)
        }
        #expect(fresh.state == original.state && original.base.heard.count == 1)
    }

    @Test("settings that have begun are repeated as often as the count says by now")
    func otherCount() throws {
        var two = try repeater(2)
        for id in ["a", "b", "c"] as [TrialID] { _ = try two.suggest(id) }
        for id in ["b", "c"] as [TrialID] { two.complete(id, result: ["m": 1], hasFailed: false) }
        var three = try repeater(3)
        try three.restore(from: two.state)
        #expect(try ["d", "e", "f", "g"].map { try number(three.suggest(TrialID($0))) } == [0, 1, 1, 2])
        var one = try repeater(1)
        try one.restore(from: two.state)
        #expect(one.base.heard == [["c", ["m": 1.0], false]])
        one.complete("a", result: ["m": 3], hasFailed: false)
        #expect(one.base.heard.last == ["a", ["m": 2.0], false])
    }

    @Test("counts below one, keys that are taken, and broken states are refused")
    func refused() throws {
        #expect(throws: StateError(.outOfRange, "settings are tried once at least, not 0 times", path: "count")) {
            _ = try repeater(0)
        }
        var taken = try repeater(2, key: "n")
        #expect(throws: StateError.self) { try taken.suggest("a") }
        #expect(
            throws: StateError(.outOfRange, "no trial has the settings", path: "groups/0")
        ) {
            try taken.restore(from: ["groups": [["configuration": [:], "trials": []]], "base": taken.base.state])
        }
    }

    @Test("wrappers around a search with Parzen estimators restore as a whole")
    func nested() throws {
        func make(_ seed: UInt64) throws -> ConcurrencyLimiter<Repeater<TPESearcher>> {
            let searcher = try TPESearcher(
                [SearchParameter("x", .uniform(0...1))], metric: "m", order: .min,
                options: TPEOptions(startupTrials: 3), seed: seed)
            return try ConcurrencyLimiter(Repeater(searcher, count: 2, metric: "m", order: .min), limit: 3)
        }
        var original = try make(1)
        var queue: [(TrialID, Double)] = []
        func step(_ searcher: inout ConcurrencyLimiter<Repeater<TPESearcher>>, _ trial: Int) throws -> Suggestion {
            try searcher.suggest(TrialID("\(trial)"))
        }
        for trial in 0..<15 {
            if queue.count == 3 {
                let (id, x) = queue.removeFirst()
                original.complete(id, result: ["m": .double(x * x)], hasFailed: false)
            }
            guard case .configuration(let settings) = try step(&original, trial) else { continue }
            queue.append((TrialID("\(trial)"), settings.number("x")))
        }
        var fresh = try make(2)
        try fresh.restore(from: JSON.parse(JSON.text(original.state)))
        for trial in 15..<30 {
            if queue.count == 3 {
                let (id, x) = queue.removeFirst()
                original.complete(id, result: ["m": .double(x * x)], hasFailed: false)
                fresh.complete(id, result: ["m": .double(x * x)], hasFailed: false)
            }
            let suggestion = try step(&original, trial)
            #expect(try step(&fresh, trial) == suggestion)
            guard case .configuration(let settings) = suggestion else { continue }
            queue.append((TrialID("\(trial)"), settings.number("x")))
        }
        #expect(fresh.state == original.state)
    }
}
