import Foundation
import Rein
import Testing

@Suite("Interrupting rein train", .timeLimit(.minutes(5)))
struct InterruptionTests {
    private func wait(until condition: () -> Bool) async throws {
        while !condition() { try await Task.sleep(for: .milliseconds(20)) }
    }

    @Test("An end request finishes the iteration, saves, and exits with 130", arguments: [SIGINT, SIGTERM])
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
        // What was saved is the state at the end of an iteration: going on gives what never stopping gives.
        try scratch.done(["train", "--resume", "run", "--stop-steps", "\(steps + 32)", "--quiet"])
        try scratch.train("whole", steps: steps + 32)
        #expect(try scratch.files("run/checkpoint_000001") == scratch.files("whole/checkpoint_000000"))
    }

    @Test("A second one quits at once, without a checkpoint")
    func quitsAtOnce() async throws {
        let scratch = try Scratch()
        let process = try CommandProcess(
            ["train", "--output", "run", "--stop-steps", "1000000000"] + Scratch.tiny + [
                "--set", "epochs=10000",
                "--set", "rolloutLength=4096",
            ], in: scratch.directory)
        try await wait { scratch.exists("run/result.json") }
        process.send(SIGINT)
        try await wait { process.errorsSoFar.contains("once more to quit at once") }
        process.send(SIGINT)
        let outcome = try process.wait()
        #expect(outcome.code == 130)
        #expect(!scratch.exists("run/checkpoint_000000"))
    }
}
