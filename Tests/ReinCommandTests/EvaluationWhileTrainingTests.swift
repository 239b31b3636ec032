import Foundation
import Rein
import Testing

@testable import ReinCommand

@Suite("rein train with evaluations", .timeLimit(.minutes(30)))
struct EvaluationWhileTrainingTests {
    private func results(_ scratch: Scratch, _ run: String = "run") throws -> [StateReader] {
        try scratch.text("\(run)/result.json").split(separator: "\n").map { try document(String($0)) }
    }

    /// The evaluations in a run's results, without the time they took, by iteration.
    private func evaluations(_ scratch: Scratch, _ run: String = "run") throws -> [Int: StateTree] {
        var evaluations: [Int: StateTree] = [:]
        for result in try results(scratch, run) {
            guard case .map(var map)? = result.optionalChild("evaluation")?.tree else { continue }
            #expect(map["seconds"] != nil)
            map["seconds"] = nil
            evaluations[try result.int("iteration")] = .map(map)
        }
        return evaluations
    }

    @Test("The records tell of it, and checkpoint and other columns are those of a run without")
    func records() throws {
        let scratch = try Scratch()
        try scratch.train("plain", steps: 160)
        try scratch.done(
            ["train", "--output", "run", "--stop-steps", "160", "--evaluate-every", "2", "--evaluation-episodes", "3"]
                + Scratch.tiny)
        #expect(try evaluations(scratch).keys.sorted() == [2, 4])
        #expect(try scratch.files("run/checkpoint_000000") == scratch.files("plain/checkpoint_000000"))
        let rows = try scratch.text("run/progress.csv").split(separator: "\n").map { CommaSeparated.fields(String($0)) }
        let plain = try scratch.text("plain/progress.csv").split(separator: "\n")
        let own = plain[0].split(separator: ",").count
        #expect(rows[0].prefix(own).joined(separator: ",") == plain[0])
        #expect(
            rows[0].dropFirst(own) == [
                "evaluation/episodes", "evaluation/seed", "evaluation/returnMean", "evaluation/returnDeviation",
                "evaluation/returnMinimum", "evaluation/returnMaximum", "evaluation/lengthMean", "evaluation/seconds",
            ])
        #expect(rows.dropFirst().map { $0[own] } == ["", "3", "", "3", ""])
        let parameters = try document(scratch.text("run/params.json")).child("evaluation")
        #expect(try parameters.int("every") == 2 && parameters.int("episodes") == 3)

        // Whoever evaluates the checkpoint of that iteration with that seed finds the same.
        try scratch.train("short", steps: 128)
        let last = StateReader(try #require(try evaluations(scratch)[4]))
        let again = try document(
            scratch.done(["evaluate", "short", "--json", "--episodes", "3", "--seed", "\(last.int("seed"))"]).output)
        #expect(try again.double("returnMean") == last.double("returnMean"))
        #expect(try again.double("returnDeviation") == last.double("returnDeviation"))
    }

    @Test("A run that is resumed goes on as it was begun: same evaluations, same end")
    func resumed() throws {
        let scratch = try Scratch()
        let options = ["--evaluate-every", "2", "--evaluation-episodes", "2"]
        try scratch.train("whole", steps: 256, options)
        try scratch.train("run", steps: 96, options)
        try scratch.done(["train", "--resume", "run", "--stop-steps", "256", "--quiet"])
        #expect(try evaluations(scratch).keys.sorted() == [2, 4, 6, 8])
        #expect(try evaluations(scratch) == evaluations(scratch, "whole"))
        #expect(try scratch.files("run/checkpoint_000001") == scratch.files("whole/checkpoint_000000"))
        try scratch.done(
            ["train", "--resume", "run", "--stop-steps", "320", "--quiet", "--evaluate-every", "never"])
        #expect(try evaluations(scratch).keys.sorted() == [2, 4, 6, 8])
        #expect(try document(scratch.text("run/params.json")).optionalChild("evaluation") == nil)
    }

    /// The means of the evaluations in the results of a run.
    private func means(_ scratch: Scratch, _ run: String) throws -> [Double] {
        try results(scratch, run).compactMap { try $0.optionalChild("evaluation")?.double("returnMean") }
    }

