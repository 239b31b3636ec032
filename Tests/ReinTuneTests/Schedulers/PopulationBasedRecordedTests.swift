import ReinCheckpoints
import Testing

@testable import ReinTune

/// Every list of events that was recorded of Ray's population-based training, decision by decision.
@Suite struct PopulationBasedRecordedTests {
    /// Where Ray has a fault that we do not have.
    static let faults = ["quantile 0", "equal scores", "NaN score"]

    static let faultless = RecordedPopulation.names.filter { !faults.contains($0) }

    @Test("all 12 lists are there") func count() { #expect(Self.faultless.count + Self.faults.count == 12) }

    @Test("decides as recorded", arguments: faultless)
    func decisions(_ name: String) throws {
        let recorded = try RecordedPopulation(name)
        let driver = try recorded.run()
        #expect(driver.events == recorded.events)
        try Self.expectEnd(of: driver, as: recorded)
    }

    @Test("decides as recorded when each decision is that of a restored scheduler", arguments: RecordedPopulation.names)
    func restoredDecisions(_ name: String) throws {
        let recorded = try RecordedPopulation(name)
        let undisturbed = try recorded.run(isComparing: false)
        let restored = try recorded.run(restarts: true, isComparing: false)
        #expect(restored.events == undisturbed.events)
        #expect(restored.trials.records == undisturbed.trials.records)
        #expect(restored.scheduler.state == undisturbed.scheduler.state)
    }

    @Test("a quantile of 0 saves nothing")
    func noQuantile() throws {
        let recorded = try RecordedPopulation("quantile 0")
        let driver = try recorded.run(isComparing: false)
        let isSave = { (event: PopulationEvent) in if case .saved = event { true } else { false } }
        #expect(recorded.events.contains(where: isSave))
        #expect(driver.events == recorded.events.filter { !isSave($0) })
        #expect(driver.scheduler.checkpointCount == 0)
    }

    @Test("trials of equal scores do not take over from one another")
    func equalScores() throws {
        let recorded = try RecordedPopulation("equal scores")
        let driver = try recorded.run()
        let expected = recorded.events.compactMap { event -> PopulationEvent? in
            switch event {
            case .exploited, .paused: nil
            case .result(let id, let time, .takesOver): .result(id, at: time, .goesOn)
            default: event
            }
        }
        #expect(driver.events == expected)
        #expect(driver.scheduler.exploitCount == 0 && driver.scheduler.log.entries.isEmpty)
    }

    @Test("a score that is no number is worse than all others")
    func notANumber() throws {
        let recorded = try RecordedPopulation("NaN score")
        let driver = try recorded.run(isComparing: false)
        let isKept = { (event: PopulationEvent) in
            switch event {
            // What Ray saved of the trial without a number, and what the worst of the others took over.
            case .saved("t1", _), .exploited("t0", _, _, _), .paused("t0", _): false
            default: true
            }
        }
        let expected = recorded.events.filter(isKept).map { event in
            event == .result("t0", at: 4, .takesOver) ? .result("t0", at: 4, .goesOn) : event
        }
        #expect(driver.events == expected)
        #expect(driver.scheduler.exploitCount == 1)
    }

    private static func expectEnd(
        of driver: PopulationDriver<PopulationBasedTraining>, as recorded: RecordedPopulation
    ) throws {
        #expect(try driver.scheduler.exploitCount == recorded.reader.int("perturbations"))
        #expect(try driver.scheduler.checkpointCount == recorded.reader.int("checkpoints"))
        for (id, tag) in try recorded.reader.child("tags").map() {
            #expect(driver.trials[TrialID(id)].tag == (try tag.string()))
        }
        for (id, end) in try recorded.reader.child("final").map() {
            #expect(driver.trials[TrialID(id)].status.rawValue == (try end.list()[0].string()))
            #expect(driver.times[TrialID(id)] == (try end.list()[1].int()))
        }
        var files: [String: String] = [:]
        let log = driver.scheduler.log
        if !log.entries.isEmpty { files[PopulationLog.fileName] = log.text }
        for id in log.trials { files[PopulationLog.fileName(of: id)] = log.text(of: id) }
        let recordedFiles = try recorded.reader.child("logs").map()
        #expect(files.keys.sortedByBytes == recordedFiles.map(\.key).sortedByBytes)
        for (name, lines) in recordedFiles {
            let text = try #require(files[name])
            #expect(text.hasSuffix("\n"))
            #expect(try text.split(separator: "\n").map { try JSON.parse(String($0)) } == lines.list().map(\.tree))
        }
    }
}
