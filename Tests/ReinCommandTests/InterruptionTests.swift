import Foundation
import Rein
import Testing

@Suite("Interrupting rein train", .timeLimit(.minutes(5)))
struct InterruptionTests {
    private func wait(until condition: () -> Bool) async throws {
        while !condition() { try await Task.sleep(for: .milliseconds(20)) }
    }

    @Test(
        "An end request saves, at once, and exits with 130", arguments: [SIGINT, SIGTERM, SIGHUP, SIGXCPU, SIGUSR1])
    func savesAndLeaves(_ signal: Int32) async throws {
        let scratch = try Scratch()
        let process = try CommandProcess(
            ["train", "--output", "run", "--stop-steps", "1000000000", "--json"] + Scratch.tiny, in: scratch.directory)
        try await wait { (try? scratch.text("run/progress.csv").split(separator: "\n").count) ?? 0 > 1 }
        process.send(signal)
        let outcome = try process.wait()
        #expect(outcome.code == 130)
        let report = try document(outcome.output)
        #expect(try report.string("stopped") == "interrupted")
        #expect(try report.string("checkpoint") == "run/checkpoint_000000")
        try scratch.done(["verify", "run"])

        let steps = try report.int("environmentSteps")
        let rows = try scratch.text("run/progress.csv").split(separator: "\n")
        #expect(rows.last?.hasPrefix("\(rows.count - 1),\(steps),") == true)
        // Wherever that was, going on gives what never stopping gives.
        try scratch.done(["train", "--resume", "run", "--stop-steps", "\(steps + 32)", "--quiet"])
        try scratch.train("whole", steps: steps + 32)
        #expect(try scratch.files("run/checkpoint_000001") == scratch.files("whole/checkpoint_000000"))
    }

    /// Sends signals that arrive one right after the other.
    private func send(_ signals: [Int32], to process: CommandProcess) {
        for signal in [SIGSTOP] + signals + [SIGCONT] { process.send(signal) }
    }

    @Test("In the middle of a long iteration it saves what there is, and the rest of the iteration follows")
    func insideIteration() async throws {
        let long = ["--set", "rolloutLength=4000", "--set", "epochs=3"]
        let scratch = try Scratch()
        let process = try CommandProcess(
            ["train", "--output", "run", "--stop-steps", "8000", "--json"] + Scratch.tiny + long,
            in: scratch.directory)
        try await wait { scratch.exists("run/result.json") }
        try await Task.sleep(for: .milliseconds(300))
        process.send(SIGHUP)
        let outcome = try process.wait()
        #expect(outcome.code == 130 && outcome.errors.contains("rein: saving; again to leave now"))
        #expect(try document(outcome.output).int("iterations") == 0)
        let words = try scratch.done(["inspect", "run"]).output
        #expect(words.contains("an iteration, with "))
        #expect(try document(scratch.done(["inspect", "run", "--json"]).output).bool("isInsideIteration"))
        try scratch.done(["verify", "run"])
        try scratch.done(["convert-checkpoint", "run", "converted", "--to", "msgpack"])

        // The row of the iteration appears once, when it is finished.
        #expect(try scratch.text("run/result.json").isEmpty)
        try scratch.done(["train", "--resume", "converted", "--output", "other", "--stop-steps", "8000", "--quiet"])
        try scratch.done(["train", "--resume", "run", "--quiet"])
        try scratch.done(
            ["train", "--output", "whole", "--stop-steps", "8000", "--quiet"] + Scratch.tiny + long)
        let rows = try scratch.text("run/progress.csv").split(separator: "\n")
        #expect(rows.count == 2 && rows[1].hasPrefix("1,8000,"))
        let whole = try scratch.files("whole/checkpoint_000000")
        #expect(try scratch.files("run/checkpoint_000001") == whole)
        try scratch.done(["convert-checkpoint", "other", "back", "--to", "native"])
        #expect(try scratch.files("back") == whole)
    }

    @Test("Merged or resumed with another line-up, the rest of the iteration is left out with a note")
    func leftOut() async throws {
        let scratch = try Scratch()
        let process = try CommandProcess(
            ["train", "--output", "run", "--stop-steps", "100000", "--policies", "a,b"] + Scratch.tiny
                + ["--set", "rolloutLength=40000"], in: scratch.directory)
        try await wait { scratch.exists("run/result.json") }
        process.send(SIGUSR1)
        #expect(try process.wait().code == 130)
        try #require(try document(scratch.done(["inspect", "run", "--json"]).output).bool("isInsideIteration"))
        let merged = try scratch.done(["merge", "merged", "run", "c=run:a"])
        #expect(merged.errors.contains("is left out"))
        #expect(try !document(scratch.done(["inspect", "merged", "--json"]).output).bool("isInsideIteration"))
        for (name, options) in [("merged", []), ("run", ["--policies", "a"])] {
            let process = try CommandProcess(
                ["train", "--resume", name, "--output", "from-\(name)", "--stop-steps", "80000"] + options,
                in: scratch.directory)
            try await wait { scratch.exists("from-\(name)/result.json") }
            process.send(SIGTERM)
            let outcome = try process.wait()
            #expect(outcome.code == 130)
            #expect(outcome.errors.contains("the rest of it is left out") == (name == "run"))
        }
        try scratch.done(["extract", "run", "alone", "--policy", "a"])
        try scratch.done(["predict", "alone"], input: "[0, 0, 0, 0]\n")
    }

    @Test("A second one leaves at once, without a checkpoint")
    func leavesAtOnce() async throws {
        let scratch = try Scratch()
        let process = try CommandProcess(
            ["train", "--output", "run", "--stop-steps", "1000000000"] + Scratch.tiny, in: scratch.directory)
        try await wait { scratch.exists("run/result.json") }
        send([SIGINT, SIGTERM], to: process)
        let outcome = try process.wait()
        #expect(outcome.code == 130)
        #expect(!scratch.exists("run/checkpoint_000000"))
    }

    @Test("A terminal that closes and a limit that is passed may say so more than once")
    func repeated() async throws {
        let scratch = try Scratch()
        let process = try CommandProcess(
            ["train", "--output", "run", "--stop-steps", "1000000000"] + Scratch.tiny, in: scratch.directory)
        try await wait { scratch.exists("run/result.json") }
        send([SIGTERM, SIGHUP, SIGXCPU], to: process)
        #expect(try process.wait().code == 130)
        try scratch.done(["verify", "run"])
    }

    @Test("Where SIGHUP is ignored, as under nohup, it stays ignored")
    func ignored() async throws {
        let scratch = try Scratch()
        let process = try CommandProcess(
            ["train", "--output", "run", "--stop-steps", "1000000000"] + Scratch.tiny, in: scratch.directory,
            ignoring: "HUP")
        try await wait { scratch.exists("run/result.json") }
        process.send(SIGHUP)
        let rows = try scratch.text("run/result.json").split(separator: "\n").count
        try await wait { (try? scratch.text("run/result.json").split(separator: "\n").count) ?? 0 > rows + 2 }
        process.send(SIGTERM)
        #expect(try process.wait().code == 130)
    }
}
