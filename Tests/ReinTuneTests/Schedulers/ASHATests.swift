import ReinCheckpoints
import ReinRandom
import Testing

@testable import ReinTune

@Suite struct ASHATests {

    private func configuration(brackets: Int = 1) throws -> ASHAScheduler.Configuration {
        try ASHAScheduler.Configuration(
            metric: "m/score", order: .max, maxTime: 27, reductionFactor: 3, bracketCount: brackets)
    }

    @Test("refuses impossible settings and names them")
    func impossibleSettings() throws {
        for recorded in try Fixture.named("scheduler_asha").list("cases") {
            guard let bad = recorded.optionalChild("bad_arguments"), bad.optionalChild("mode") == nil else { continue }
            let arguments = try RecordedArguments(recorded, under: "bad_arguments")
            #expect(throws: StateError.self, "\(bad.tree)") { try RecordedASHATests.configuration(arguments) }
        }
        typealias Settings = ASHAScheduler.Configuration
        let faults: [(String, () throws -> Settings)] = [
            ("maxTime", { try Settings(metric: "score", order: .max, maxTime: .nan) }),
            ("maxTime", { try Settings(metric: "score", order: .max, maxTime: .infinity) }),
            ("gracePeriod", { try Settings(metric: "score", order: .max, maxTime: 5, gracePeriod: 6) }),
            ("gracePeriod", { try Settings(metric: "score", order: .max, gracePeriod: .nan) }),
            ("reductionFactor", { try Settings(metric: "score", order: .max, reductionFactor: 1) }),
            ("reductionFactor", { try Settings(metric: "score", order: .max, reductionFactor: 1.0000001) }),
            ("reductionFactor", { try Settings(metric: "score", order: .max, reductionFactor: 1.0.nextUp) }),
            ("bracketCount", { try Settings(metric: "score", order: .max, bracketCount: 0) }),
            ("bracketCount", { try Settings(metric: "score", order: .max, bracketCount: 1_000_000_000) }),
        ]
        for (name, make) in faults {
            let error = #expect(throws: StateError.self) { try make() }
            #expect(error?.path == name && error?.code == .outOfRange)
        }
        for name in ["", "/score", "m//score"] {
            let error = #expect(throws: StateError.self) { try TrialObjective(metric: name, order: .max) }
            #expect(error?.path == "metric")
        }
    }

