import Foundation
import Rein
import Testing

@Suite("Commands and the files of other programs in checkpoints")
struct ModelFilesCommandTests {
    /// Saves policies with files of a form beside them.
    private func saved(_ count: Int, to name: String, in scratch: Scratch, seed: Int = 3) throws {
        try scratch.savePolicies(
            count, to: name,
            configuration: Scratch.configuration.with {
                $0.exportsNativeModelFiles = [.safetensors]
                $0.seed = seed
            })
    }

    @Test("verify finds one flipped byte in them, and names the file")
    func verify() throws {
        let scratch = try Scratch()
        try saved(2, to: "c", in: scratch)
        try scratch.done(["verify", "c"])
        try scratch.damage("c/policies/pol1/model/model.safetensors")
        for path in ["c", "c/policies/pol1"] {
            let outcome = try scratch.rein("verify", path)
            #expect(outcome.code == 1)
            #expect(outcome.errors.contains("policies/pol1/model/model.safetensors: "), "\(outcome.errors)")
        }
        try scratch.done(["verify", "c/policies/pol0"])
        try scratch.write("mine", to: "c/policies/pol0/model/notes.txt")
        let stranger = try scratch.rein("verify", "c/policies/pol0")
        #expect(stranger.errors == "rein: c/policies/pol0/model/notes.txt: is no file of the checkpoint\n")
        // What does not look at them works.
        try scratch.done(["inspect", "c"])
        try scratch.done(["train", "--resume", "c", "--stop-steps", "64", "--output", "run", "--quiet"])
    }

    @Test(
        "extract, merge and convert-checkpoint carry them byte for byte, and no damaged ones",
        arguments: ["native", "msgpack"])
    func carry(format: String) throws {
        let scratch = try Scratch()
        try saved(2, to: "a", in: scratch)
        try saved(2, to: "b", in: scratch, seed: 8)
        func model(_ path: String) throws -> Data {
            try Data(contentsOf: URL(fileURLWithPath: scratch.path("\(path)/model/model.safetensors")))
        }
        try scratch.done(["extract", "a", "--policy", "pol1", "alone", "--format", format])
        #expect(try model("alone") == model("a/policies/pol1"))
        try scratch.done(["merge", "league", "a", "rival=b:pol1", "champion=alone", "--format", format])
        #expect(try model("league/policies/pol0") == model("a/policies/pol0"))
        #expect(try model("league/policies/rival") == model("b/policies/pol1"))
        #expect(try model("league/policies/champion") == model("a/policies/pol1"))
        try scratch.done(["convert-checkpoint", "league", "other", "--to", format == "native" ? "msgpack" : "native"])
        try scratch.done(["convert-checkpoint", "other", "back", "--to", format])
        #expect(try scratch.files("back") == scratch.files("league"))
        for name in ["alone", "league", "other", "back"] { try scratch.done(["verify", name]) }
        try scratch.damage("a/policies/pol1/model/model.safetensors")
        for arguments in [
            ["extract", "a", "--policy", "pol1", "x"], ["merge", "x", "a"],
            ["convert-checkpoint", "a", "x", "--to", format],
        ] {
            let outcome = try scratch.rein(arguments)
            #expect(outcome.code == 1)
            #expect(outcome.errors.contains("a/policies/pol1/model/model.safetensors"), "\(outcome.errors)")
            #expect(!scratch.exists("x"))
        }
    }

    @Test("train saves them when it is told to, and shares those of policies that only act")
    func train() throws {
        let scratch = try Scratch()
        try scratch.train(
            "run", steps: 64,
            ["--set", #"exportsNativeModelFiles=["safetensors"]"#, "--checkpoint-every", "1"])
        try scratch.done(["verify", "run"])
        let policy = try Policy(restoring: scratch.path("run/checkpoint_000001"))
        #expect(
            try scratch.files("run/checkpoint_000001")["policies/default_policy/model/model.safetensors"]
                == Data(policy.exported(as: .safetensors, id: "default_policy")))
        let wrong = try scratch.rein(
            ["train", "--output", "other", "--set", #"exportsNativeModelFiles=["onxx"]"#])
        #expect(wrong.code == 2)
        #expect(wrong.errors.contains("\"onnx\""), "\(wrong.errors)")
    }
}
