import ReinCheckpoints
import ReinRandom
import Testing

@testable import ReinTune

/// What population-based training does besides what was recorded.
@Suite struct PopulationBasedTrainingTests {
    private static let rate: [String: Mutation] = ["lr": .domain(.uniform(0.01...1))]

    /// A scheduler by iterations.
    private static func scheduler(
        order: ScoreOrder = .max, interval: Double = 2, quantile: Double = 0.25, isSynchronous: Bool = false,
        requiresMetrics: Bool = true, mutations: [String: Mutation] = rate, seed: UInt64 = 0,
        exploring: PopulationBasedTraining.Configuration.Exploring? = nil
    ) throws -> PopulationBasedTraining {
        let configuration = try PopulationBasedTraining.Configuration(
            metric: "score", order: order, timeAttribute: "training_iteration", interval: interval,
            mutations: mutations, quantile: quantile, isSynchronous: isSynchronous, requiresMetrics: requiresMetrics,
            exploring: exploring)
        return PopulationBasedTraining(configuration, random: RandomStream(seed: seed, name: "test"))
    }

    @Test("the best and the worst are as many as recorded")
    func quantileSizes() throws {
        let recorded = try RecordedPopulation.file.get().list("quantile_sizes_n_fraction_lower_upper")
        #expect(recorded.count == 60)
        for row in recorded {
            let row = try row.list()
            let (count, fraction) = (try row[0].int(), try row[1].double())
            let found = PopulationQuantiles(fraction, of: (0..<count).map { ($0, TrialScore(Double($0))) })
            #expect(found.lower == Array(0..<(try row[2].int())))
            // Ray's best are all trials where the worst are none.
            let best = fraction == 0 ? 0 : try row[3].int()
            #expect(found.upper == Array((count - best)..<count))
        }
    }

    @Test("what is no number is among the worst, and never among the best")
    func quantilesWithoutNumbers() {
        let scores: [Double] = [2, .nan, -.infinity, .infinity, .nan, 1]
        let found = PopulationQuantiles(0.5, of: Array(scores.enumerated()).map { ($0.offset, TrialScore($0.element)) })
        #expect(found.lower == [1, 4, 2] && found.upper == [5, 0, 3])
        let none = PopulationQuantiles(0.5, of: [.nan, .nan, .nan, 1].enumerated().map { ($0, TrialScore($1)) })
        #expect(none.lower == [0, 1] && none.upper == [3])
    }

    @Test("what is no number is worse than all others in both orders and both modes", arguments: ScoreOrder.allCases)
    func notANumber(_ order: ScoreOrder) throws {
        for isSynchronous in [false, true] {
            let scheduler = try Self.scheduler(order: order, isSynchronous: isSynchronous)
            var driver = try PopulationDriver(
                scheduler, configurations: (0..<4).map { ["lr": .double(0.1), "id": .int($0)] }, slots: 4, end: 8)
            try driver.run(score: { id, _ in id == "t2" ? .nan : Double(id.string.utf8.last ?? 0) })
            let log = driver.scheduler.log.entries
            #expect(!log.isEmpty)
            #expect(log.allSatisfy { $0.target == "t2" && $0.donor != "t2" })
            // Where all are known, the best is.
            let best: TrialID = order == .max ? "t3" : "t0"
            #expect(!isSynchronous || log.allSatisfy { $0.donor == best })
        }
    }

