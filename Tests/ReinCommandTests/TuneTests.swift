import Foundation
import Rein
import Testing

@Suite("rein tune", .timeLimit(.minutes(30)))
struct TuneTests {
    @Test("A search leaves a folder for each trial, and says which is the best", arguments: ["threads", "processes"])
    func searches(_ place: String) throws {
        let scratch = try Scratch()
        try Search().write("search.json", in: scratch)
        let outcome = try scratch.done(["tune", "search.json", "--trials-in", place])
        let trials = try scratch.trials("runs/search")
        #expect(trials.count == 2)
        for trial in trials {
            #expect(try scratch.iterations("runs/search/\(trial)") == [1, 2])
            try scratch.done(["verify", "runs/search/\(trial)/checkpoint_000000"])
        }
        #expect(outcome.output.hasPrefix("Done: 2 trials"))
        #expect(outcome.output.contains("Best: "))
        #expect(outcome.errors.contains("Experiment: runs/search\n"))
        #expect(outcome.errors.contains("begins: learningRate=0.01"))
        #expect(outcome.errors.contains("ends after 2 iterations, episodeReturnMean"))
        // The command that it names.
        let next = try #require(outcome.output.split(separator: "\n").last { $0.hasPrefix("Next: rein evaluate ") })
        let path = next.dropFirst("Next: rein evaluate ".count)
        #expect(path.contains("/checkpoint_000000"))
        try scratch.done(["evaluate", String(path), "--episodes", "1"])
        // It reads as the plan that it was made of, and says everything.
        let plan = try document(scratch.text("runs/search/tune.json"))
        #expect(try plan.string("trialsIn") == place)
        try scratch.done(["tune", "runs/search/tune.json", "--check"])
    }

    @Test("Settings of a trial are those that are fixed and those that are searched, one inside the other")
    func settings() throws {
        let scratch = try Scratch()
        var search = Search()
        search.space = #"{"network": {"activation": {"grid": ["relu"]}}}"#
        search.others = [#""seeds": 2"#]
        try search.write("search.json", in: scratch)
        try scratch.done(
            ["tune", "search.json", "--directory", "here", "--quiet", "--trials-in", "processes", "--log-to-file"])
        let trial = "here/" + (try #require(scratch.trials("here").first))
        let network = try document(scratch.text("\(trial)/params.json")).child("network")
        #expect(try network.string("activation") == "relu")
        #expect(try network.list("hidden").count == 1)
        #expect(scratch.exists("\(trial)/stdout"))
        #expect(scratch.exists("\(trial)/checkpoint_000000/seed_1"))
        #expect(try document(scratch.text("\(trial)/checkpoint_000000/.trainable.json")).tree != .null)
        #expect(!scratch.exists("runs"))
    }

    @Test("Everything that happens is a line of JSON, and so is the end")
    func json() throws {
        let scratch = try Scratch()
        try Search().write("search.json", in: scratch)
        let outcome = try scratch.done(["tune", "search.json", "--json"])
        #expect(outcome.errors.isEmpty)
        let events = try scratch.events(outcome.output)
        for number in 0..<2 {
            let own = events.filter { $0.optionalChild("number")?.tree == .int(Int64(number)) }
            #expect(try own.map { try $0.string("event") } == ["begin", "result", "result", "end"])
            #expect(try own[0].child("configuration").double("learningRate") == [1e-3, 1e-2][number])
            #expect(try own[1].child("metrics").int("training_iteration") == 1)
            #expect(try own[3].string("status") == "TERMINATED")
        }
        let last = try #require(events.last)
        #expect(try last.string("event") == "finished")
        #expect(try last.string("directory") == "runs/search")
        #expect(try last.child("statuses").int("TERMINATED") == 2)
        try scratch.done(["verify", try last.child("best").string("checkpoint")])
        #expect(try last.child("best").string("metric") == "episodeReturnMean")
    }

    @Test("Options take the place of what the plan says, and are written down")
    func options() throws {
        let scratch = try Scratch()
        try Search().write("search.json", in: scratch)
        let outcome = try scratch.done([
            "tune", "search.json", "--samples", "2", "--seed", "7", "--max-concurrent", "1", "--deterministic",
            "--step-time-limit", "100", "--stop", "training_iteration=1", "--no-sync", "--json",
        ])
        let events = try scratch.events(outcome.output)
        // One after the other.
        #expect(try events.dropLast().map { try $0.int("number") } == (0..<4).flatMap { [$0, $0, $0] })
        let plan = try document(scratch.text("runs/search/tune.json"))
        #expect(try plan.int("samples") == 2)
        #expect(try plan.int("seed") == 7)
        #expect(try plan.int("maxConcurrent") == 1)
        #expect(try plan.bool("deterministic"))
        #expect(try plan.double("stepTimeLimit") == 100)
        #expect(try plan.list("stop").map { try $0.double("value") } == [1])
    }

    @Test("A folder that is taken is left alone")
    func taken() throws {
        let scratch = try Scratch()
        try Search().write("search.json", in: scratch)
        try scratch.done(["tune", "search.json", "--quiet"])
        let before = try scratch.files("runs/search")
        let again = try scratch.rein("tune", "search.json")
        #expect(again.code == 2)
        #expect(again.errors.contains("--resume runs/search"))
        #expect(try scratch.files("runs/search") == before)
        let folder = try scratch.rein("tune", "runs/search")
        #expect(folder.code == 2)
        #expect(folder.errors.contains("--resume runs/search"))

        try scratch.train("other")
        let run = try scratch.rein("tune", "search.json", "--directory", "other")
        #expect(run.code == 2)
        #expect(run.errors.contains("something else"))
        #expect(!scratch.exists("other/tune.json"))
    }

    @Test("When all trials have failed, so has the search; when some have, it says so")
    func failures() throws {
        let scratch = try Scratch()
        var search = Search()
        // Weights that are no numbers any more after the first step.
        search.space = #"{"learningRate": {"grid": [1e-3, 1e30]}}"#
        search.iterations = 3
        try search.write("some.json", in: scratch)
        let some = try scratch.done(["tune", "some.json"])
        #expect(some.output.hasPrefix("Done: 2 trials, 1 of them failed"))
        #expect(some.output.contains("/error.txt)"))
        search.space = #"{"learningRate": {"grid": [1e30]}}"#
        try search.write("all.json", in: scratch)
        let all = try scratch.rein("tune", "all.json")
        #expect(all.code == 1)
        #expect(all.errors.contains("has failed"))
        search.space = #"{"learningRate": {"grid": [1e30, 1e-3]}}"#
        search.others = [#""failures": {"failFast": true}, "maxConcurrent": 1"#]
        try search.write("first.json", in: scratch)
        let first = try scratch.rein("tune", "first.json", "--json")
        #expect(first.code == 1)
        #expect(try scratch.events(first.output).last?.string("event") == "failed")
    }
}
