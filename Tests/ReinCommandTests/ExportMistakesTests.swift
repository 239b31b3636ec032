import Foundation
import Rein
import Testing

@Suite("rein export, wrongly used")
struct ExportMistakesTests {
    /// Runs a command that is to fail, and looks at what it leaves.
    private func fails(
        _ scratch: Scratch, _ arguments: [String], code: Int32, _ words: [String],
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        func snapshot() throws -> [String] {
            try FileManager.default.subpathsOfDirectory(atPath: scratch.directory.path).sorted()
        }
        let before = try snapshot()
        let outcome = try scratch.rein(["export"] + arguments)
        #expect(outcome.code == code, "\(arguments): \(outcome.errors)", sourceLocation: location)
        #expect(outcome.output.isEmpty, sourceLocation: location)
        for word in words {
            #expect(outcome.errors.contains(word), "\(arguments): \(outcome.errors)", sourceLocation: location)
        }
        #expect(try snapshot() == before, sourceLocation: location)
        if code == 1 { #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)") }
    }

    @Test("Policies that are not there, or are not named, are listed")
    func policies() throws {
        let scratch = try Scratch()
        try scratch.savePolicies(3, to: "c")
        try fails(scratch, ["c", "--to", "c", "out"], code: 2, ["c holds 3 policies", "\"pol0\", \"pol1\", \"pol2\""])
        try fails(
            scratch, ["c", "--policy", "pol", "--to", "c", "out"], code: 2, ["\"pol0\"", "\"pol1\"", "\"pol2\""])
        try fails(scratch, ["c", "--policy", "x*", "--to", "c", "out"], code: 2, ["\"x*\"", "\"pol1\""])
        try fails(scratch, ["c", "--policy", "a/b", "--to", "c", "out"], code: 2, ["a/b"])
        try fails(scratch, ["c", "--policy", "", "--to", "c", "out"], code: 2, ["--policy"])
        try fails(
            scratch, ["c/policies/pol0", "--policy", "pol0", "--to", "c", "out"], code: 2, ["leave --policy pol0 out"])
    }

    @Test(
        "Options that do not go with the form are named, before anything is opened",
        arguments: [
            (["--to", "safetensors", "--opset", "17"], "--opset"), (["--to", "c", "--raw"], "--raw"),
            (["--to", "c", "--mask"], "--mask"), (["--to", "onnx", "--names", "sb3"], "--names"),
            (["--to", "onnx", "--prefix", "p"], "--prefix"), (["--to", "onnx", "--raw", "--mask"], "--mask"),
            (["--to", "onnx", "--opset", "10"], "11 to 22"), (["--to", "onnx", "--opset", "23"], "11 to 22"),
            (["--to", "onnx", "--opset", "-1"], "11 to 22"), (["--to", "onnx", "--opset", "x"], "11 to 22"),
            (["--to", "safetensors", "--names", "keras"], "sequential"), (["--to", "onxx"], "onnx"), ([], "--to"),
        ])
    func options(_ options: [String], _ word: String) throws {
        try fails(Scratch(), ["nowhere", "out"] + options, code: 2, [word])
    }

    @Test("A prefix that is no name of C, and one for several policies", arguments: ["1st", "a b", "a-b", "é", ""])
    func prefix(_ prefix: String) throws {
        let scratch = try Scratch()
        try scratch.savePolicies(2, to: "c")
        try fails(scratch, ["c", "--policy", "*", "--to", "c", "--prefix", "p", "out"], code: 2, ["--prefix"])
        guard !prefix.isEmpty else { return }
        try fails(scratch, ["c", "--policy", "pol0", "--to", "c", "--prefix", prefix, "out"], code: 1, [prefix])
    }

    @Test("A mask asked for of continuous actions")
    func mask() throws {
        let scratch = try Scratch()
        try scratch.done(
            ["train", "--environment", "Pendulum-v1", "--output", "run", "--stop-steps", "32", "--quiet"] + Scratch.tiny
        )
        try fails(scratch, ["run", "--to", "onnx", "--mask", "out"], code: 1, ["mask", "run/checkpoint_000000"])
    }

    @Test("A place that is taken, is a directory, lies in a checkpoint or in a folder that is missing")
    func places() throws {
        let scratch = try Scratch()
        try scratch.savePolicies(2, to: "c")
        try scratch.write("mine", to: "file")
        try FileManager.default.createDirectory(atPath: scratch.path("folder"), withIntermediateDirectories: false)
        let one = ["c", "--policy", "pol0", "--to", "safetensors"]
        let many = ["c", "--policy", "*", "--to", "safetensors"]
        try fails(scratch, one + ["file"], code: 2, ["file: is there already", "--force"])
        for force in [[], ["--force"]] {
            try fails(scratch, one + ["folder"] + force, code: 2, ["folder: is a directory"])
            try fails(scratch, many + ["file"] + force, code: 2, ["file: is there already and is no directory"])
            try fails(scratch, many + ["c"] + force, code: 2, ["c: is a checkpoint"])
            for arguments in [one, many] {
                try fails(scratch, arguments + ["no/out"] + force, code: 2, ["there is no directory no to make it in"])
                try fails(scratch, arguments + ["c/out"] + force, code: 2, ["inside the checkpoint c"])
                try fails(scratch, arguments + ["c/policies/pol0/out"] + force, code: 2, ["inside the checkpoint c"])
            }
        }
        try fails(scratch, many + ["folder"], code: 2, ["folder: is there already", "--force"])
        #expect(try scratch.text("file") == "mine")
        try scratch.done(["export"] + one + ["file", "--force"])
        #expect(try scratch.text("file") != "mine")
        try scratch.done(["verify", "c"])
    }

    @Test("What is no file is not replaced, not even a link to it; a link to a file or nowhere is")
    func links() throws {
        let scratch = try Scratch()
        try scratch.savePolicies(1, to: "c")
        try scratch.write("mine", to: "file")
        let links = ["device": "/dev/null", "nowhere": "no", "one": "file"]
        for (name, target) in links {
            try FileManager.default.createSymbolicLink(atPath: scratch.path(name), withDestinationPath: target)
        }
        let arguments = ["c", "--to", "safetensors", "--force"]
        try fails(scratch, arguments + ["/dev/null"], code: 2, ["/dev/null: is no file"])
        try fails(scratch, arguments + ["device"], code: 2, ["device: is no file"])
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: scratch.path("device")) == "/dev/null")
        try fails(scratch, arguments + [""], code: 2, ["<out>"])
        for name in ["nowhere", "one"] { try scratch.done(["export"] + arguments + [name]) }
        #expect(try scratch.text("file") == "mine")
    }

    @Test("Of several policies none is written when the place of one is taken, or lies in a checkpoint")
    func placesOfMany() throws {
        let scratch = try Scratch()
        try scratch.savePolicies(2, to: "c")
        let manager = FileManager.default
        for folder in ["file", "folder/pol1/policy.h", "hall", "linked"] {
            try manager.createDirectory(atPath: scratch.path(folder), withIntermediateDirectories: true)
        }
        try scratch.write("mine", to: "file/pol1")
        try scratch.done(["extract", "c", "--policy", "pol1", "hall/pol1"])
        try manager.createSymbolicLink(
            atPath: scratch.path("linked/pol1"), withDestinationPath: scratch.path("c/policies/pol1"))
        let arguments = ["c", "--policy", "*", "--to", "c", "--force"]
        try fails(scratch, arguments + ["file"], code: 2, ["file/pol1: is there already and is no directory"])
        try fails(scratch, arguments + ["folder"], code: 2, ["folder/pol1/policy.h: is a directory"])
        for place in ["hall", "linked"] {
            try fails(scratch, arguments + [place], code: 2, ["\(place)/pol1/policy.h", "inside the checkpoint"])
        }
        try scratch.done(["verify", "c"])
        try scratch.done(["verify", "hall/pol1"])
    }

    @Test("What leads nowhere, and what is no checkpoint")
    func sources() throws {
        let scratch = try Scratch()
        try scratch.write("mine", to: "file.zip")
        try FileManager.default.createDirectory(atPath: scratch.path("folder"), withIntermediateDirectories: false)
        try fails(scratch, ["nowhere", "--to", "c", "out"], code: 2, ["nowhere: there is no such"])
        try fails(scratch, ["folder", "--to", "c", "out"], code: 2, ["folder", "rllib_checkpoint.json"])
        try fails(scratch, ["file.zip", "--to", "c", "out"], code: 1, ["file.zip"])
        try fails(scratch, ["file.zip", "--policy", "a", "--to", "c", "out"], code: 2, ["--policy"])
        try scratch.savePolicies(1, to: "c")
        try fails(scratch, ["c", "--normalization", "file.zip", "--to", "c", "out"], code: 2, ["--normalization"])
    }

    @Test("Damage of the policy's file or of a manifest is named, that of others does not matter")
    func damage() throws {
        let scratch = try Scratch()
        try scratch.savePolicies(2, to: "c")
        let files = ["policies/pol0/policy_state.safetensors", "policies/pol0/rllib_checkpoint.json"]
        for file in files {
            let before = try Data(contentsOf: URL(fileURLWithPath: scratch.path("c/\(file)")))
            try scratch.damage("c/\(file)")
            for policy in ["pol0", "*"] {
                try fails(scratch, ["c", "--policy", policy, "--to", "safetensors", "out"], code: 1, ["c/\(file)"])
            }
            try scratch.done(["export", "c", "--policy", "pol1", "--to", "safetensors", "pol1", "--force"])
            try before.write(to: URL(fileURLWithPath: scratch.path("c/\(file)")), options: .atomic)
        }
        try scratch.damage("c/rllib_checkpoint.json")
        try fails(
            scratch, ["c", "--policy", "pol0", "--to", "safetensors", "out"], code: 1, ["c/rllib_checkpoint.json"])
    }

    @Test("A weight that is no number is named with its place, and of several policies none is written")
    func notFinite() throws {
        let scratch = try Scratch()
        let algorithm = try scratch.savePolicies(2, to: "c")
        var policy = try #require(algorithm.policy("pol1"))
        policy.network.parameters[3] = -.infinity
        try algorithm.replacePolicy("pol1", with: policy)
        try algorithm.save(to: scratch.path("c"), replacingExisting: true)
        let place = "c/policies/pol1/network/"
        for form in ["onnx", "safetensors", "c"] {
            try fails(scratch, ["c", "--policy", "pol1", "--to", form, "out"], code: 1, [place, "element 3 is -inf"])
            try fails(scratch, ["c", "--policy", "*", "--to", form, "out"], code: 1, [place])
        }
    }
}
