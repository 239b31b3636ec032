import ReinCheckpoints
import Testing

@testable import ReinTune

@Suite struct FIFOSchedulerTests {
    @Test("runs trials in their order, first those that never ran, and stops none")
    func order() throws {
        var driver = try SchedulerDriver(FIFOScheduler(), configurations: Array(repeating: [:], count: 5), slots: 2)
        try driver.run(rounds: 20, end: 3) { _, time in ["score": .int(Int64(time))] }
        let starts = driver.log.filter { $0.metric("event") == "start" }.compactMap { $0.metric("trial") }
        #expect(starts == ["t0", "t1", "t2", "t3", "t4"])
        #expect(
            driver.trials.records.allSatisfy { $0.status == .terminated } && driver.times.values.allSatisfy { $0 == 3 })
        var scheduler = FIFOScheduler()
        try scheduler.restore(from: driver.scheduler.state)
        #expect(throws: StateError.self) { try scheduler.restore(from: 3) }
    }

    @Test("the table finds who waits, whatever has become of the others")
    func waiting() {
        var trials = TrialTable()
        #expect(trials.firstWaiting == nil && !trials.hasWaiting)
        for index in 0..<200 { trials.append(TrialRecord(id: TrialID("t\(index)"), index: index)) }
        #expect(trials.firstWaiting == "t0")
        for index in 0..<199 { trials[TrialID("t\(index)")].status = .running }
        #expect(trials.firstWaiting == "t199")
        trials["t70"].status = .paused
        trials["t3"].status = .paused
        #expect(trials.firstWaiting == "t199")
        trials["t199"].status = .errored
        #expect(trials.firstWaiting == "t3")
        trials["t3"].status = .terminated
        #expect(trials.firstWaiting == "t70" && trials.hasWaiting)
        trials["t70"].status = .pending
        #expect(trials.firstWaiting == "t70")
        trials["t70"].status = .running
        #expect(trials.firstWaiting == nil && !trials.hasWaiting)
    }
}
