import ReinCheckpoints
import Testing

@testable import ReinTune

/// The scheduler with the brackets that were drawn when it was recorded.
private struct DrawnASHA: TrialScheduler {
    var scheduler: ASHAScheduler
    var drawn: [Int]?

    mutating func add(_ trial: TrialRecord) throws(StateError) -> StateMap? {
        guard let drawn else { return scheduler.add(trial) }
        scheduler.add(trial.id, toBracket: drawn[trial.index])
        return nil
    }

    mutating func decide(
        on result: StateTree, of id: TrialID, in trials: TrialTable
    ) throws(StateError) -> [SchedulerAction] { try scheduler.decide(on: result, of: id, in: trials) }

    mutating func complete(_ id: TrialID, result: StateTree, in trials: TrialTable) -> [SchedulerAction] {
        scheduler.complete(id, result: result, in: trials)
    }

    mutating func remove(_ id: TrialID, in trials: TrialTable) -> [SchedulerAction] {
        scheduler.remove(id, in: trials)
    }

    mutating func next(in trials: TrialTable) -> TrialID? { scheduler.next(in: trials) }

    var state: StateTree { scheduler.state }

    mutating func restore(from state: StateTree) throws(StateError) { try scheduler.restore(from: state) }
}

@Suite struct RecordedASHATests {
    /// Cases in which Ray does what it should not.
    private static let faulty = ["NaN and missing", "times that jump over rungs"]

    static func cases() throws -> [StateReader] {
        try Fixture.named("scheduler_asha").list("cases").filter { $0.optionalChild("events") != nil }
    }

    static func configuration(_ arguments: RecordedArguments) throws -> ASHAScheduler.Configuration {
        try ASHAScheduler.Configuration(
            metric: arguments.metric(), order: arguments.order(), timeAttribute: arguments.timeAttribute(),
            maxTime: arguments.number("max_t") ?? 100,
            gracePeriod: arguments.number("grace_period") ?? 1,
            reductionFactor: arguments.number("reduction_factor") ?? 4,
            bracketCount: arguments.int("brackets") ?? 1,
            stopsLastTrials: arguments.bool("stop_last_trials") ?? true)
    }

