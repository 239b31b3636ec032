import Foundation
import Rein
import Testing

@testable import ReinCommand

@Suite("rein runs", .timeLimit(.minutes(30)))
struct RunsTests {
    private func states(_ scratch: Scratch, _ directory: [String] = []) throws -> [String: String] {
        let runs = try document(scratch.done(["runs", "--json"] + directory).output).list()
        return Dictionary(
            uniqueKeysWithValues: try runs.map { (try $0.string("runDirectory"), try $0.string("state")) })
    }

    @Test("A table has a line for each run, the link to the last one aside")
    func table() throws {
        let scratch = try Scratch()
        try scratch.done(["train", "--stop-steps", "64", "--quiet"] + Scratch.tiny)
        try scratch.done(
            ["train", "--stop-steps", "1600", "--quiet", "--environment", "Pendulum-v1", "--seed", "4"] + Scratch.tiny)
        try FileManager.default.createDirectory(
            atPath: scratch.path("runs/no run"), withIntermediateDirectories: false)
        let lines = try scratch.done(["runs"]).output.split(separator: "\n").map { line in
            line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        }
        #expect(lines.count == 3)
        #expect(lines[0] == ["run", "algorithm", "environment", "steps", "return", "age", "state"])
        let row = try #require(lines.first { $0[0] == "runs/Pendulum-v1-ppo-seed4" })
        #expect(row[1...3] == ["PPO", "Pendulum-v1", "1,600"])
        #expect(Double(row[4]).map { $0 < 0 } == true)
        #expect(row.last == "finished")
        let cart = try #require(lines.first { $0[0] == "runs/CartPole-v1-ppo-seed0" })
        #expect(cart[1...3] == ["PPO", "CartPole-v1", "64"])
    }

    @Test("A run is running, interrupted, finished or killed; asking disturbs nobody")
    func everyState() async throws {
        let scratch = try Scratch()
        let process = try CommandProcess(
            ["train", "--stop-steps", "1000000000", "--quiet"] + Scratch.tiny, in: scratch.directory)
        let run = "runs/CartPole-v1-ppo-seed0"
        try wait { (try? scratch.text("\(run)/result.json"))?.isEmpty == false }
        #expect(try states(scratch) == [run: "running"])
        let report = try #require(try document(scratch.done(["runs", run, "--json"]).output).list().first)
        #expect(try report.int("process") == Int(process.processID))
        #expect(try report.int("environmentSteps") > 0)
        process.send(SIGTERM)
        #expect(try process.wait().code == 130)
        #expect(try states(scratch, ["runs/"]).values.elementsEqual(["interrupted"]))
        let second = try CommandProcess(
            ["train", "--resume", run, "--stop-steps", "1000000000", "--quiet"], in: scratch.directory)
        try wait { try RunStatus(of: RunDirectory(path: scratch.path(run))).state == .training }
        second.send(SIGKILL)
        _ = try second.wait()
        #expect(try states(scratch) == [run: "killed"])
        let steps = try document(scratch.done(["inspect", run, "--json"]).output).child("counters").int(
            "environmentSteps")
        try scratch.done(["train", "--resume", run, "--stop-steps", "\(steps + 32)", "--quiet"])
        #expect(try states(scratch) == [run: "finished"])
    }

    @Test("Damage, and runs of others, are no reason to say nothing of the rest")
    func damage() throws {
        let scratch = try Scratch()
        try scratch.train("a", steps: 64)
        try scratch.train("b", steps: 64)
        try scratch.write("\0\0\0", to: "a/params.json")
        try scratch.write("{}\nnonsense", to: "a/result.json")
        try scratch.write("[", to: "a/.run.json")
        #expect(try states(scratch, ["."]) == ["./a": "unknown", "./b": "finished"])
        let table = try scratch.done(["runs", "."]).output
        #expect(table.contains("./a  -"), "\(table)")
        let missing = try scratch.rein("runs", "nowhere")
        #expect(missing.code == 2 && missing.errors.contains("nowhere"), "\(missing.errors)")
    }

    @Test("The last line of a file is found at any length")
    func lastLine() throws {
        let scratch = try Scratch()
        let long = String(repeating: "x", count: 100_000)
        for (text, line) in [
            ("", nil), ("a", nil), ("a\n", "a"), ("a\nb", "a"), ("a\nb\n", "b"), ("\n", ""), ("a\n\(long)\n", long),
            ("a\n\(long)", "a"), ("\(long)\nb\n", "b"), (long, nil),
        ] as [(String, String?)] {
            try scratch.write(text, to: "lines")
            #expect(LineFile.lastLine(of: scratch.path("lines")).map { String(decoding: $0, as: UTF8.self) } == line)
        }
        #expect(LineFile.lastLine(of: scratch.path("nothing")) == nil)
    }

    @Test("runs/latest leads to the run that was begun or resumed last, and replaces nothing but itself")
    func latest() throws {
        let scratch = try Scratch()
        let tiny = ["--stop-steps", "32", "--quiet"] + Scratch.tiny
        func target() throws -> String {
            try FileManager.default.destinationOfSymbolicLink(atPath: scratch.path("runs/latest"))
        }
        try scratch.done(["train"] + tiny)
        #expect(try target() == "CartPole-v1-ppo-seed0")
        try scratch.done(["train", "--output", "runs/mine"] + tiny)
        #expect(try target() == "mine")
        try scratch.done(["train", "--output", "elsewhere"] + tiny)
        #expect(try target() == "mine")
        try scratch.done(["train", "--resume", "runs/CartPole-v1-ppo-seed0", "--stop-steps", "64", "--quiet"])
        #expect(try target() == "CartPole-v1-ppo-seed0")
        try scratch.done(["verify", "runs/latest"])
        try scratch.done(["train", "--resume", "runs/latest", "--stop-steps", "96", "--quiet"])
        #expect(scratch.exists("runs/CartPole-v1-ppo-seed0/checkpoint_000002"))
        #expect(try target() == "CartPole-v1-ppo-seed0")

        try FileManager.default.removeItem(atPath: scratch.path("runs/latest"))
        try FileManager.default.createDirectory(
            atPath: scratch.path("runs/latest"), withIntermediateDirectories: false)
        try scratch.write("mine", to: "runs/latest/notes")
        try scratch.done(["train", "--seed", "1"] + tiny)
        #expect(try scratch.text("runs/latest/notes") == "mine")
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path("runs/CartPole-v1-ppo-seed1"))
        #expect(!names.contains { $0.hasPrefix("latest") }, "\(names)")
    }
}
