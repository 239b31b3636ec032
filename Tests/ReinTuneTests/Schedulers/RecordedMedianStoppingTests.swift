import ReinCheckpoints
import Testing

@testable import ReinTune

@Suite struct RecordedMedianStoppingTests {
    private static func configuration(_ recorded: StateReader) throws -> MedianStoppingRule.Configuration {
        let arguments = try RecordedArguments(recorded)
        return try MedianStoppingRule.Configuration(
            metric: arguments.metric(), order: arguments.order(), timeAttribute: arguments.timeAttribute(),
            gracePeriod: arguments.number("grace_period") ?? 60,
            minSamples: arguments.int("min_samples_required") ?? 3,
            minTimeSlice: arguments.number("min_time_slice") ?? 0, stopsTrials: arguments.bool("hard_stop") ?? true)
    }

    private static func driver(_ recorded: StateReader) throws -> SchedulerDriver<MedianStoppingRule> {
        try SchedulerDriver(
            MedianStoppingRule(configuration(recorded)),
            configurations: Array(repeating: [:], count: recorded.int("trials")), slots: recorded.int("slots"))
    }

    @Test("decides as recorded, in one run and in two parts", arguments: [nil, 0.25, 0.5, 0.75])
    func events(part: Double?) throws {
        let cases = try Fixture.named("scheduler_median_stopping").list("cases")
        #expect(cases.count == 9)
        for recorded in cases {
            let name = try recorded.string("name")
            guard name != "NaN in one trial" else { continue }
            var driver = try Self.driver(recorded)
            let list = try RecordedEvents(recorded)
            let metrics = try list.metrics()
            if let part {
                let configuration = try Self.configuration(recorded)
                let count = Int(Double(try list.results().count) * part)
                driver.afterResult = restoring(after: count) { MedianStoppingRule(configuration) }
            }
            try driver.run(rounds: 200, end: recorded.int("ends_at")) { try #require(metrics[$0]?[$1]) }
            let (found, expected) = (RecordedEvents.comparable(driver.log), list.comparable())
            #expect(found == expected, "\(name): \(firstDifference(found, expected))")
            #expect(driver.final == (try recorded.child("final").tree), "\(name)")
            #expect(
                StateTree.ids(driver.scheduler.beaten.sorted { $0.string < $1.string })
                    == (try recorded.child("stopped_by_scheduler").tree), "\(name)")
        }
    }

    @Test("NaN in one trial stops nobody who is better, in both orders", arguments: ScoreOrder.allCases)
    func notANumber(order: ScoreOrder) throws {
        // In the recording the third, which is the best, was stopped for it.
        let sign: Double = order == .max ? 1 : -1
        let values = [[1, 1, 1, 1], [.nan, 2, 2, 2], [3, 3, 3, 3], [0, 0, 0, 0]]
        let configuration = try MedianStoppingRule.Configuration(
            metric: "score", order: order, timeAttribute: "training_iteration", gracePeriod: 1, minSamples: 2)
        var driver = try SchedulerDriver(
            MedianStoppingRule(configuration), configurations: Array(repeating: [:], count: 4), slots: 4)
        try driver.run(rounds: 10, end: 4) { id, time in
            ["score": .double(sign * values[Int(id.string.dropFirst()) ?? 0][time - 1])]
        }
        #expect(driver.scheduler.beaten == ["t3"])
        #expect(driver.times == ["t0": 4, "t1": 4, "t2": 4, "t3": 1])
    }

    @Test("a trial that reports nothing but NaN is worse than any median")
    func onlyNotANumber() throws {
        let configuration = try MedianStoppingRule.Configuration(
            metric: "score", order: .min, timeAttribute: "training_iteration", gracePeriod: 1)
        var driver = try SchedulerDriver(
            MedianStoppingRule(configuration), configurations: Array(repeating: [:], count: 4), slots: 4)
        try driver.run(rounds: 10, end: 3) { id, _ in ["score": .double(id == "t3" ? .nan : 1)] }
        #expect(driver.scheduler.beaten == ["t3"])
    }

    @Test("a trial that goes on from an older checkpoint counts with all its results up to a time")
    func timeGoesBack() {
        var history = TrialHistory()
        for (time, score) in [(1.0, 1.0), (2, 2), (3, 6), (2, 5), (3, 7)] {
            history.append(TrialScore(score), at: time, counts: true)
        }
        #expect(history.mean(upTo: 1).value == 1)
        #expect(history.mean(upTo: 2).value == 8.0 / 3)
        #expect(history.mean(upTo: 3).value == 21.0 / 5)
        #expect(history.mean(upTo: 0.5).value.isNaN)
        #expect(history.best.value == 7 && history.lastTime == 3)
    }

    @Test("refuses impossible settings and names them, and reads and writes the others")
    func settings() throws {
        typealias Settings = MedianStoppingRule.Configuration
        let faults: [(String, () throws -> Settings)] = [
            ("gracePeriod", { try Settings(metric: "score", order: .max, gracePeriod: -1) }),
            ("gracePeriod", { try Settings(metric: "score", order: .max, gracePeriod: .nan) }),
            ("minSamples", { try Settings(metric: "score", order: .max, minSamples: 0) }),
            ("minTimeSlice", { try Settings(metric: "score", order: .max, minTimeSlice: .infinity) }),
        ]
        for (name, make) in faults {
            let error = #expect(throws: StateError.self) { try make() }
            #expect(error?.path == name && error?.code == .outOfRange)
        }
        let read = try Settings(StateReader(try JSON.parse(#"{"metric": "score", "order": "min", "minSamples": 5}"#)))
        #expect(read.objective.timeAttribute == "time_total_s" && read.gracePeriod == 60 && read.minSamples == 5)
        #expect(try Settings(StateReader(read.tree)) == read)
    }
}