    @Test("Patience counts evaluations without a better mean return, also those before a resumption", .withoutSanitizer)
    func patience() throws {
        let scratch = try Scratch()
        let options = ["--evaluate-every", "1", "--evaluation-episodes", "2", "--patience", "3"]
        let outcome = try scratch.done(["train", "--output", "whole", "--json", "--quiet"] + options + Scratch.tiny)
        let report = try document(outcome.output)
        #expect(try report.string("stopped") == "patience")
        let means = try means(scratch, "whole")
        let best = try #require(means.max())
        #expect(try report.double("bestEvaluationReturnMean") == best)
        #expect(try report.double("evaluationReturnMean") == means.last)
        // The end is the first iteration with three evaluations behind the best one before it.
        var history = EvaluationHistory()
        for (index, mean) in means.enumerated() {
            history.append(mean: mean)
            #expect((history.countSinceBest >= 3) == (index == means.count - 1))
        }
        #expect(means.count - 1 - (means.firstIndex(of: best) ?? 0) == 3)

        // Interrupted with one of the three left, it stops at the same place.
        try scratch.train(
            "run", steps: 32 * (means.count - 1), ["--evaluate-every", "1", "--evaluation-episodes", "2"])
        let words = try scratch.done(["train", "--resume", "run", "--patience", "3"]).output
        #expect(words.hasPrefix("Done: 3 evaluations without a mean return above "), "\(words)")
        #expect(try self.means(scratch, "run") == means)
        #expect(try scratch.files("run/checkpoint_000001") == scratch.files("whole/checkpoint_000000"))
        let again = try scratch.done(["train", "--resume", "run"])
        #expect(
            again.output.contains("3 evaluations without a better mean return, and has reached that"), "\(again.output)"
        )
    }

    @Test("An evaluation's mean return that is enough ends a run, and is said")
    func enough() throws {
        let scratch = try Scratch()
        let outcome = try scratch.done(
            [
                "train", "--output", "run", "--evaluate-every", "3", "--stop-evaluation-return", "1", "--stop-steps",
                "9999",
            ]
                + Scratch.tiny)
        #expect(outcome.output.hasPrefix("Done: an evaluation's mean return of "), "\(outcome.output)")
        #expect(try results(scratch).count == 3)
        let stop = try document(scratch.text("run/params.json")).child("stop")
        #expect(try stop.double("evaluationReturn") == 1 && stop.optionalChild("patience") == nil)
        // Repeated from its parameters.
        try scratch.done(["train", "--config", "run/params.json", "--output", "again", "--quiet"])
        #expect(try evaluations(scratch, "again") == evaluations(scratch))
    }

    @Test(
        "What does not go together is an error, and nothing is written",
        arguments: [
            (["--evaluation-episodes", "5"], "--evaluation-episodes belongs to --evaluate-every"),
            (["--evaluate-every", "never", "--evaluation-episodes", "5"], "belongs to --evaluate-every"),
            (["--patience", "3"], "--patience needs evaluations"),
            (["--stop-evaluation-return", "3", "--evaluate-every", "never"], "--stop-evaluation-return needs"),
            (["--evaluate-every", "0"], "--evaluate-every"),
            (["--evaluate-every", "1", "--patience", "0"], "--patience"),
            (["--evaluate-every", "1", "--stop-evaluation-return", "nan"], "--stop-evaluation-return"),
        ])
    func mistakes(_ options: [String], _ words: String) throws {
        let scratch = try Scratch()
        let outcome = try scratch.rein(["train", "--output", "run"] + options + Scratch.tiny)
        #expect(outcome.code == 2 && outcome.errors.contains(words), "\(outcome.errors)")
        #expect(!scratch.exists("run"))
    }

    @Test(
        "In a file of parameters, too",
        arguments: [
            (#"{"evaluation": {"every": 0, "episodes": 1}}"#, "evaluation/every"),
            (#"{"evaluation": {"every": 1}}"#, "evaluation"), (#"{"evaluation": 3}"#, "evaluation"),
            (#"{"stop": {"patience": 0}}"#, "stop/patience"),
            (#"{"stop": {"patience": 1}}"#, "--patience needs evaluations"),
        ])
    func mistakesInFiles(_ text: String, _ words: String) throws {
        let scratch = try Scratch()
        try scratch.write(text, to: "settings.json")
        let outcome = try scratch.rein(["train", "--output", "run", "--config", "settings.json"])
        #expect(outcome.code == 2 && outcome.errors.contains(words), "\(outcome.errors)")
        #expect(!scratch.exists("run"))
    }

    @Test("A process that is told to leave leaves an evaluation to the next one")
    func madeUpFor() throws {
        let scratch = try Scratch()
        let options = ["--evaluate-every", "2", "--evaluation-episodes", "2"]
        try scratch.train("run", steps: 64, options)
        let expected = try evaluations(scratch)
        // What is left of a run that was told to leave during its first evaluation, its settings just changed.
        try scratch.train("plain", steps: 32)
        try scratch.done(
            ["train", "--resume", "plain", "--stop-steps", "64", "--quiet", "--set", "learningRate=0.0003"])
        for name in ["progress.csv", "result.json"] {
            try scratch.write(scratch.text("plain/\(name)"), to: "run/\(name)")
        }
        try scratch.done(["train", "--resume", "run", "--stop-steps", "96", "--quiet"])
        #expect(try evaluations(scratch) == expected)
        #expect(try results(scratch).map { try $0.int("iteration") } == [1, 2, 3])
        let rows = try scratch.text("run/progress.csv").split(separator: "\n")
        #expect(try results(scratch).map { $0.optionalChild("changes") != nil } == [false, true, false])
        #expect(!rows[0].contains("changes") && !rows[0].contains("configuration"))
        #expect(rows.map { $0.prefix { $0 != "," } } == ["iteration", "1", "2", "3"])
    }

    @Test("Told to leave in the middle of an evaluation, a process saves and leaves; the next one makes up for it")
    func interrupted() async throws {
        let scratch = try Scratch()
        let process = try CommandProcess(
            [
                "train", "--output", "run", "--stop-steps", "64", "--evaluate-every", "1", "--evaluation-episodes",
                "1000000000",
            ] + Scratch.tiny, in: scratch.directory)
        try wait { process.errorsSoFar.contains("Run directory") }
        usleep(1_000_000)
        process.send(SIGTERM)
        let outcome = try process.wait()
        #expect(outcome.code == 130, "\(outcome.errors)")
        #expect(try evaluations(scratch) == [:])
        let options = ["--evaluate-every", "1", "--evaluation-episodes", "2"]
        try scratch.done(["train", "--resume", "run", "--quiet"] + options)
        try scratch.train("whole", steps: 64, options)
        #expect(try evaluations(scratch).keys.sorted() == [1, 2])
        #expect(try evaluations(scratch) == evaluations(scratch, "whole"))
        #expect(try scratch.files("run/checkpoint_000001") == scratch.files("whole/checkpoint_000000"))
    }

    @Test("An evaluation that fails ends the run, with what was trained saved")
    func failing() throws {
        let scratch = try Scratch()
        let faulty = try FaultyAlgorithm()
        faulty.evaluationError = StateError(.outOfRange, "the reward is nan", path: "evaluation")
        let algorithm = AnyAlgorithm(erasing: faulty)
        var parameters = RunParameters(of: algorithm)
        parameters.stop.steps = 320
        parameters.evaluation = EvaluationSchedule(every: 2)
        let claim = try ClaimedRun.make(at: scratch.path("run"))
        let session = try TrainingSession(
            PlannedRun(algorithm: algorithm, parameters: parameters, claim: claim), sharesFiles: true, quiet: true)
        let error = try #require(throws: (any Error).self) { _ = try session.train() }
        claim.release()
        #expect("\(error)" == "evaluation: the reward is nan")
        #expect(try results(scratch).map { try $0.int("iteration") } == [1, 2])
        #expect(faulty.tries == [2])
        try scratch.done(["verify", "run"])
        #expect(try RunStatus(of: claim.directory).state == .failed)
    }
}
