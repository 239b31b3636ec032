import Foundation
import Rein
import Testing

@Suite("Interrupting rein train", .timeLimit(.minutes(30)))
struct InterruptionTests {
    @Test(
        "An end request saves, at once, and exits with 130", arguments: [SIGINT, SIGTERM, SIGHUP, SIGXCPU, SIGUSR1])
    func savesAndLeaves(_ signal: Int32) async throws {
        let scratch = try Scratch()
        let process = try CommandProcess(
            ["train", "--output", "run", "--stop-steps", "1000000000", "--json"] + Scratch.tiny, in: scratch.directory)
        try wait { (try? scratch.text("run/progress.csv").split(separator: "\n").count) ?? 0 > 1 }
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

    /// Options that make an iteration longer than any test.
    private static let endless =
        Scratch.tiny + ["--set", "epochs=10000", "--set", "minibatchSize=1", "--set", "rolloutLength=256"]

    /// Trains inside an endless iteration, and stops there.
    private func stop(
        _ arguments: [String], run: String, by signal: Int32, in scratch: Scratch
    ) async throws -> CommandProcess.Outcome {
        let process = try CommandProcess(arguments, in: scratch.directory)
        try wait {
            !process.isRunning || scratch.exists("\(run)/result.json") && process.errorsSoFar.contains("Run directory")
        }
        usleep(500_000)
        process.send(signal)
        let outcome = try process.wait()
        #expect(outcome.code == 130, "\(outcome.errors)")
        return outcome
    }

    @Test("In the middle of a long iteration it saves what there is, and goes on there")
    func insideIteration() async throws {
        let scratch = try Scratch()
        let outcome = try await stop(
            ["train", "--output", "run", "--stop-steps", "512"] + Self.endless, run: "run", by: SIGHUP, in: scratch)
        #expect(outcome.errors.contains("rein: saving; again to leave now"))
        #expect(outcome.output.contains("rein train --resume run"))
        func gradientSteps(_ checkpoint: String) throws -> Int {
            let directory = try CheckpointDirectory(opening: scratch.path(checkpoint))
            return try StateReader(directory.algorithmState()).child("iteration").child("policies")
                .child("default_policy").child("learner").child("metrics").int("gradientSteps")
        }
        #expect(try scratch.done(["inspect", "run"]).output.contains("an iteration, with "))
        #expect(try document(scratch.done(["inspect", "run", "--json"]).output).bool("isInsideIteration"))
        try scratch.done(["verify", "run"])
        // No row before the iteration is finished.
        #expect(try scratch.text("run/result.json").isEmpty)

        _ = try await stop(["train", "--resume", "run"], run: "run", by: SIGUSR1, in: scratch)
        #expect(try gradientSteps("run/checkpoint_000001") > gradientSteps("run/checkpoint_000000"))
        #expect(try scratch.text("run/result.json").isEmpty)
        try scratch.done(["convert-checkpoint", "run", "other", "--to", "msgpack"])
        #expect(try gradientSteps("other") == gradientSteps("run/checkpoint_000001"))
    }

    @Test("Merged or resumed with another line-up, the rest of the iteration is left out with a note")
    func leftOut() async throws {
        let scratch = try Scratch()
        _ = try await stop(
            ["train", "--output", "run", "--stop-steps", "100000", "--policies", "a,b"] + Self.endless, run: "run",
            by: SIGXCPU, in: scratch)
        let merged = try scratch.done(["merge", "merged", "run", "c=run:a"])
        #expect(merged.errors.contains("is left out"))
        #expect(try !document(scratch.done(["inspect", "merged", "--json"]).output).bool("isInsideIteration"))
        for (name, options) in [("merged", []), ("run", ["--policies", "a"])] {
            let run = "from-\(name)"
            let outcome = try await stop(
                ["train", "--resume", name, "--output", run, "--stop-steps", "80000"] + options, run: run,
                by: SIGTERM, in: scratch)
            #expect(outcome.errors.contains("the rest of it is left out") == (name == "run"))
        }
        try scratch.done(["extract", "run", "alone", "--policy", "a"])
        try scratch.done(["predict", "alone"], input: #"{"observation": [0, 0, 0, 0]}"#)
    }

    @Test("A second one leaves at once, without a checkpoint")
    func leavesAtOnce() async throws {
        let scratch = try Scratch()
        let process = try CommandProcess(
            ["train", "--output", "run", "--stop-steps", "1000000000"] + Scratch.tiny, in: scratch.directory)
        try wait { scratch.exists("run/result.json") }
        send([SIGINT, SIGTERM], to: process)
        let outcome = try process.wait()
        #expect(outcome.code == 130)
        #expect(!scratch.exists("run/checkpoint_000000"))
    }

    @Test("A terminal that closes, a limit that is passed and a scheduler may say so more than once")
    func repeated() async throws {
        let scratch = try Scratch()
        let process = try CommandProcess(
            ["train", "--output", "run", "--stop-steps", "1000000000"] + Scratch.tiny, in: scratch.directory)
        try wait { scratch.exists("run/result.json") }
        send([SIGTERM, SIGHUP, SIGXCPU, SIGUSR1], to: process)
        #expect(try process.wait().code == 130)
        try scratch.done(["verify", "run"])
    }

    @Test("Where SIGHUP is ignored, as under nohup, it stays ignored")
    func ignored() async throws {
        let scratch = try Scratch()
        let process = try CommandProcess(
            ["train", "--output", "run", "--stop-steps", "1000000000"] + Scratch.tiny, in: scratch.directory,
            ignoring: "HUP")
        try wait { scratch.exists("run/result.json") }
        process.send(SIGHUP)
        let rows = try scratch.text("run/result.json").split(separator: "\n").count
        try wait { (try? scratch.text("run/result.json").split(separator: "\n").count) ?? 0 > rows + 2 }
        process.send(SIGTERM)
        #expect(try process.wait().code == 130)
    }
}