    /// Runs a case, in two halves where a number of results is given.
    private static func run(
        _ recorded: StateReader, restoringAfter count: Int? = nil
    ) throws -> SchedulerDriver<DrawnASHA> {
        let configuration = try configuration(RecordedArguments(recorded))
        let drawn = try recorded.optionalChild("bracket_of_trial")?.ints()
        func fresh() -> DrawnASHA { DrawnASHA(scheduler: ASHAScheduler(configuration), drawn: drawn) }
        let trials = try recorded.int("trials")
        var driver = try SchedulerDriver(
            fresh(), configurations: Array(repeating: [:], count: trials), slots: trials)
        if let count { driver.afterResult = restoring(after: count, into: fresh) }
        let list = try RecordedEvents(recorded)
        switch try recorded.string("order") {
        case "given": try driver.run(list.results())
        case "round robin":
            let metrics = try list.metrics()
            let end = try #require(try ends(of: recorded))
            try driver.run(rounds: end, end: end) { try #require(metrics[$0]?[$1]) }
        default:
            let metrics = try list.metrics()
            try driver.runOneAfterAnother(end: 12) { try #require(metrics[$0]?[$1]) }
        }
        return driver
    }

    /// Where the criterion of a case ends trials: it is no part of the recording.
    private static func ends(of recorded: StateReader) throws -> Int? {
        [
            "defaults": 20, "max_t 9, factor 3": 12, "min, grace 2, factor 2": 18, "factor 2.5": 45,
            "stop_last_trials false": 10, "three brackets": 30, "five brackets, more than rungs": 12,
        ][try recorded.string("name")]
    }

    private static func rungs(_ scheduler: ASHAScheduler) -> StateTree {
        .list(
            scheduler.brackets.map { bracket in
                .list(
                    bracket.reversed().map { rung in
                        [
                            "milestone": .double(rung.milestone),
                            "recorded": .map(
                                StateMap(uniqueEntries: zip(rung.trials, rung.scores).map { ($0.string, .double($1)) })),
                            "cutoff": rung.cutoff.map { .double($0) } ?? .null,
                        ]
                    })
            })
    }

    @Test("decides as recorded, in one run and in two halves", arguments: [false, true])
    func events(inHalves: Bool) throws {
        let cases = try Self.cases()
        #expect(cases.count == 15)
        for recorded in cases {
            let name = try recorded.string("name")
            guard !Self.faulty.contains(name) else { continue }
            let list = try RecordedEvents(recorded)
            let half = try list.results().count / 2
            let driver = try Self.run(recorded, restoringAfter: inHalves ? half : nil)
            let (found, expected) = (RecordedEvents.comparable(driver.log), list.comparable())
            #expect(found == expected, "\(name): \(firstDifference(found, expected))")
            let scheduler = driver.scheduler.scheduler
            #expect(scheduler.stoppedCount == (try recorded.int("stopped_by_scheduler")), "\(name)")
            let rungs = (found: Self.rungs(scheduler).comparable, recorded: try recorded.child("rungs").tree.comparable)
            #expect(rungs.found == rungs.recorded, "\(name)")
            if let shares = try recorded.optionalChild("bracket_probability")?.doubles() {
                for (share, expected) in zip(scheduler.bracketShares, shares) { #expect(abs(share - expected) < 1e-12) }
                #expect(shares.count == scheduler.bracketShares.count)
            }
        }
    }

    @Test("NaN is stopped wherever a number was recorded, and its place among the recorded is not a number's")
    func notANumber() throws {
        for order in ["max", "min"] {
            let recorded = try #require(try Self.cases().first { try $0.string("name") == "NaN and missing" })
            var tree = recorded.tree
            if order == "min" { tree = Self.mirrored(tree) }
            let driver = try Self.run(StateReader(tree))
            // As recorded, but for the fifth: it went on there.
            let decisions = driver.log.compactMap { $0.metric("decision") }
            #expect(decisions == ["CONTINUE", "CONTINUE", "CONTINUE", "CONTINUE", "STOP", "CONTINUE", "STOP"])
            let rung = try #require(driver.scheduler.scheduler.brackets[0].first)
            #expect(rung.trials.map(\.string) == ["t0", "t1", "t4", "t5", "t6"])
            #expect(rung.cutoff == 2.3333333333333335)
        }
    }

    /// The same with the lower scores as the better ones.
    private static func mirrored(_ tree: StateTree) -> StateTree {
        guard case .map(var map) = tree, case .map(var arguments)? = map["arguments"],
            case .list(let events)? = map["events"]
        else { return tree }
        arguments["mode"] = "min"
        map["arguments"] = .map(arguments)
        map["events"] = .list(
            events.map { event in
                guard case .map(var event) = event, case .int(let score)? = event["score"] else { return event }
                event["score"] = .int(-score)
                return .map(event)
            })
        return .map(map)
    }

    @Test("a trial that skipped a rung is never judged there, in one run and in two halves", arguments: [nil, 3, 5, 7])
    func skippedRungs(half: Int?) throws {
        let configuration = try ASHAScheduler.Configuration(
            metric: "score", order: .max, maxTime: 27, reductionFactor: 3)
        var driver = try SchedulerDriver(
            ASHAScheduler(configuration), configurations: Array(repeating: [:], count: 5), slots: 5)
        if let half { driver.afterResult = restoring(after: half) { ASHAScheduler(configuration) } }
        // The results of the recording. There the fourth came among those of rung 1 with its end, and the sixth stopped.
        let results: [(TrialID, Int64, Double, StateTree)] = [
            ("t0", 5, 1, "CONTINUE"), ("t1", 2, 9, "CONTINUE"), ("t1", 12, 0, "CONTINUE"), ("t2", 4, 0.5, "STOP"),
            ("t3", 30, 100, "STOP"), ("t0", 6, 0, "CONTINUE"), ("t0", 9, 0, "CONTINUE"), ("t4", 3, 2, "CONTINUE"),
        ]
        try driver.run(results.map { ($0.0, ["training_iteration": .int($0.1), "score": .double($0.2)]) })
        let decisions = driver.log.compactMap { $0.metric("decision") }
        #expect(decisions == results.map(\.3))
        let rungs = driver.scheduler.brackets[0]
        #expect(rungs.map(\.milestone) == [1, 3, 9, 27])
        #expect(rungs.map { $0.trials.map(\.string) } == [["t1"], ["t0", "t2", "t4"], ["t1", "t0"], ["t3"]])
        #expect(rungs[1].cutoff == 1.3333333333333335)
    }
}
