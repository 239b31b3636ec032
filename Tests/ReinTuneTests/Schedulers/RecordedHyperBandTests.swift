import ReinCheckpoints
import Testing

@testable import ReinTune

@Suite struct RecordedHyperBandTests {
    static func configuration(_ recorded: StateReader) throws -> HyperBandScheduler.Configuration {
        let arguments = try RecordedArguments(recorded)
        return try HyperBandScheduler.Configuration(
            metric: arguments.metric(), order: arguments.order(), timeAttribute: arguments.timeAttribute(),
            maxTime: arguments.int("max_t") ?? 81,
            reductionFactor: arguments.number("reduction_factor") ?? 3,
            stopsLastTrials: arguments.bool("stop_last_trials") ?? true)
    }

    private static func brackets(_ scheduler: HyperBandScheduler, countingMembers: Bool) -> StateTree {
        let brackets: [StateTree] = scheduler.brackets.map {
            [
                "capacity": .int(Int64($0.kind.capacity)), "first_milestone": .int(Int64($0.kind.firstMilestone)),
                "members": countingMembers ? .int(Int64($0.members.count)) : .ids($0.members),
            ]
        }
        let size = scheduler.configuration.kinds.count
        return .list(
            stride(from: 0, to: brackets.count, by: size).map {
                .list(Array(brackets[$0..<min($0 + size, brackets.count)]))
            })
    }

    @Test("decides as recorded, in one run and in two parts", arguments: [nil, 0.25, 0.5, 0.75])
    func events(part: Double?) throws {
        let cases = try Fixture.named("scheduler_hyperband").list("cases").filter { $0.optionalChild("events") != nil }
        #expect(cases.count == 6)
        for recorded in cases {
            let name = try recorded.string("name")
            let configuration = try Self.configuration(recorded)
            var driver = try SchedulerDriver(
                HyperBandScheduler(configuration), configurations: Array(repeating: [:], count: recorded.int("trials")),
                slots: recorded.int("slots"))
            let list = try RecordedEvents(recorded)
            let metrics = try list.metrics()
            if let part {
                let count = Int(Double(try list.results().count) * part)
                driver.afterResult = restoring(after: count) { HyperBandScheduler(configuration) }
            }
            let ends = ["trials end early by a criterion at 2": 2, "stop_last_trials false, end at 11": 11]
            try driver.run(rounds: 400, end: ends[name]) { try #require(metrics[$0]?[$1]) }
            let (found, expected) = (RecordedEvents.comparable(driver.log), list.comparable())
            #expect(found == expected, "\(name): \(firstDifference(found, expected))")
            #expect(driver.final == (try recorded.child("final").tree), "\(name)")
            #expect(driver.scheduler.stoppedCount == (try recorded.int("stopped_by_scheduler")), "\(name)")
            let brackets = Self.brackets(driver.scheduler, countingMembers: false)
            #expect(brackets == (try recorded.child("brackets").tree), "\(name)")
        }
    }

    @Test("150 trials fill the brackets as recorded")
    func fillsBrackets() throws {
        let recorded = try #require(try Fixture.named("scheduler_hyperband").list("cases").last)
        var scheduler = HyperBandScheduler(try Self.configuration(recorded))
        for index in 0..<150 { _ = scheduler.add(TrialRecord(id: TrialID("t\(index)"), index: index)) }
        let brackets = Self.brackets(scheduler, countingMembers: true)
        #expect(brackets == (try recorded.child("brackets").tree))
    }
}
