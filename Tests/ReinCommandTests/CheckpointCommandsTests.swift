import Foundation
import Rein
import Testing

@Suite("rein inspect, verify and convert-checkpoint")
struct CheckpointCommandsTests {
    @Test("inspect shows settings, counters and policies")
    func inspectText() throws {
        let scratch = try Scratch()
        try scratch.train("run")
        let output = try scratch.done(["inspect", "run"]).output
        for word in ["PPO", "CartPole-v1", "default_policy", "discrete, 2 actions", "network.hidden", "4-8-2 tanh"] {
            #expect(output.contains(word), "\(word) in \(output)")
        }
        #expect(!output.contains("tensor"))
        let policy = try scratch.done(["inspect", "run", "--policy", "default_policy"]).output
        #expect(policy.contains("tensor"))
        #expect(policy.contains("[4, 8]") || policy.contains("[8, 4]"))
    }

    @Test("inspect --json holds the same as data")
    func inspectJSON() throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 96)
        let report = try document(scratch.done(["inspect", "run", "--json"]).output)
        #expect(try report.string("type") == "algorithm")
        #expect(try report.string("format") == "native")
        #expect(try report.string("path") == "run/checkpoint_000000")
        #expect(try report.child("counters").int("iterations") == 3)
        #expect(try report.child("configuration").int("rolloutLength") == 16)
        let policy = try #require(try report.list("policies").first)
        #expect(try policy.string("id") == "default_policy")
        #expect(try policy.int("parameters") == 4 * 8 + 8 + 8 * 2 + 2 + 4 * 8 + 8 + 8 + 1)
        #expect(policy.optionalChild("tensors") == nil)

        let alone = try document(
            scratch.done(["inspect", "run/checkpoint_000000/policies/default_policy", "--json"]).output)
        #expect(try alone.string("type") == "policy")
        let tensors = try #require(try alone.list("policies").first).list("tensors")
        let names = try tensors.map { try $0.string("name") }
        #expect(names.contains { $0.hasPrefix("network/parameters/") })
    }

    @Test("verify accepts what train writes, in both formats and for a policy alone")
    func verifies() throws {
        let scratch = try Scratch()
        try scratch.train("native")
        try scratch.train("msgpack", ["--format", "msgpack"])
        for path in [
            "native", "native/checkpoint_000000", "native/checkpoint_000000/policies/default_policy", "msgpack",
        ] {
            #expect(try scratch.done(["verify", path]).output.contains("good"))
        }
    }

    @Test(
        "verify refuses a checkpoint with a changed, shortened or missing file",
        arguments: [
            "algorithm_state.safetensors", "policies/default_policy/policy_state.safetensors",
        ], ["change", "shorten", "remove"])
    func refuses(_ file: String, _ damage: String) throws {
        let scratch = try Scratch()
        try scratch.train("run")
        let url = scratch.directory.appendingPathComponent("run/checkpoint_000000/\(file)")
        var bytes = try Data(contentsOf: url)
        switch damage {
        case "change":
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: url, options: .atomic)
        case "shorten": try bytes.dropLast().write(to: url, options: .atomic)
        default: try FileManager.default.removeItem(at: url)
        }
        let outcome = try scratch.rein("verify", "run")
        #expect(outcome.code == 1)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("rein: "))
        let name = try #require(file.split(separator: "/").last)
        #expect(outcome.errors.contains(name), "\(outcome.errors)")
    }

    @Test(
        "Converting there and back gives the same bytes, for an algorithm and for a policy alone",
        arguments: [
            "run", "run/checkpoint_000000/policies/default_policy",
        ])
    func converts(_ source: String) throws {
        let scratch = try Scratch()
        try scratch.train("run")
        try scratch.done(["convert-checkpoint", source, "packed", "--to", "msgpack"])
        try scratch.done(["convert-checkpoint", "packed", "back", "--to", "native"])
        let original = source == "run" ? "run/checkpoint_000000" : source
        #expect(try scratch.files("back") == scratch.files(original))
        #expect(try scratch.files("packed").keys.contains { $0.hasSuffix(".msgpck") })
        try scratch.done(["verify", "packed"])
        let taken = try scratch.rein("convert-checkpoint", source, "packed", "--to", "msgpack")
        #expect(taken.code == 2)
        #expect(taken.errors.contains("packed"))
    }

    /// Trains DQN for a moment.
    private static func trainWithReplay(_ scratch: Scratch, _ run: String, _ more: [String] = []) throws {
        try scratch.done(
            [
                "train", "--algorithm", "dqn", "--environment", "CartPole-v1", "--stop-steps", "64", "--output", run,
                "--quiet", "--set", "stepsPerIteration=64", "--set", "network.hidden=[8]",
            ] + more)
    }

    @Test("Replay is shown, verified and converted, and a policy is used without it")
    func replay() throws {
        let scratch = try Scratch()
        try Self.trainWithReplay(scratch, "run")
        #expect(try scratch.done(["inspect", "run"]).output.contains("included, "))
        let report = try document(scratch.done(["inspect", "run", "--json"]).output)
        let policy = try #require(try report.list("policies").first)
        #expect(try policy.string("replay") == "included")
        let file = "run/checkpoint_000000/replay/default_policy.safetensors"
        let folder = try scratch.files("run/checkpoint_000000/replay")
        #expect(try policy.int("replayBytes") == folder["default_policy.safetensors"]?.count)
        try scratch.done(["convert-checkpoint", "run", "packed", "--to", "msgpack"])
        try scratch.done(["convert-checkpoint", "packed", "back", "--to", "native"])
        #expect(try scratch.files("back") == scratch.files("run/checkpoint_000000"))
        try FileManager.default.removeItem(at: scratch.directory.appendingPathComponent(file))
        try scratch.done(["inspect", "run", "--policy", "default_policy"])
        try scratch.done(["evaluate", "run", "--episodes", "1", "--json"])
        for arguments in [["verify", "run"], ["train", "--resume", "run", "--stop-steps", "128"]] {
            let outcome = try CommandProcess(arguments, in: scratch.directory).wait()
            #expect(outcome.code == 1 && outcome.errors.contains(file), "\(outcome.errors)")
        }
    }

    @Test("A checkpoint without replay says so, and so does resuming it")
    func omittedReplay() throws {
        let scratch = try Scratch()
        try Self.trainWithReplay(scratch, "run", ["--set", "savesReplay=false"])
        #expect(try scratch.done(["inspect", "run"]).output.contains("omitted"))
        let report = try document(scratch.done(["inspect", "run", "--json"]).output)
        let policy = try #require(try report.list("policies").first)
        #expect(try policy.string("replay") == "omitted")
        #expect(policy.optionalChild("replayBytes") == nil)
        let resumed = try scratch.done(["train", "--resume", "run", "--stop-steps", "128"])
        #expect(resumed.errors.contains("no replay of \"default_policy\""), "\(resumed.errors)")
    }

    @Test("The newest checkpoint of a run is the one of the highest number")
    func newest() throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 96, ["--checkpoint-every", "1"])
        let report = try document(scratch.done(["inspect", "run/", "--json"]).output)
        #expect(try report.string("path") == "run/checkpoint_000002")
        #expect(try report.child("counters").int("iterations") == 3)
    }
}
