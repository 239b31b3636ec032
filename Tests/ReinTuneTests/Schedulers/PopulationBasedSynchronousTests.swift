import ReinCheckpoints
import Testing

@testable import ReinTune

/// Trials that wait for one another do not wait for ever, which is not recorded: Ray's do.
@Suite struct PopulationBasedSynchronousTests {
    private static func scheduler(interval: Double, burnIn: Double = 0) throws -> PopulationBasedTraining {
        PopulationBasedTraining(
            try .init(
                metric: "score", order: .max, timeAttribute: "time", interval: interval, burnIn: burnIn,
                mutations: ["lr": .domain(.uniform(0.01...1))], isSynchronous: true))
    }

    /// Trials that report at times of their own, one place each, as long as somebody runs.
    ///
    /// - Returns: the number of results of each trial.
    private static func results(
        _ scheduler: inout PopulationBasedTraining, times: [(Int) -> Double], count: Int
    ) throws -> [Int] {
        var trials = TrialTable()
        for index in times.indices {
            let record = TrialRecord(id: TrialID("t\(index)"), index: index, configuration: ["lr": 0.1])
            _ = try scheduler.add(record)
            trials.append(record)
        }
        var results = times.map { _ in 0 }
        for _ in 0..<(count * times.count) {
            while let id = scheduler.next(in: trials) { trials[id].status = .running }
            guard
                let record = trials.records.filter({ $0.status == .running }).min(by: {
                    results[$0.index] < results[$1.index]
                })
            else { return results }
            results[record.index] += 1
            let result: StateTree = [
                "time": .double(times[record.index](results[record.index])), "score": .double(Double(record.index)),
            ]
            for action in try scheduler.decide(on: result, of: record.id, in: trials) {
                if case .pause(let id, _) = action { trials[id].status = .paused }
            }
        }
        return results
    }

    @Test("results that come at longer times than the interval are no end")
    func longSteps() throws {
        let cases: [(Double, [(Int) -> Double])] = [
            (10, Array(repeating: { Double($0) * 100 }, count: 4)),
            (3, Array(repeating: { Double($0) * 2 }, count: 4)),
            (10, [{ Double($0) * 100 }, { Double($0) * 7 }, { Double($0) * 13 }]),
            (1e-20, Array(repeating: { Double($0) * 1e5 }, count: 3)),
            (60, [{ Double($0) * 61.5 }, { Double($0) * 60.25 }, { Double($0) * 17 }]),
        ]
        for (interval, times) in cases {
            var scheduler = try Self.scheduler(interval: interval)
            let results = try Self.results(&scheduler, times: times, count: 30)
            #expect(results.reduce(0, +) == 30 * times.count)
            #expect(results.allSatisfy { $0 > 1 })
            #expect(scheduler.checkpointCount > 1)
        }
    }

    @Test("trials that have come to their end are waited for no longer")
    func ends() throws {
        for isFailing in [false, true] {
            var scheduler = try Self.scheduler(interval: 2)
            var trials = TrialTable()
            for (index, id) in (["a", "b", "c", "d"] as [TrialID]).enumerated() {
                let record = TrialRecord(
                    id: id, index: index, configuration: ["lr": .double(0.5)], tag: "\(id)", status: .running)
                _ = try scheduler.add(record)
                trials.append(record)
            }
            for (score, id) in (["a", "b", "c"] as [TrialID]).enumerated() {
                let actions = try scheduler.decide(
                    on: ["time": 2, "score": .int(Int64(score))], of: id, in: trials)
                #expect(actions == [.pause(id)])
                trials[id].status = .paused
            }
            #expect(scheduler.next(in: trials) == nil)
            // The last one ends before it arrives.
            let actions: [SchedulerAction]
            if isFailing {
                trials["d"].status = .errored
                actions = scheduler.remove("d", in: trials)
            } else {
                actions = scheduler.complete("d", result: ["time": 1, "score": 9], in: trials)
                trials["d"].status = .terminated
            }
            #expect(actions.count == 1)
            guard case .exploit(let exploit)? = actions.first else { continue }
            #expect(exploit.target == "a" && exploit.donor == "c")
            #expect(scheduler.next(in: trials) == "a")
            #expect(scheduler.remove("d", in: trials).isEmpty)
        }
    }

    @Test("when the last one ends, nobody takes over")
    func lastEnds() throws {
        var scheduler = try Self.scheduler(interval: 2)
        var trials = TrialTable()
        let record = TrialRecord(id: "a", index: 0, configuration: ["lr": 0.5], status: .running)
        _ = try scheduler.add(record)
        trials.append(record)
        #expect(scheduler.complete("a", result: ["time": 1], in: trials).isEmpty)
        #expect(scheduler.exploitCount == 0 && scheduler.meetingTime == 2)
    }

    @Test("the best one that arrives last is saved before others take over from it")
    func lastIsBest() throws {
        var scheduler = try Self.scheduler(interval: 2)
        var trials = TrialTable()
        for (index, id) in (["a", "b"] as [TrialID]).enumerated() {
            let record = TrialRecord(id: id, index: index, configuration: ["lr": 0.5], status: .running)
            _ = try scheduler.add(record)
            trials.append(record)
        }
        #expect(try scheduler.decide(on: ["time": 2, "score": 1], of: "a", in: trials) == [.pause("a")])
        trials["a"].status = .paused
        let actions = try scheduler.decide(on: ["time": 2, "score": 2], of: "b", in: trials)
        #expect(actions.count == 3 && actions[0] == .save("b") && actions[2] == .pause("b"))
        guard case .exploit(let exploit) = actions[1] else { return #expect(Bool(false)) }
        #expect(exploit.target == "a" && exploit.donor == "b")
    }

    @Test("nobody is compared before the burn-in")
    func burnIn() throws {
        var scheduler = try Self.scheduler(interval: 2, burnIn: 5)
        var trials = TrialTable()
        let record = TrialRecord(id: "a", index: 0, configuration: ["lr": 0.5], status: .running)
        _ = try scheduler.add(record)
        trials.append(record)
        for time: Int64 in 1...4 {
            #expect(try scheduler.decide(on: ["time": .int(time), "score": 1], of: "a", in: trials).isEmpty)
        }
        #expect(try scheduler.decide(on: ["time": 5, "score": 1], of: "a", in: trials) == [.pause("a")])
    }
}
