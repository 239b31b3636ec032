import Foundation
import Rein
import Testing

@testable import ReinCheckpoints

@Suite("Checkpoints from before ids had to differ in more than upper and lower case")
struct OlderIDsTests {
    /// A checkpoint of a run with the policies `pola` and `POLA`, as it was once written.
    private static func make(in scratch: Scratch) throws -> String {
        try scratch.train(
            "run",
            [
                "--environment", "MultiAgentCartPole-v1", "--policies", "pola,polb", "--mapping", "agent_0=pola,*=polb",
            ])
        let checkpoint = "run/checkpoint_000000"
        try FileManager.default.moveItem(
            atPath: scratch.path("\(checkpoint)/policies/polb"), toPath: scratch.path("\(checkpoint)/policies/POLA"))
        var record: StateTree = .null
        for name in ["algorithm_state.safetensors", "rllib_checkpoint.json"] {
            let file = URL(fileURLWithPath: scratch.path("\(checkpoint)/\(name)"))
            var bytes = [UInt8](try Data(contentsOf: file))
            bytes.replace("polb".utf8, with: "POLA".utf8)
            if case .map(var manifest) = try? JSON.parse(bytes), case .map(var files)? = manifest["files"] {
                files["algorithm_state.safetensors"] = record
                manifest["files"] = .map(files)
                // Manifests had no checksum of their own.
                manifest["manifest_sha256"] = nil
                bytes = Array(JSON.text(.map(manifest), pretty: true).utf8)
            } else {
                record = ["size": .int(Int64(bytes.count)), "sha256": .string(Checksum.hexadecimal(bytes))]
            }
            // What is there is read-only.
            try FileManager.default.removeItem(at: file)
            try Data(bytes).write(to: file)
        }
        return checkpoint
    }

    @Test("They open, each policy can be read alone, and a merge under other names trains on")
    func opens() throws {
        let scratch = try Scratch()
        let checkpoint = try Self.make(in: scratch)
        // Good, but for the checksum that manifests had not.
        #expect(try scratch.rein("verify", checkpoint).code == 3)
        let inspected = try scratch.done(["inspect", checkpoint]).output
        #expect(inspected.contains("pola") && inspected.contains("POLA"))
        let input = #"{"observation": [0, 0, 0, 0]}"# + "\n"
        var answers: [String] = []
        for id in ["pola", "POLA"] {
            answers.append(try scratch.done(["predict", checkpoint, "--policy", id], input: input).output)
            try scratch.done(["extract", checkpoint, "alone_\(id)", "--policy", id])
            #expect(try scratch.done(["predict", "alone_\(id)"], input: input).output == answers.last)
        }
        #expect(answers[0] != answers[1])
        let resume = ["train", "--output", "next", "--stop-steps", "256", "--quiet", "--resume"]
        let refused = try scratch.rein(resume + [checkpoint])
        let words = "\"pola\" and \"POLA\" differ in upper and lower case alone"
        #expect(refused.code != 0 && refused.errors.contains(words), "\(refused)")
        let both = try scratch.rein("merge", "both", checkpoint)
        #expect(both.code == 2 && both.errors.contains("Give one another name"), "\(both)")
        #expect(!scratch.exists("both") && !scratch.exists("next"))
        try scratch.done(["merge", "merged", "\(checkpoint):pola", "other=\(checkpoint):POLA"])
        #expect(try scratch.done(["predict", "merged", "--policy", "other"], input: input).output == answers[1])
        try scratch.done(resume + ["merged"])
        #expect(try scratch.done(["verify", "next"]).output.contains("good"))
    }
}
