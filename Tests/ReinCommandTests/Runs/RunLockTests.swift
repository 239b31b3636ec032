import Foundation
import Rein
import Testing

@Suite("Several processes in one run directory", .timeLimit(.minutes(30)))
struct RunLockTests {
    /// A process that trains in `run`, makes checkpoints, and has made one.
    private func training(_ scratch: Scratch, _ more: [String] = []) async throws -> CommandProcess {
        let process = try CommandProcess(
            ["train", "--output", "run", "--stop-steps", "1000000000", "--checkpoint-every", "20", "--quiet"]
                + Scratch.tiny + more, in: scratch.directory)
        try wait { scratch.exists("run/checkpoint_000000") }
        return process
    }

    @Test("The second to train there is told who does, those who read are served, and the first notices nothing")
    func refusal() async throws {
        let scratch = try Scratch()
        let process = try await training(scratch)
        for arguments in [
            ["train", "--resume", "run"], ["train", "--resume", "run/checkpoint_000000"],
            ["train", "--resume", "run", "--output", "./run/"],
        ] {
            let outcome = try CommandProcess(arguments, in: scratch.directory).wait()
            #expect(outcome.code == 1)
            #expect(outcome.errors.contains("process \(process.processID) "), "\(outcome.errors)")
        }
        let taken = try scratch.rein("train", "--output", "run", "--stop-steps", "32")
        #expect(taken.code == 2)
        for command in ["inspect", "verify"] { try scratch.done([command, "run/checkpoint_000000"]) }
        try scratch.done([
            "train", "--resume", "run/checkpoint_000000", "--output", "other", "--stop-steps", "1", "--quiet",
        ])
        process.send(SIGTERM)
        #expect(try process.wait().code == 130)
        let results = try scratch.text("run/result.json").split(separator: "\n")
        #expect(try results.map { try document(String($0)).int("iteration") } == Array(1...results.count))
        #expect(!scratch.exists("run/.lock"))
    }

    @Test("A killed process holds nobody up, and what it left is gone; a directory that is moved stays its own")
    func killed() async throws {
        let scratch = try Scratch()
        let process = try await training(scratch)
        try FileManager.default.moveItem(atPath: scratch.path("run"), toPath: scratch.path("moved"))
        let refused = try scratch.rein("train", "--resume", "moved")
        #expect(refused.code == 1 && refused.errors.contains("process \(process.processID) "), "\(refused.errors)")
        process.send(SIGKILL)
        #expect(try process.wait().code == -SIGKILL)
        #expect(scratch.exists("moved/.lock"))
        let hidden = "moved/.checkpoint_000007.partial-\(process.processID)-3"
        try FileManager.default.createDirectory(atPath: scratch.path(hidden), withIntermediateDirectories: false)
        try scratch.write("{", to: hidden + "/rllib_checkpoint.json")
        for name in ["params.json", "progress.csv", "result.json"] {
            try scratch.write("{", to: "moved/\(name).partial-\(process.processID)")
        }
        try scratch.done(["train", "--resume", "moved", "--stop-steps", "1", "--quiet"])
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path("moved"))
        #expect(!names.contains { $0.contains("partial") || $0 == ".lock" }, "\(names)")
    }

    @Test("Of two that begin in one new directory, one is refused")
    func twoBeginners() throws {
        let scratch = try Scratch()
        let arguments = ["train", "--output", "run", "--stop-steps", "640", "--quiet"] + Scratch.tiny
        let processes = try (0..<3).map { _ in try CommandProcess(arguments, in: scratch.directory) }
        let outcomes = try processes.map { try $0.wait() }
        #expect(outcomes.filter { $0.code == 0 }.count == 1, "\(outcomes)")
        #expect(outcomes.filter { $0.code == 1 || $0.code == 2 }.count == 2)
        #expect(try scratch.text("run/progress.csv").split(separator: "\n").count == 21)
        try scratch.done(["verify", "run"])
    }

    @Test("Runs that are begun at once without --output have directories of their own; an empty one is used again")
    func newDirectories() throws {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(
            atPath: scratch.path("runs/CartPole-v1-ppo-seed0"), withIntermediateDirectories: true)
        try scratch.write("4711\n", to: "runs/CartPole-v1-ppo-seed0/.lock")
        let arguments = ["train", "--stop-steps", "320", "--quiet"] + Scratch.tiny
        let processes = try (0..<3).map { _ in try CommandProcess(arguments, in: scratch.directory) }
        for process in processes { #expect(try process.wait().code == 0) }
        for name in ["", "-2", "-3"] {
            #expect(scratch.exists("runs/CartPole-v1-ppo-seed0\(name)/checkpoint_000000"))
        }
    }
}