    @Test("settings are read from data and written again")
    func data() throws {
        let text = #"{"metric": "score", "order": "min", "maxTime": 9, "reductionFactor": 3, "bracketCount": 2}"#
        let read = try ASHAScheduler.Configuration(StateReader(try JSON.parse(text)))
        #expect(read.maxTime == 9 && read.objective.order == .min && read.bracketCount == 2 && read.gracePeriod == 1)
        #expect(try ASHAScheduler.Configuration(StateReader(read.tree)) == read)
        for (bad, path) in [
            (#"{"metric": "score", "order": "max", "max_time": 9}"#, "max_time"),
            (#"{"metric": "score", "order": "best"}"#, "order"), (#"{"order": "max"}"#, "metric"),
            (#"{"metric": "score", "order": "max", "maxTime": "9"}"#, "maxTime"),
            (#"{"metric": "score", "order": "max", "maxTime": 0}"#, "maxTime"),
        ] {
            let error = #expect(throws: StateError.self) {
                try ASHAScheduler.Configuration(StateReader(try JSON.parse(bad), path: "scheduler"))
            }
            #expect(error?.path == "scheduler/\(path)")
        }
    }

    @Test("draws brackets from its stream, the same ones from the same stream and after a restore")
    func brackets() throws {
        func draw(_ scheduler: inout ASHAScheduler, _ range: Range<Int>) -> [StateTree?] {
            for index in range { _ = scheduler.add(TrialRecord(id: TrialID("t\(index)"), index: index)) }
            return [scheduler.state.metric("trials/brackets"), scheduler.state.metric("trials/ids")]
        }
        let configuration = try configuration(brackets: 3)
        var first = ASHAScheduler(configuration, random: RandomStream(seed: 7, name: "brackets"))
        var second = ASHAScheduler(configuration, random: RandomStream(seed: 7, name: "brackets"))
        let drawn = draw(&first, 0..<2_000)
        #expect(draw(&second, 0..<1_000) != drawn)
        var restored = ASHAScheduler(configuration)
        try restored.restore(from: second.state)
        #expect(draw(&restored, 1_000..<2_000) == drawn)
        // A trial that is added again keeps its bracket.
        #expect(draw(&restored, 0..<2_000) == drawn)
        let counts = try StateReader(try #require(drawn[0])).ints().reduce(into: [0, 0, 0]) { $0[$1] += 1 }
        for (count, share) in zip(counts, first.bracketShares) { #expect(abs(Double(count) / 2_000 - share) < 0.05) }
    }

    @Test("a metric that is text fails that trial and changes nothing")
    func text() throws {
        var scheduler = ASHAScheduler(try configuration())
        var trials = TrialTable()
        trials.append(TrialRecord(id: "a", index: 0, status: .running))
        _ = scheduler.add(trials["a"])
        let before = scheduler.state
        for bad: StateTree in ["9", [1], .map(["x": 1])] {
            let result: StateTree = ["training_iteration": 3, "m": ["score": bad]]
            let error = #expect(throws: StateError.self) { try scheduler.decide(on: result, of: "a", in: trials) }
            #expect(error?.path == "m/score" && error?.code == .wrongType)
        }
        #expect(throws: StateError.self) {
            try scheduler.decide(on: ["training_iteration": 3, "m": ["score": 1]], of: "b", in: trials)
        }
        #expect(scheduler.state == before)
        #expect(try scheduler.decide(on: ["training_iteration": 3, "m": .null], of: "a", in: trials).isEmpty)
    }

    @Test("refuses states that do not fit and then has changed nothing")
    func badStates() throws {
        var scheduler = ASHAScheduler(try configuration(brackets: 2))
        for index in 0..<3 { _ = scheduler.add(TrialRecord(id: TrialID("t\(index)"), index: index)) }
        let good = scheduler.state
        guard case .map(let map) = good else { return }
        for (key, value): (String, StateTree) in [
            ("rungs", []), ("rungs", [[], []]), ("trials", ["ids": ["a"], "brackets": [9], "passed": [0]]),
            ("trials", ["ids": ["a"], "brackets": [0], "passed": [-1]]), ("trials", ["ids": ["a"], "brackets": []]),
            ("random", 3), ("settings", try Self.other().tree), ("stoppedCount", "x"),
        ] {
            var bad = map
            bad[key] = value
            #expect(throws: StateError.self, "\(key): \(value)") { try scheduler.restore(from: .map(bad)) }
            #expect(scheduler.state == good)
        }
    }

    private static func other() throws -> ASHAScheduler.Configuration {
        try ASHAScheduler.Configuration(metric: "m/score", order: .max, bracketCount: 2)
    }

    @Test("the percentile is that of sorted numbers, however many came and in whatever order")
    func percentile() {
        var random = RandomStream(seed: 3, name: "percentile")
        for factor in [1.5, 2, 2.5, 3, 4, 100] {
            let share = 1 - 1 / factor
            var running = RunningPercentile(share: share)
            var numbers: [Double] = []
            #expect(running.value == nil)
            for _ in 0..<300 {
                let number = Double(random.below(50)) - 25
                running.insert(number)
                numbers.append(number)
                numbers.sort()
                let position = Double(numbers.count - 1) * share
                let (low, high) = (numbers[Int(position)], numbers[min(Int(position) + 1, numbers.count - 1)])
                let expected = low + (high - low) * (position - position.rounded(.down))
                #expect(abs((running.value ?? .nan) - expected) < 1e-9)
            }
        }
        var infinite = RunningPercentile(share: 0.5)
        infinite.insert(-.infinity)
        #expect(infinite.value == -.infinity)
        infinite.insert(3)
        #expect(infinite.value == -.infinity)
        infinite.insert(.infinity)
        #expect(infinite.value == 3)
    }

    @Test("10,000 trials and 50,000 results: as many are stopped as the factor says")
    func manyTrials() throws {
        let configuration = try ASHAScheduler.Configuration(
            metric: "score", order: .max, maxTime: 1_000, reductionFactor: 4)
        var scheduler = ASHAScheduler(configuration)
        let trials = TrialTable()
        var random = RandomStream(seed: 1, name: "scores")
        var running: [(id: TrialID, score: Double)] = []
        for index in 0..<10_000 {
            let id = TrialID("t\(index)")
            _ = scheduler.add(TrialRecord(id: id, index: index))
            running.append((id, random.nextDouble()))
        }
        var left = [running.count]
        for time in 1...64 {
            running = try running.filter { id, score in
                let result: StateTree = ["training_iteration": .int(Int64(time)), "score": .double(score)]
                return try scheduler.decide(on: result, of: id, in: trials).isEmpty
            }
            if configuration.milestones.contains(Double(time)) { left.append(running.count) }
        }
        let shares = zip(left, left.dropFirst()).map { Double($1) / Double($0) }
        #expect(shares.count == 4 && abs(shares[0] - 0.25) < 0.02)
        // Where few came before, more go on.
        for share in shares { #expect(0.2...0.4 ~= share, "\(left)") }
    }
}
