import ReinCheckpoints
import Testing

@testable import ReinTune

@Suite struct HyperBandTests {
    /// A driver with trials that report the scores of a table.
    private func driver(
        _ scores: [[Double]], order: ScoreOrder = .max, maxTime: Int = 4, factor: Double = 2, slots: Int
    ) throws -> SchedulerDriver<HyperBandScheduler> {
        let configuration = try HyperBandScheduler.Configuration(
            metric: "score", order: order, maxTime: maxTime, reductionFactor: factor)
        return try SchedulerDriver(
            HyperBandScheduler(configuration), configurations: Array(repeating: [:], count: scores.count), slots: slots)
    }

    @Test("NaN is beaten by every number, in both orders", arguments: ScoreOrder.allCases)
    func notANumber(order: ScoreOrder) throws {
        // The first three fill the bracket that halves nothing; of the others two go on.
        let values: [Double] = [0, 0, 0, .nan, order == .max ? -.infinity : .infinity, 5]
        var driver = try driver(values.map { [$0] }, order: order, slots: 6)
        try driver.run(rounds: 10) { id, _ in
            ["score": .double(values[Int(id.string.dropFirst()) ?? 0])]
        }
        #expect(driver.times.filter { $0.value < 4 }.map(\.key) == ["t3"])
        #expect(driver.scheduler.stoppedCount == 1)
        #expect(driver.trials.records.allSatisfy { $0.status == .terminated })
    }

    @Test("those that wait for one that fails go on without it, and come to their end at the last milestone")
    func failures() throws {
        var scheduler = try driver([], slots: 1).scheduler
        var trials = TrialTable()
        for index in 0..<3 {
            let record = TrialRecord(id: TrialID("t\(index)"), index: index, status: .running)
            _ = scheduler.add(record)
            trials.append(record)
        }
        for id: TrialID in ["t0", "t1"] {
            #expect(
                try scheduler.decide(on: ["training_iteration": 4, "score": 1], of: id, in: trials) == [.pause(id)])
            trials[id].status = .paused
        }
        #expect(scheduler.next(in: trials) == nil)
        // Ray forgets these two, and they wait for ever.
        #expect(scheduler.remove("t2", in: trials) == [.stop("t0"), .stop("t1")])
        for id: TrialID in ["t0", "t1", "t2"] { #expect(scheduler.remove(id, in: trials).isEmpty) }
    }

    @Test("trials that have come farther than the next milestone are compared there at once")
    func jumps() throws {
        // The third kind of bracket compares at 1, 2 and 4, and holds three.
        let configuration = try HyperBandScheduler.Configuration(
            metric: "score", order: .max, maxTime: 4, reductionFactor: 2)
        #expect(configuration.kinds.map(\.firstMilestone) == [4, 2, 1])
        var scheduler = HyperBandScheduler(configuration)
        var trials = TrialTable()
        let before = configuration.kinds[0].capacity + configuration.kinds[1].capacity
        for index in 0..<before + 4 {
            let record = TrialRecord(id: TrialID("t\(index)"), index: index, status: .running)
            _ = scheduler.add(record)
            trials.append(record)
        }
        let ids = (before..<before + 4).map { TrialID("t\($0)") }
        for (id, score) in zip(ids.dropLast(), [3, 2, 1]) {
            let result: StateTree = ["training_iteration": 3, "score": .int(Int64(score))]
            #expect(try scheduler.decide(on: result, of: id, in: trials) == [.pause(id)])
            trials[id].status = .paused
        }
        let last = try scheduler.decide(on: ["training_iteration": 3, "score": 0], of: ids[3], in: trials)
        // Of four places two are left after the first halving, and one after the second.
        #expect(last == [.stop(ids[2]), .stop(ids[1]), .stop(ids[3])])
        #expect(scheduler.next(in: trials) == ids[0])
    }

    @Test("a result without what is needed names it, and the trial leaves its bracket when it has failed")
    func missing() throws {
        var scheduler = try driver([], slots: 1).scheduler
        var trials = TrialTable()
        trials.append(TrialRecord(id: "a", index: 0, status: .running))
        _ = scheduler.add(trials["a"])
        let before = scheduler.state
        let noTime = #expect(throws: StateError.self) { try scheduler.decide(on: ["score": 1], of: "a", in: trials) }
        #expect(noTime?.path == "training_iteration" && noTime?.message.contains("its keys are score") == true)
        let noMetric = #expect(throws: StateError.self) {
            try scheduler.decide(on: ["training_iteration": 4, "scor": 1], of: "a", in: trials)
        }
        #expect(noMetric?.path == "score" && noMetric?.message.contains("did you mean \"scor\"?") == true)
        let noNumber = #expect(throws: StateError.self) {
            try scheduler.decide(on: ["training_iteration": .double(.nan), "score": 1], of: "a", in: trials)
        }
        #expect(noNumber?.path == "training_iteration")
        #expect(scheduler.state == before)
        // Before the milestone the metric is not needed.
        #expect(try scheduler.decide(on: ["training_iteration": 3], of: "a", in: trials).isEmpty)
        #expect(scheduler.remove("a", in: trials).isEmpty)
        #expect(throws: StateError.self) {
            try scheduler.decide(on: ["training_iteration": 3, "score": 1], of: "a", in: trials)
        }
    }

    @Test("refuses impossible settings and names them, and reads and writes the others")
    func settings() throws {
        typealias Settings = HyperBandScheduler.Configuration
        let faults: [(String, () throws -> Settings)] = [
            ("maxTime", { try Settings(metric: "score", order: .max, maxTime: 0) }),
            ("maxTime", { try Settings(metric: "score", order: .max, maxTime: .max) }),
            ("reductionFactor", { try Settings(metric: "score", order: .max, reductionFactor: 1) }),
            ("reductionFactor", { try Settings(metric: "score", order: .max, reductionFactor: .nan) }),
            ("reductionFactor", { try Settings(metric: "score", order: .max, reductionFactor: 1.0.nextUp) }),
        ]
        for (name, make) in faults {
            let error = #expect(throws: StateError.self) { try make() }
            #expect(error?.path == name && error?.code == .outOfRange)
        }
        // The largest time and a small factor.
        #expect(try Settings(metric: "score", order: .max, maxTime: 1 << 40, reductionFactor: 1.03).kinds.count > 900)
        let read = try Settings(
            StateReader(try JSON.parse(#"{"metric": "a/b", "order": "min", "maxTime": 9, "stopsLastTrials": false}"#)))
        #expect(read.maxTime == 9 && !read.stopsLastTrials && read.reductionFactor == 3)
        #expect(try Settings(StateReader(read.tree)) == read)
    }

    @Test("refuses states that do not fit and then has changed nothing")
    func badStates() throws {
        var scheduler = try driver([], slots: 1).scheduler
        for index in 0..<4 { _ = scheduler.add(TrialRecord(id: TrialID("t\(index)"), index: index)) }
        let good = scheduler.state
        guard case .map(let map) = good, case .list(let brackets)? = map["brackets"], case .map(let first) = brackets[0]
        else { return }
        for (key, value): (String, StateTree) in [
            ("members", ["x"]), ("times", []), ("capacity", 99), ("milestone", 0), ("halvingsLeft", 7),
            ("scores", ["a"]),
        ] {
            var (bracket, bad) = (first, map)
            bracket[key] = value
            bad["brackets"] = [.map(bracket)]
            #expect(throws: StateError.self, "\(key)") { try scheduler.restore(from: .map(bad)) }
            #expect(scheduler.state == good)
        }
    }
}
