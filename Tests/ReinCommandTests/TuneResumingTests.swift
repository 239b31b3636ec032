import Foundation
import Rein
import Testing

@Suite("rein tune --resume", .timeLimit(.minutes(30)))
struct TuneResumingTests {
    /// A search that takes long enough to be interrupted, of one trial at a time.
    private static func long(_ iterations: Int) -> Search {
        var search = Search()
        search.iterations = iterations
        search.others = [
            #""checkpoints": {"frequency": 10, "numToKeep": 2}, "maxConcurrent": 1, "deterministic": true"#
        ]
        return search
    }

    /// The lines that say how trials went, without times and what else differs each time.
    private func course(_ folder: String, in scratch: Scratch) throws -> [[String]] {
        try scratch.trials(folder).map { trial in
            try scratch.text("\(folder)/\(trial)/result.json").split(separator: "\n").map { line in
                let result = try document(String(line))
                return "\(try result.int("training_iteration")) \(try result.child("policies").tree)"
            }
        }
    }

    /// Runs a search that never ends by itself until a trial has so many results, and ends it by a signal.
    private func stop(_ arguments: [String], by signal: Int32, in scratch: Scratch) throws -> CommandProcess.Outcome {
        let process = try CommandProcess(["tune"] + arguments, in: scratch.directory)
        try wait {
            guard process.isRunning else { return true }
            guard let trial = try? scratch.trials("runs/search").first else { return false }
            return ((try? scratch.text("runs/search/\(trial)/result.json").split(separator: "\n").count) ?? 0) > 20
        }
        process.send(signal)
        return try process.wait()
    }

    @Test("Ctrl-C and SIGTERM save; going on gives what never stopping gives", arguments: [SIGINT, SIGTERM])
    func interrupted(_ signal: Int32) throws {
        let scratch = try Scratch()
        try Self.long(1_000_000).write("search.json", in: scratch)
        let outcome = try stop(["search.json"], by: signal, in: scratch)
        #expect(outcome.code == 130)
        #expect(outcome.output.hasPrefix("Interrupted: "))
        #expect(outcome.output.hasSuffix("Go on with: rein tune --resume runs/search\n"))
        #expect(outcome.errors.contains("rein: saving; again to leave now"))
        let trial = try #require(scratch.trials("runs/search").first)
        try scratch.done(["verify", "runs/search/\(trial)"])

        let done = try scratch.iterations("runs/search/\(trial)").count
        let end = "training_iteration=\(done + 5)"
        try scratch.done(["tune", "--resume", "runs/search", "--stop", end, "--quiet"])
        #expect(try scratch.trials("runs/search").count == 2)
        let plan = try document(scratch.text("runs/search/tune.json"))
        #expect(try plan.list("stop").map { try $0.double("value") } == [Double(done + 5)])
        try scratch.done(["tune", "search.json", "--directory", "whole/search", "--stop", end, "--quiet"])
        #expect(try course("runs/search", in: scratch) == course("whole/search", in: scratch))
    }

    @Test(
        "After it was killed, in threads and in processes, it goes on the same way",
        arguments: ["threads", "processes"])
    func killed(_ place: String) throws {
        let scratch = try Scratch()
        try Self.long(60).write("search.json", in: scratch)
        let outcome = try stop(["search.json", "--trials-in", place], by: SIGKILL, in: scratch)
        #expect(outcome.code == -SIGKILL)
        let resumed = try scratch.done(["tune", "--resume", "runs/search", "--json"])
        #expect(try scratch.events(resumed.output).last?.string("event") == "finished")
        // What was before is no news.
        let results = try scratch.events(resumed.output).filter { try $0.string("event") == "result" }
        #expect(results.count < 120)
        try scratch.done(["tune", "search.json", "--directory", "whole/search", "--quiet"])
        #expect(try course("runs/search", in: scratch) == course("whole/search", in: scratch))
    }

