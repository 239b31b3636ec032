import ReinCheckpoints
import Testing

@testable import ReinTune

struct TrialControllerTests {
    private static let space: SearchSpace = ["rate": .grid([0.1, 0.2, 0.3, 0.4]), "width": .integers(1...100)]

    private static func controller(
        scheduling scheduler: any TrialScheduler = FIFOScheduler(), samples: Int = 2, concurrency: Int = 3,
        lookahead: Int = 100, failures: FailurePolicy = .standard, stopping rule: StopRule? = .iterations(4)
    ) throws -> TrialController {
        try TrialController(
            searching: GridRandomSearcher(VariantSequence(of: space, numSamples: samples, seed: 7)),
            scheduling: scheduler, stopping: rule,
            ControllerSettings(
                experiment: "abcde", concurrency: concurrency, lookahead: lookahead, failures: failures),
            space: space)
    }

    /// The higher the rate, the better.
    private static func score(_ record: TrialRecord, _ iteration: Int) -> StateMap? {
        guard case .double(let rate)? = record.configuration["rate"] else { return nil }
        return ["score": .double(rate * Double(iteration))]
    }

    private static func asha(maxTime: Double = 9) throws -> ASHAScheduler {
        ASHAScheduler(
            try .init(metric: "score", order: .max, maxTime: maxTime, reductionFactor: 3))
    }

    private static func hyperBand() throws -> HyperBandScheduler {
        HyperBandScheduler(
            try .init(metric: "score", order: .max, maxTime: 9, reductionFactor: 3))
    }

    @Test("Every trial of the grid runs as long as the rule says, never more at once than may")
    func grid() throws {
        for concurrency in [1, 3, 50] {
            var experiment = ScriptedExperiment(try Self.controller(concurrency: concurrency), result: Self.score)
            try experiment.run()
            let records = experiment.controller.trials.records
            #expect(records.count == 8 && experiment.controller.isClosed)
            #expect(records.allSatisfy { $0.status == .terminated })
            #expect(records.allSatisfy { (try? $0.lastResult?.number(of: "training_iteration")) == 4 })
            #expect(experiment.largestNumberRunning == min(concurrency, 8))
            #expect(records[1].id == "abcde_00001" && records[1].tag.hasPrefix("1_rate=0.2000,width="))
            #expect(experiment.log.count { $0.contains("begin") } == 8)
            #expect(experiment.log.last == "  \(TrialCommand.close)")
            #expect(throws: StateError.self) { try experiment.controller.handle(.opened) }
        }
    }

    @Test("Trials are made no earlier than they are looked for")
    func lookahead() throws {
        var experiment = ScriptedExperiment(try Self.controller(concurrency: 2, lookahead: 1), result: Self.score)
        try experiment.step()
        #expect(experiment.controller.trials.records.count == 3)
        try experiment.run()
        #expect(experiment.controller.trials.records.count == 8)
    }

    @Test("A scheduler stops trials, and the best one stays to the end")
    func successiveHalving() throws {
        var experiment = ScriptedExperiment(
            try Self.controller(scheduling: Self.asha(), samples: 4, concurrency: 16, stopping: nil), result: Self.score
        )
        try experiment.run()
        let records = experiment.controller.trials.records
        let lengths = records.map { (try? $0.lastResult?.number(of: "training_iteration")) ?? 0 }
        #expect(records.count == 16 && lengths.max() == 9 && lengths.min() == 1)
        let longest = zip(records, lengths).filter { $1 == 9 }.map(\.0.configuration["rate"])
        // The first to come to a rung always goes on; of those that come later only the better ones.
        #expect(longest.contains(0.4) && longest.count < 16)
    }

    @Test(
        "Taken over by another controller after any event, decisions are the same as without",
        arguments: ["fifo", "asha", "hyperband", "failing"])
    func state(_ kind: String) throws {
        func make() throws -> TrialController {
            switch kind {
            case "asha": try Self.controller(scheduling: Self.asha(), samples: 3, stopping: nil)
            case "hyperband": try Self.controller(scheduling: Self.hyperBand(), samples: 5, stopping: .iterations(9))
            case "failing": try Self.controller(failures: FailurePolicy(maximumFailures: 2))
            default: try Self.controller()
            }
        }
        let result: @Sendable (TrialRecord, Int) -> StateMap? = { record, iteration in
            kind == "failing" && (record.index + iteration) % 5 == 0 ? nil : Self.score(record, iteration)
        }
        var whole = ScriptedExperiment(try make(), result: result)
        var parts = whole
        var count = 0
        while !whole.isOver {
            try whole.step()
            try parts.step()
            var other = try make()
            // Through text, as a journal has it.
            let line = try TreeLine.text(of: parts.controller.state)
            try other.restore(from: TreeLine.tree(in: Array(line.utf8)))
            #expect(try TreeLine.text(of: other.state) == line)
            parts.controller = other
            count += 1
        }
        #expect(parts.isOver && parts.log == whole.log && count > 30)
        #expect(whole.controller.isClosed)
    }

