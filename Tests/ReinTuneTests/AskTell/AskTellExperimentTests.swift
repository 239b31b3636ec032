import Foundation
import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

struct AskTellExperimentTests {
    @Test("Asked one trial at a time, an experiment decides as one that trains itself", arguments: AskTellKind.allCases)
    func sameDecisions(_ kind: AskTellKind) async throws {
        try await withTemporaryDirectory { folder in
            let trained = try await kind.tuner(concurrency: 1).run(in: "\(folder)/a/e")
            let experiment = try kind.asked(concurrency: 1).begin(in: "\(folder)/b/e")
            var loop = AskingLoop()
            try loop.run(experiment)
            #expect(trained.isFinished && experiment.isFinished && loop.repeated == 0)
            #expect(decisions(experiment.trials) == decisions(trained.trials))
            try experiment.close()
            #expect(experiment.takeWarnings() == [])
        }
    }

    @Test("Killed after every result and resumed: the same decisions", arguments: AskTellKind.allCases)
    func kills(_ kind: AskTellKind) throws {
        try withTemporaryDirectory { folder in
            let whole = try kind.asked(concurrency: 3).begin(in: "\(folder)/whole/e")
            var undisturbed = AskingLoop()
            try undisturbed.run(whole)
            #expect(whole.isFinished)

            let place = "\(folder)/killed/e"
            var experiment: AskTellExperiment? = try kind.asked(concurrency: 3).begin(in: place)
            var loop = AskingLoop()
            while try experiment.map({ try loop.step($0) }) == true {
                // The folder is given back as by a process that ends: nothing more is written.
                experiment = nil
                loop.forget()
                experiment = try kind.asked(concurrency: 3).resume(in: place)
            }
            let killed = try #require(experiment)
            #expect(killed.isFinished)
            #expect(loop.verdicts == undisturbed.verdicts)
            #expect(decisions(killed.trials) == decisions(whole.trials))
            #expect(loop.takeOvers == undisturbed.takeOvers)
            try killed.close()
            try whole.close()
            #expect(killed.takeWarnings() == [])
            try Self.compareFolders(place, "\(folder)/whole/e")
            // What the kinds are for has happened.
            switch kind {
            case .population, .synchronousPopulation: #expect(loop.takeOvers > 0)
            case .hyperBand: #expect(loop.verdicts.contains(.saveAndPause))
            case .asha, .parzen, .median: #expect(loop.verdicts.count < killed.trials.count * 9 && loop.repeated > 0)
            case .random: #expect(loop.verdicts.count == 18 && loop.repeated > 0)
            }
        }
    }

