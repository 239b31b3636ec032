import Foundation
import Rein
import Testing

@Suite("Checkpoints put together from two, and manifests that are not what was written")
struct MixedCheckpointTests {
    private static let manifest = "rllib_checkpoint.json"

    /// A run of two policies with two checkpoints, and a copy `mixed` of the first one.
    private func run() throws -> Scratch {
        let scratch = try Scratch()
        try scratch.train("run", ["--policies", "a,b", "--mapping", "*=a", "--checkpoint-every", "1"])
        try FileManager.default.copyItem(atPath: scratch.path("run/checkpoint_000000"), toPath: scratch.path("mixed"))
        return scratch
    }

    private static let whole = [
        ["verify", "mixed"], ["inspect", "mixed"],
        ["train", "--resume", "mixed", "--stop-steps", "96", "--output", "out"],
        ["convert-checkpoint", "mixed", "out", "--to", "msgpack"], ["merge", "out", "mixed"],
    ]
    private static let policy = [
        ["extract", "mixed", "--policy", "a", "out"], ["evaluate", "mixed", "--policy", "a", "--episodes", "1"],
        ["predict", "mixed", "--policy", "a"],
    ]

    /// Expects that each command refuses the checkpoint, names what is wrong and leaves nothing.
    private func refused(_ commands: [[String]], in scratch: Scratch, naming place: String) throws {
        for arguments in commands {
            let outcome = try CommandProcess(
                arguments, in: scratch.directory, input: "{\"observation\": [0, 0, 0, 0]}\n"
            ).wait()
            #expect(outcome.code == 1, "\(arguments)")
            #expect(outcome.output.isEmpty, "\(arguments)")
            #expect(outcome.errors.contains("mixed/\(place)"), "\(arguments): \(outcome.errors)")
            #expect(!scratch.exists("out"), "\(arguments)")
            try? FileManager.default.removeItem(atPath: scratch.path("out"))
        }
    }

    @Test("Policies of another step are refused by every command")
    func anotherStep() throws {
        let scratch = try run()
        try FileManager.default.removeItem(atPath: scratch.path("mixed/policies"))
        try FileManager.default.copyItem(
            atPath: scratch.path("run/checkpoint_000001/policies"), toPath: scratch.path("mixed/policies"))
        try refused(Self.whole + Self.policy, in: scratch, naming: "policies/a/\(Self.manifest)")
        // Alone it is what it is.
        try scratch.done(["verify", "mixed/policies/a"])
    }

    @Test("So are policies that changed places, and one that was added")
    func exchangedAndAdded() throws {
        let scratch = try run()
        for (from, to) in [("a", "c"), ("b", "a"), ("c", "b")] {
            try FileManager.default.moveItem(
                atPath: scratch.path("mixed/policies/\(from)"), toPath: scratch.path("mixed/policies/\(to)"))
        }
        try refused(Self.whole + Self.policy, in: scratch, naming: "policies/a/\(Self.manifest)")

        let other = try run()
        try FileManager.default.copyItem(
            atPath: other.path("mixed/policies/a"), toPath: other.path("mixed/policies/added"))
        try refused(Self.whole, in: other, naming: "policies/added")
        try refused(
            [["predict", "mixed", "--policy", "added"], ["extract", "mixed", "--policy", "added", "out"]], in: other,
            naming: "policies/added")
    }

    @Test("A manifest that is damaged is refused by every command, and is what they name")
    func damagedManifest() throws {
        let scratch = try run()
        let url = scratch.directory.appendingPathComponent("mixed/\(Self.manifest)")
        let text = try scratch.text("mixed/\(Self.manifest)")
        for (from, to) in [("\"files\"", "\"fires\""), ("\"sha256\": \"", "\"sha256\": \"0"), ("[\"a\", ", "[")] {
            try Data(text.replacing(from, with: to).utf8).write(to: url, options: .atomic)
            try refused(Self.whole + Self.policy, in: scratch, naming: Self.manifest)
        }
    }

    @Test("What has no checksum is used, and verify says so in words and by its exit code")
    func withoutChecksum() throws {
        let scratch = try run()
        let url = scratch.directory.appendingPathComponent("mixed/\(Self.manifest)")
        let text = try scratch.text("mixed/\(Self.manifest)")
        let mark = try #require(text.firstRange(of: ",\n  \"manifest_sha256\""))
        try Data((text[..<mark.lowerBound] + "\n}\n").utf8).write(to: url, options: .atomic)
        let earlier = try scratch.rein("verify", "mixed")
        #expect(earlier.code == 3)
        #expect(earlier.output.hasPrefix("mixed: good, but there is no checksum of the manifest"))
        #expect(earlier.errors.isEmpty)
        try scratch.done(["train", "--resume", "mixed", "--stop-steps", "64", "--quiet"])
        let other = try scratch.rein("verify", OtherLibrariesTests.rllib("ppo_cartpole/checkpoint"))
        #expect(other.code == 3)
        #expect(other.output.contains("good as far as can be told: there is no checksum"))
    }

    @Test("A file that does not belong to a checkpoint is named by verify")
    func strangers() throws {
        let scratch = try run()
        try scratch.write("text", to: "mixed/notes.txt")
        let outcome = try scratch.rein("verify", "mixed")
        #expect(outcome.code == 1)
        #expect(outcome.errors == "rein: mixed/notes.txt: is no file of the checkpoint\n")
    }
}