    @Test("A trial that fails goes on from its checkpoint as often as it may; the others do not notice")
    func failures() throws {
        let result: @Sendable (TrialRecord, Int) -> StateMap? = { record, iteration in
            record.index == 2 && iteration == 3 ? nil : Self.score(record, iteration)
        }
        for (limit, begins) in [(0, 1), (2, 3)] as [(Int?, Int)] {
            var experiment = ScriptedExperiment(
                try Self.controller(
                    failures: FailurePolicy(maximumFailures: limit), stopping: .atLeast("training_iteration", 4)),
                result: result)
            try experiment.run()
            let records = experiment.controller.trials.records
            #expect(records.map(\.status).count { $0 == .errored } == 1 && records[2].status == .errored)
            #expect(experiment.log.count { $0 == "  \(TrialCommand.begin("abcde_00002"))" } == begins)
            #expect(records.allSatisfy { $0.index == 2 || $0.status == .terminated })
        }
        #expect(throws: StateError.self) { try FailurePolicy(maximumFailures: -1) }
    }

    @Test("Failing fast leaves an experiment that can go on")
    func failFast() throws {
        let result: @Sendable (TrialRecord, Int) -> StateMap? = { record, iteration in
            record.index == 1 && iteration == 2 ? nil : Self.score(record, iteration)
        }
        var experiment = ScriptedExperiment(
            try Self.controller(failures: FailurePolicy(failsFast: true)), result: result)
        try experiment.run()
        #expect(!experiment.controller.isClosed)
        #expect(experiment.log.last == "  \(TrialCommand.close)")
        var later = try Self.controller(failures: FailurePolicy(failsFast: true))
        try later.restore(from: experiment.controller.state)
        experiment.restart(with: later)
        try experiment.run()
        #expect(experiment.controller.isClosed)
        #expect(experiment.controller.trials.records.count { $0.status == .terminated } == 7)
    }

    @Test("Interrupted after any event and resumed, every trial comes to its end")
    func interruptions() throws {
        var length = 0
        var whole = ScriptedExperiment(try Self.controller(), result: Self.score)
        while !whole.isOver {
            try whole.step()
            length += 1
        }
        for cut in 1..<length {
            var experiment = ScriptedExperiment(try Self.controller(), result: Self.score)
            for _ in 0..<cut { try experiment.step() }
            experiment.tell(.interrupted)
            try experiment.run()
            #expect(!experiment.controller.isClosed)
            #expect(throws: StateError.self) { try experiment.controller.handle(.clock(1)) }
            var later = try Self.controller()
            try later.restore(from: experiment.controller.state)
            experiment.restart(with: later)
            try experiment.run()
            #expect(experiment.controller.isClosed)
            #expect(experiment.controller.trials.records.count { $0.status == .terminated } == 8)
        }
    }

    @Test("A result that no rule can judge is the end of its trial, not of the experiment")
    func results() throws {
        let result: @Sendable (TrialRecord, Int) -> StateMap? = { record, _ in
            record.index == 3 ? ["score": "text"] : ["score": 1]
        }
        var experiment = ScriptedExperiment(
            try Self.controller(failures: FailurePolicy(maximumFailures: nil), stopping: .atLeast("score", 1)),
            result: result)
        try experiment.run()
        let statuses = experiment.controller.trials.records.map(\.status)
        #expect(statuses == (0..<8).map { $0 == 3 ? .errored : .terminated })
    }

    @Test("A time that is used up ends everything")
    func timeBudget() throws {
        var experiment = ScriptedExperiment(
            try Self.controller(stopping: .timeBudget(seconds: 10)), result: Self.score)
        experiment.tell(.clock(100))
        for _ in 0..<6 { try experiment.step() }
        experiment.tell(.clock(109))
        try experiment.step()
        #expect(!experiment.controller.isClosed)
        experiment.tell(.clock(110))
        try experiment.run()
        #expect(experiment.controller.isClosed)
        #expect(experiment.controller.trials.records.allSatisfy { $0.status == .terminated })
    }

    @Test("Events that cannot be are errors")
    func mistakes() throws {
        var controller = try Self.controller()
        _ = try controller.handle(.opened)
        #expect(throws: StateError.self) { try controller.handle(.reported("nobody", ["score": 1])) }
        #expect(throws: StateError.self) { try controller.handle(.returned("abcde_00007")) }
        #expect(throws: StateError.self) { try controller.handle(.failed("abcde_00007", isRestoring: true)) }
        #expect(throws: StateError.self) { try ControllerSettings(experiment: "e", concurrency: 0) }
        #expect(throws: StateError.self) { try ControllerSettings(experiment: "e", concurrency: 1, lookahead: 0) }
        #expect(throws: StateError.self) { try ControllerSettings(experiment: "e", concurrency: 1, maximumTrials: -1) }
    }

    @Test("Events come back from data")
    func events() throws {
        let events: [TrialEvent] = [
            .opened, .reported("t", ["a": 1]), .returned("t"), .failed("t", isRestoring: true), .clock(1.5),
            .interrupted,
        ]
        for event in events { #expect(try TrialEvent(StateReader(event.tree)) == event) }
        #expect(throws: StateError.self) { try TrialEvent(StateReader(["event": "opend"])) }
    }
}