    /// Compares what readers of folders find.
    private static func compareFolders(_ first: String, _ second: String) throws {
        let (one, other) = (try ResultGrid(reading: first), try ResultGrid(reading: second))
        #expect(one.warnings == [] && one.trials.count == other.trials.count)
        for (left, right) in zip(one.trials, other.trials) {
            #expect(left.id == right.id && left.status == right.status && left.iteration == right.iteration)
            #expect(
                left.configuration == right.configuration && left.lastMetrics["height"] == right.lastMetrics["height"])
            let (rows, expected) = (try rows(in: left.folder ?? ""), try ReinTuneTests.rows(in: right.folder ?? ""))
            #expect(try rows.map { try $0.double("height") } == expected.map { try $0.double("height") })
            #expect(try rows.allSatisfy { try $0.string("trial_id") == left.id.string })
            #expect(try rows.map { try $0.bool("done") }.dropLast().allSatisfy { !$0 })
        }
        let (best, known) = (try one.bestResult("height", .max, scope: .best), one.scores("height", .max, scope: .best))
        #expect(best.value == known.compactMap(\.self).max())
    }

    @Test("A trial that others have ended hears so with its next result, which nobody judges")
    func endedByOthers() throws {
        try withTemporaryDirectory { folder in
            var tuner = try AskTellKind.random.asked(concurrency: 3)
            tuner.stopRule = .experimentPlateau(
                try ExperimentPlateau(metric: "height", top: 2, order: .max, patience: 0))
            let experiment = try tuner.begin(in: "\(folder)/e")
            let trials = try (0..<3).map { _ in try #require(try experiment.ask()) }
            #expect(try experiment.ask() == nil && !experiment.isClosed)
            var verdict = AskTellExperiment.Verdict.goOn
            for _ in 0..<20 where verdict == .goOn { verdict = try experiment.tell(trials[0].id, ["height": 1]) }
            #expect(verdict == .stop && experiment.isFinished)
            let journal = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/e/journal.jsonl"))
            #expect(try experiment.tell(trials[1].id, ["height": 5]) == .stop)
            #expect(try !experiment.fail(trials[2].id, "too late"))
            #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/e/journal.jsonl")) == journal)
            #expect(experiment.trials[1].lastResult == nil)
            for trial in trials {
                let error = #expect(throws: StateError.self) { try experiment.tell(trial.id, ["height": 5]) }
                #expect(error?.message.contains("TERMINATED") == true)
            }
            #expect(try experiment.ask() == nil && experiment.isClosed)
        }
    }

    @Test("Failures count, are written down, and let a trial be asked for again as often as it may")
    func failures() throws {
        try withTemporaryDirectory { folder in
            var tuner = try AskTellKind.random.asked(concurrency: 1)
            tuner.failures = try FailurePolicy(maximumFailures: 1)
            tuner.stopRule = .atLeast("height", 3)
            let experiment = try tuner.begin(in: "\(folder)/e")
            let first = try #require(try experiment.ask())
            #expect(try experiment.tell(first.id, ["height": 1]) == .goOn)
            #expect(try experiment.fail(first.id, "fell\ndown"))
            let again = try #require(try experiment.ask())
            #expect(again == first)
            // What was judged is not judged again, even if it is another number now.
            #expect(try experiment.tell(first.id, ["height": 7]) == .goOn)
            #expect(try experiment.tell(first.id, ["height": 2]) == .goOn)
            #expect(try !experiment.fail(first.id, "fell"))
            let text = try String(contentsOfFile: "\(first.folder)/error.txt", encoding: .utf8)
            #expect(text.contains("Failure # 1") && text.contains("fell\ndown") && text.contains("Failure # 2"))
            #expect(try rows(in: first.folder).map { try $0.int("height") } == [1, 2])

            // One whose result cannot be judged has failed for good, and that is no error.
            for metrics: StateMap in [["hight": 1], ["height": "tall"], ["height": .null]] {
                let trial = try #require(try experiment.ask())
                guard case .failed(let reason) = try experiment.tell(trial.id, metrics) else {
                    Issue.record("\(metrics) was judged")
                    continue
                }
                #expect(reason.contains("height"))
                #expect(try String(contentsOfFile: "\(trial.folder)/error.txt", encoding: .utf8).contains(reason))
            }
            let ended = try #require(try experiment.ask())
            try experiment.end(ended.id)
            let nan = try #require(try experiment.ask())
            #expect(try experiment.tell(nan.id, ["height": .double(.nan)]) == .goOn)
            #expect(try experiment.tell(nan.id, ["height": 1], done: true) == .stop)
            #expect(
                experiment.trials.prefix(6).map(\.status) == [.errored, .errored, .errored, .errored] + [
                    .terminated, .terminated,
                ])
            try experiment.close()
            let grid = try ResultGrid(reading: "\(folder)/e")
            #expect(grid.errored.count == 4 && grid.trials[0].errorText?.contains("fell") == true)
        }
    }

    @Test("A failure that ends all closes the experiment, which goes on when it is resumed")
    func failingFast() throws {
        try withTemporaryDirectory { folder in
            var tuner = try AskTellKind.random.asked(concurrency: 2)
            tuner.failures = try FailurePolicy(failsFast: true)
            let experiment = try tuner.begin(in: "\(folder)/e")
            let (first, second) = (try #require(try experiment.ask()), try #require(try experiment.ask()))
            #expect(try !experiment.fail(first.id, "fell"))
            #expect(experiment.isClosed && !experiment.isFinished)
            #expect(try experiment.ask() == nil)
            #expect(try experiment.tell(second.id, ["height": 1]) == .pause)
            try experiment.close()
            let resumed = try tuner.resume(in: "\(folder)/e")
            #expect(try resumed.ask()?.id == second.id)
        }
    }

    @Test("What is decided about a trial becomes one verdict, whatever is decided about others")
    func verdicts() {
        let (id, other): (TrialID, TrialID) = ("a", "b")
        let cases: [([TrialCommand], saving: Bool, AskTellExperiment.Verdict)] = [
            ([.proceed(id)], false, .goOn), ([.proceed(id)], true, .saveAndGoOn),
            ([.save(id), .proceed(id), .pause(other, saving: true)], false, .saveAndGoOn),
            ([.save(other), .proceed(id), .end(other), .begin(other)], false, .goOn),
            ([.pause(id, saving: true)], false, .saveAndPause), ([.pause(id, saving: false)], false, .pause),
            ([.save(id), .pause(id, saving: false), .takeOver(other, from: id)], false, .saveAndPause),
            ([.pause(id, saving: false), .takeOver(id, from: other), .begin(id)], false, .pause),
            ([.pause(id, saving: true), .end(id)], false, .stop), ([.save(id), .end(id), .close], true, .stop),
            ([.refuse(id, reason: "why"), .end(id), .suspend(other), .close], true, .failed("why")),
            ([.refuse(other, reason: "why"), .proceed(id)], false, .goOn),
        ]
        for (commands, saving, verdict) in cases {
            let found = AskTellExperiment.Verdict(of: id, commands, saving: saving)
            #expect(found == verdict, "\(commands)")
            #expect(found.isLast == !commands.contains(.proceed(id)))
        }
    }

    @Test("What cannot be told changes nothing")
    func misuse() throws {
        try withTemporaryDirectory { folder in
            var tuner = try AskTellKind.random.asked(concurrency: 2)
            tuner.stopRule = nil
            let experiment = try tuner.begin(in: "\(folder)/e")
            let trial = try #require(try experiment.ask())
            #expect(try experiment.tell(trial.id, ["height": 1]) == .goOn)
            let before = experiment.trials
            let deep = (0..<StateTree.maximumDepth).reduce(StateTree.int(1)) { tree, _ in ["a": tree] }
            let wrong: [StateMap] = [
                ["training_iteration": 0], ["training_iteration": -3], ["training_iteration": "one"],
                ["training_iteration": 1.5], ["done": "yes"],
                ["weights": .tensor(StateTensor([1, 2] as [Float], shape: [2]))],
                ["a": deep],
            ]
            for metrics in wrong {
                #expect(throws: StateError.self, "\(metrics.entries.map(\.key))") {
                    try experiment.tell(trial.id, metrics)
                }
            }
            let near = TrialID(trial.id.string + "0")
            let error = #expect(throws: StateError.self) { try experiment.tell(near, [:]) }
            #expect(error?.message.contains("did you mean \"\(trial.id)\"") == true)
            for id in [TrialID(""), TrialID(String(repeating: "x", count: 100_000)), near] {
                #expect(throws: StateError.self) { try experiment.fail(id, "") }
                let error = #expect(throws: StateError.self) { try experiment.end(id) }
                #expect(error.map { "\($0)".utf8.count < 1_000 } == true)
            }
            // One that has begun and nobody has asked for.
            let waiting = experiment.trials[1].id
            let unasked = #expect(throws: StateError.self) { try experiment.tell(waiting, ["height": 1]) }
            #expect(unasked?.message.contains("asked for first") == true)
            #expect(experiment.trials == before)
            // The number that comes next was not used up, and may be passed over.
            #expect(try experiment.tell(trial.id, ["height": 2]) == .goOn)
            #expect(try experiment.tell(trial.id, ["height": 3, "training_iteration": 6]) == .goOn)
            #expect(try rows(in: trial.folder).map { try $0.int("training_iteration") } == [1, 2, 6])
            #expect(try experiment.tell(trial.id, ["training_iteration": .int(.max), "height": 3]) == .goOn)
            #expect(throws: StateError.self) { try experiment.tell(trial.id, ["height": 3]) }
            // The folder is in use, then it is not, and the experiment is over for this process.
            #expect(throws: StateError.self) { try tuner.resume(in: "\(folder)/e") }
            try experiment.close()
            try experiment.close()
            #expect(experiment.isClosed && !experiment.isFinished)
            #expect(throws: StateError.self) { try experiment.ask() }
            #expect(throws: StateError.self) { try experiment.tell(trial.id, ["height": 3]) }
            #expect(throws: StateError.self) { try tuner.begin(in: "\(folder)/e") }
            let resumed = try tuner.resume(in: "\(folder)/e")
            #expect(try resumed.ask()?.id == trial.id)
        }
    }

    @Test("A plan is searched as it says; what is for trials that Rein trains is refused")
    func plans() throws {
        try withTemporaryDirectory { folder in
            let text = #"{"space": {"rate": {"uniform": [0, 1]}}, "samples": 3, "maxConcurrent": 2"#
            let tuner = try AskTellTuner(ExperimentPlan(json: text + "}"), named: "mine")
            let experiment = try tuner.begin(in: "\(folder)/e")
            let trials = try (0..<2).map { _ in try #require(try experiment.ask()) }
            #expect(try experiment.ask() == nil)
            for number in [0, -1, 10_001, .max] {
                var wrong = tuner
                wrong.concurrency = number
                let error = #expect(throws: StateError.self) { try wrong.begin(in: "\(folder)/wrong") }
                #expect(error?.path == "concurrency")
            }
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/wrong"))
            #expect(trials[0].folder.hasPrefix("\(experiment.folder)/mine_"))
            for (key, value) in [
                ("trainable", #"{"environment": "CartPole-v1"}"#), ("seeds", "3"),
                ("resources", #"{"bundles": [{"CPU": 2}]}"#),
                ("checkpoints", #"{"frequency": 2}"#), ("stepTimeLimit", "3"), ("trialsIn", "\"processes\""),
                ("deterministic", "true"),
            ] {
                let plan = try ExperimentPlan(json: "\(text), \"\(key)\": \(value)}")
                let error = #expect(throws: StateError.self) { try AskTellTuner(plan) }
                #expect(error?.path == key && error?.code == .unsupportedFormat)
            }
        }
    }
}