    @Test("refuses what is recorded to be refused, and what is impossible besides")
    func arguments() throws {
        let recorded = try RecordedPopulation.file.get().list("constructor")
        let refused = try recorded.filter { $0.optionalChild("error") != nil }.map {
            try $0.child("arguments").map().map { "\($0.key)=\((try? $0.value.string()) ?? "")" }.joined()
        }
        #expect(refused.count == 7)
        // The other four cannot be written down.
        for text in ["quantile_fraction=0.6", "quantile_fraction=-0.1", "perturbation_interval=0"] {
            #expect(refused.contains(text))
        }
        func path(_ make: () throws(StateError) -> PopulationBasedTraining.Configuration) -> String? {
            do { _ = try make() } catch { return error.path }
            return nil
        }
        for quantile in [0.6, -0.1, .nan] {
            #expect(
                path { () throws(StateError) in
                    try PopulationBasedTraining.Configuration(
                        metric: "m", order: .max, mutations: Self.rate, quantile: quantile)
                } == "quantile")
        }
        for interval in [0, -1, .nan, .infinity] {
            #expect(
                path { () throws(StateError) in
                    try PopulationBasedTraining.Configuration(
                        metric: "m", order: .max, interval: interval, mutations: Self.rate)
                } == "interval")
        }
        #expect(
            path { () throws(StateError) in try PopulationBasedTraining.Configuration(metric: "m", order: .max) }
                == "mutations")
        #expect(
            path { () throws(StateError) in
                try PopulationBasedTraining.Configuration(metric: "", order: .max, mutations: Self.rate)
            } == "metric")
        #expect(
            path { () throws(StateError) in
                try PopulationBasedTraining.Configuration(
                    metric: "m", order: .max, timeAttribute: "", mutations: Self.rate)
            } == "timeAttribute")
        for probability in [2, -0.5, .nan] {
            #expect(
                path { () throws(StateError) in
                    try PopulationBasedTraining.Configuration(
                        metric: "m", order: .max, mutations: Self.rate, resampleProbability: probability)
                } == "resampleProbability")
        }
        for burnIn in [-1, .nan, .infinity] {
            #expect(
                path { () throws(StateError) in
                    try PopulationBasedTraining.Configuration(
                        metric: "m", order: .max, burnIn: burnIn, mutations: Self.rate)
                } == "burnIn")
        }
        for factors in [[], [0], [-1.2], [1.2, .nan], [.infinity]] {
            #expect(
                path { () throws(StateError) in
                    try PopulationBasedTraining.Configuration(
                        metric: "m", order: .max, mutations: Self.rate, factors: factors)
                } == "factors")
        }
        let badMutations: [([String: Mutation], String)] = [
            (["lr": []], "mutations/lr"), (["": [1]], "mutations"), (["a//b": [1]], "mutations"),
            (["a": [1], "a/b": [1]], "mutations/a/b"), (["a-b": [1], "a/b/c": [1], "a": [1]], "mutations/a/b/c"),
            ([String(repeating: "a/", count: 100_000) + "a": [1]], "mutations"),
        ]
        for (mutations, expected) in badMutations {
            #expect(
                path { () throws(StateError) in
                    try PopulationBasedTraining.Configuration(metric: "m", order: .max, mutations: mutations)
                } == expected)
        }
    }

    @Test("a trial gets values for what its settings lack, and settings that cannot be changed are refused")
    func adding() throws {
        var scheduler = try Self.scheduler(mutations: [
            "o/lr": .domain(.uniform(0.5...0.5)), "batch": [16, 32], "act": .domain(.choice(["tanh"])),
        ])
        let filled = try scheduler.add(TrialRecord(id: "a", index: 0, configuration: ["batch": 7]))
        #expect(filled == ["batch": 7, "act": "tanh", "o": ["lr": 0.5]])
        #expect(try scheduler.add(TrialRecord(id: "b", index: 1, configuration: try #require(filled))) == nil)
        let before = scheduler.state
        let refused: [(StateMap, String)] = [
            (["o": 1], "o"), (["o": ["lr": "fast"]], "o/lr"), (["o": ["lr": .double(.nan)]], "o/lr"),
            (["o": ["lr": nil]], "o/lr"),
        ]
        for (configuration, path) in refused {
            let error = #expect(throws: StateError.self) {
                try scheduler.add(TrialRecord(id: "c", index: 2, configuration: configuration))
            }
            #expect(error?.path == path)
        }
        #expect(throws: StateError(.alreadyExists, "the trial a is there")) {
            _ = try scheduler.add(TrialRecord(id: "a", index: 2))
        }
        #expect(scheduler.state == before)
    }

    @Test("finds metrics in maps, and says what is missing or wrong")
    func metrics() throws {
        func decide(_ result: StateTree, requires: Bool = true) throws -> [SchedulerAction] {
            var scheduler = PopulationBasedTraining(
                try .init(
                    metric: "m/score", order: .max, timeAttribute: "time", interval: 1, mutations: Self.rate,
                    requiresMetrics: requires))
            var trials = TrialTable()
            for id: TrialID in ["a", "b"] {
                _ = try scheduler.add(TrialRecord(id: id, index: 0, configuration: ["lr": 0.1]))
                trials.append(TrialRecord(id: id, index: 0, configuration: ["lr": 0.1], status: .running))
            }
            _ = try scheduler.decide(on: ["time": 1, "m/score": 0], of: "a", in: trials)
            return try scheduler.decide(on: result, of: "b", in: trials)
        }
        #expect(try decide(["time": 1, "m": ["score": 1]]) == [.save("b")])
        #expect(try decide(["time": 1.5, "m/score": 1.5]) == [.save("b")])
        #expect(try decide(["time": 1, "m": ["score": .double(.nan)]]) == [])
        let expected: [(StateTree, String)] = [
            (
                ["time": 1, "m": ["scores": 1]],
                "m/score: the result has no such number; did you mean \"m/scores\"? Its keys are time, m/scores"
            ),
            (["m": ["score": 1]], "time: the result has no such number; its keys are m/score"),
            (
                ["m/score": 1, "Time": 1],
                "time: the result has no such number; did you mean \"Time\"? Its keys are m/score, Time"
            ),
            (["time": 1, "m": ["score": "high"]], "m/score: expected a number, found string \"high\""),
            (["time": 1, "m": ["score": nil]], "m/score: the result has no such number; its keys are time, m/score"),
            (["time": .double(.nan), "m": ["score": 1]], "time: expected a finite number, found nan"),
            (["time": .double(.infinity), "m": ["score": 1]], "time: expected a finite number, found inf"),
            (7, "time: the result has no such number; it has no keys"),
        ]
        for (result, message) in expected {
            let error = #expect(throws: StateError.self) { try decide(result) }
            #expect(error?.description == message)
        }
        #expect(try decide(["time": 1], requires: false) == [])
        #expect(try decide(["m": ["score": 1]], requires: false) == [])
        #expect(throws: StateError.self) { try decide(["time": "late", "m": ["score": 1]], requires: false) }
        var scheduler = try Self.scheduler()
        #expect(throws: StateError(.notFound, "there is no trial x")) {
            try scheduler.decide(on: ["score": 1, "training_iteration": 1], of: "x", in: TrialTable())
        }
        _ = try scheduler.add(TrialRecord(id: "x", index: 0))
        #expect(throws: StateError(.notFound, "there is no trial x")) {
            try scheduler.decide(on: ["score": 1, "training_iteration": 2], of: "x", in: TrialTable())
        }
    }

    @Test("a closure changes settings after everything else, and may be there without mutations")
    func exploring() throws {
        for mutations: [String: Mutation] in [[:], ["lr": [0.1, 0.2]]] {
            let scheduler = try Self.scheduler(mutations: mutations) { configuration, random in
                var configuration = configuration
                configuration["lr"] = .double(7)
                configuration["noise"] = .int(Int64(random.below(1_000_000)))
                return configuration
            }
            var driver = try PopulationDriver(
                scheduler, configurations: (0..<4).map { ["lr": .double(0.1), "id": .int($0)] }, slots: 4, end: 6)
            try driver.run(score: { id, _ in Double(id.string.utf8.last ?? 0) })
            let last = try #require(driver.scheduler.log.entries.last)
            #expect(last.target == "t0" && last.configuration["lr"] == 7.0 && last.configuration["noise"] != nil)
            #expect(driver.trials["t0"].configuration == last.configuration)
            #expect(driver.trials["t0"].tag == (mutations.isEmpty ? "0_tag@perturbed[]" : "0_tag@perturbed[lr=7.0000]"))
        }
    }

    @Test(
        "the same seed decides the same, and a restored scheduler what the uninterrupted one would have",
        arguments: [(false, 8), (false, 3), (true, 8), (true, 3)])
    func restoring(_ isSynchronous: Bool, _ slots: Int) throws {
        let mutations: [String: Mutation] = [
            "lr": .domain(.logUniform(1e-4...1)), "o/batch": [16, 32, 64], "act": .domain(.choice(["tanh", "relu"])),
            "n": .domain(.integers(1...9)),
        ]
        func run(seed: UInt64, restoringAt point: Int?) throws -> PopulationDriver<PopulationBasedTraining> {
            let scheduler = try Self.scheduler(
                quantile: 0.4, isSynchronous: isSynchronous, mutations: mutations, seed: seed)
            var driver = try PopulationDriver(
                scheduler, configurations: Array(repeating: [:], count: 8), slots: slots, end: 8)
            var noise = RandomStream(seed: 3, name: "scores")
            var count = 0
            try driver.run(
                score: { _, _ in noise.nextDouble() },
                before: { scheduler, _, _ in
                    count += 1
                    guard count == point else { return }
                    var fresh = try Self.scheduler(
                        quantile: 0.4, isSynchronous: isSynchronous, mutations: mutations, seed: 99)
                    // What is written down as text comes back as well.
                    try fresh.restore(from: JSON.parse(JSON.text(scheduler.state)))
                    scheduler = fresh
                })
            return driver
        }
        let undisturbed = try run(seed: 1, restoringAt: nil)
        #expect(undisturbed.trials.records.allSatisfy { $0.status == .terminated })
        #expect(undisturbed.scheduler.exploitCount > 4)
        for point in [9, 41] {
            let restored = try run(seed: 1, restoringAt: point)
            #expect(restored.events == undisturbed.events)
            #expect(restored.trials.records == undisturbed.trials.records)
            #expect(restored.scheduler.log == undisturbed.scheduler.log)
            #expect(restored.scheduler.state == undisturbed.scheduler.state)
        }
        #expect(try run(seed: 2, restoringAt: nil).events != undisturbed.events)
    }

    @Test("notes nothing when it is told to, and a trial's file begins with the other one's otherwise")
    func logging() throws {
        for isLogging in [false, true] {
            let configuration = try PopulationBasedTraining.Configuration(
                metric: "score", order: .max, timeAttribute: "training_iteration", interval: 1, mutations: Self.rate,
                isLogging: isLogging)
            var driver = try PopulationDriver(
                PopulationBasedTraining(configuration), configurations: Array(repeating: [:], count: 4), slots: 4,
                end: 4)
            // The worst one of the beginning takes over from the best one, becomes the best itself, and is taken over from.
            try driver.run(score: { id, time in
                switch (id, time) {
                case ("t0", 1...2): 0
                case ("t0", _): 10
                case ("t1", 3...): -1
                default: Double(id.string.utf8.last ?? 0)
                }
            })
            #expect(driver.scheduler.exploitCount > 1)
            let log = driver.scheduler.log
            #expect(log.entries.isEmpty == !isLogging)
            guard isLogging else { continue }
            #expect(log.text.split(separator: "\n").count == driver.scheduler.exploitCount)
            for id in log.trials {
                let replay = try PopulationBasedTrainingReplay(policy: try #require(log.text(of: id)))
                #expect(replay.changes.last?.configuration == driver.trials[id].configuration)
            }
        }
    }

    @Test("a file of a trial begins with that of the one that it took over from, if there is one")
    func files() throws {
        var log = PopulationLog()
        func entry(_ target: TrialID, _ donor: TrialID) -> PopulationLog.Entry {
            PopulationLog.Entry(
                target: target, donor: donor, targetTag: "\(target)_tag", donorTag: "\(donor)_tag", targetIteration: 1,
                donorIteration: 2, donorConfiguration: ["lr": 0.5], configuration: ["lr": 0.25])
        }
        let steps: [(TrialID, TrialID)] = [("a", "b"), ("c", "d"), ("c", "a"), ("a", "e"), ("f", "c")]
        for (target, donor) in steps { log.append(entry(target, donor)) }
        let lines = log.entries.map { $0.line + "\n" }
        #expect(lines[0] == #"["a_tag","b_tag",1,2,{"lr":0.5},{"lr":0.25}]"# + "\n")
        #expect(log.text == lines.joined())
        #expect(log.text(of: "a") == lines[0] + lines[3])
        #expect(log.text(of: "c") == lines[0] + lines[2])
        #expect(log.text(of: "f") == lines[0] + lines[2] + lines[4])
        #expect(log.text(of: "b") == nil)
        #expect(log.trials == ["a", "c", "f"])
        #expect(try PopulationLog(StateReader(log.state)) == log)
    }

    @Test("the tag of a trial that took over is fit for the name of a folder, as Ray's")
    func tags() throws {
        let values: [(String, StateTree, String)] = [
            ("lr", 0.98700130306, "lr=0.9870"), ("o/lr", -2.0, "lr=-2.0000"), ("x", .double(.nan), "x=nan"),
            ("x", .double(.infinity), "x=inf"), ("x", 1e20, "x=100000000000000000000.0000"), ("n", -7, "n=-7"),
            ("a key!", "../é _x_", "a_key=x"), ("b", true, "b=True"), ("b", nil, "b=None"),
            ("l", [1, [false, "a b"], 0.5], "l=1_False_a_b_0_5"), ("m", ["k": [1e-5]], "m=k_1e-05"), ("s", "", "s="),
        ]
        for (path, value, text) in values {
            let tag = TrialTag.text(of: "3_x", perturbed: [(try SpacePath(keys: path), value)])
            #expect(tag == "3_x@perturbed[\(text)]")
        }
        let largest = TrialTag.text(
            of: "", perturbed: [(try SpacePath(keys: "x"), .double(-.greatestFiniteMagnitude))])
        #expect(largest.hasPrefix("@perturbed[x=-17976931348623157") && largest.count == "@perturbed[x=]".count + 100)
    }

    @Test("refuses states that are none, and stays as it was")
    func badStates() throws {
        var scheduler = try Self.scheduler()
        _ = try scheduler.add(TrialRecord(id: "a", index: 0))
        _ = try scheduler.add(TrialRecord(id: "b", index: 0))
        let state = scheduler.state
        guard case .map(let map) = state, case .list(let members)? = map["members"], case .map(let member) = members[0]
        else { throw StateError(.wrongType, "no map") }
        for key in map.keys {
            var broken = map
            broken[key] = StateTree.string("?")
            #expect(throws: StateError.self) { try scheduler.restore(from: .map(broken)) }
            broken[key] = nil
            #expect(throws: StateError.self) { try scheduler.restore(from: .map(broken)) }
        }
        for key in member.keys {
            var broken = (map, member)
            broken.1[key] = .list([])
            broken.0["members"] = [.map(broken.1)]
            #expect(throws: StateError.self) { try scheduler.restore(from: .map(broken.0)) }
        }
        var doubled = map
        doubled["members"] = .list(members + members)
        #expect(throws: StateError(.alreadyExists, "the trial a appears twice", path: "members/2")) {
            try scheduler.restore(from: .map(doubled))
        }
        #expect(throws: StateError.self) { try scheduler.restore(from: nil) }
        #expect(scheduler.state == state)
    }
}