    @Test("What was killed before it began begins")
    func killedAtOnce() throws {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(
            at: scratch.directory.appendingPathComponent("runs/search"), withIntermediateDirectories: true)
        try Search().write("runs/search/tune.json", in: scratch)
        try scratch.done(["tune", "--resume", "runs/search", "--quiet"])
        #expect(try scratch.trials("runs/search").count == 2)
    }

    @Test("More samples, later ends and failed trials")
    func revised() throws {
        let scratch = try Scratch()
        var search = Search()
        search.space = #"{"learningRate": {"grid": [1e-3, 1e30]}}"#
        search.iterations = 3
        try search.write("search.json", in: scratch)
        try scratch.done(["tune", "search.json", "--quiet"])
        func resume(_ options: String...) throws -> [StateReader] {
            try scratch.events(scratch.done(["tune", "--resume", "runs/search", "--json"] + options).output)
        }
        // Nothing is left to do.
        #expect(try resume().map { try $0.string("event") } == ["finished"])
        let more = try resume("--more-samples", "1")
        #expect(try more.last?.int("trials") == 4)
        #expect(try document(scratch.text("runs/search/tune.json")).int("samples") == 2)
        // Trials that the rule has ended go on, those that have failed do not.
        let later = try resume("--stop", "training_iteration=5")
        #expect(try later.filter { try $0.string("event") == "begin" }.map { try $0.int("number") } == [0, 2])
        let trial = try #require(scratch.trials("runs/search").first)
        #expect(try scratch.iterations("runs/search/\(trial)") == [1, 2, 3, 4, 5])
        let again = try resume("--resume-errored")
        #expect(try again.filter { try $0.string("event") == "begin" }.map { try $0.int("number") } == [1, 3])
        let anew = try resume("--restart-errored")
        #expect(try anew.filter { try $0.string("event") == "begin" }.map { try $0.int("number") } == [4, 5])
    }

    @Test("Trials that have not come to their end can be ended")
    func terminated() throws {
        let scratch = try Scratch()
        try Self.long(1_000_000).write("search.json", in: scratch)
        #expect(try stop(["search.json"], by: SIGTERM, in: scratch).code == 130)
        let outcome = try scratch.done(["tune", "--resume", "runs/search", "--terminate-unfinished", "--json"])
        let last = try #require(scratch.events(outcome.output).last)
        #expect(try last.string("event") == "finished")
        #expect(try last.child("statuses").int("TERMINATED") == 2)
    }

    @Test("What cannot be resumed changes nothing, and neither does what is wrong with it")
    func wrong() throws {
        let scratch = try Scratch()
        try Search().write("search.json", in: scratch)
        try scratch.done(["tune", "search.json", "--quiet"])
        let before = try scratch.files("runs/search")
        let mistakes: [(arguments: [String], word: String)] = [
            (["--resume", "nowhere"], "no such directory"), (["--resume", "runs"], "tune.json"),
            (["--resume", "runs/search", "--samples", "3"], "--more-samples"),
            (["--resume", "runs/search", "--seed", "3"], "--seed"),
            (["--resume", "runs/search", "--check"], "--check"),
            (["--resume", "runs/search", "search.json"], "tune.json"),
            (["--resume", "runs/search", "--stop", "training_iteration"], "metric=number"),
            (["--resume", "runs/search", "--stop", "trainin_iteration=9"], "\"training_iteration\""),
            (["--resume", "runs/search", "--stop", "a=1", "--stop", "a=2"], "twice"),
            (["--resume", "runs/search", "--resume-errored", "--restart-errored"], "together"),
            (["--resume", "runs/search", "--log-to-file"], "processes"),
            (["search.json", "--more-samples", "2"], "--resume"), ([], "plan"),
        ]
        for mistake in mistakes {
            let outcome = try scratch.rein(["tune"] + mistake.arguments)
            #expect(outcome.code == 2, "\(mistake)")
            #expect(outcome.errors.contains(mistake.word), "\(mistake): \(outcome.errors)")
        }
        #expect(try scratch.files("runs/search") == before)
    }
}
