import Foundation
import Rein
import ReinTestSupport
import Testing

@Suite("rein export")
struct ExportTests {
    /// The forms, and the names of their files in a folder.
    static let forms: [(form: ModelForm, file: String)] = [
        (.onnx, "model.onnx"), (.safetensors, "model.safetensors"), (.c, "policy.h"),
    ]

    /// What lies in a directory beside a checkpoint.
    private func others(_ scratch: Scratch, _ known: Set<String>) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: scratch.directory.path)).subtracting(known)
    }

    @Test("A policy becomes the file that the library makes of it", arguments: forms)
    func one(_ form: ModelForm, _ file: String) throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 32)
        let output = try scratch.done(["export", "run", "--to", form.name, file]).output
        let policy = try Policy(restoring: scratch.path("run/checkpoint_000000"))
        let bytes = try policy.exported(as: form, id: "default_policy")
        #expect(try scratch.files(".")[file] == Data(bytes))
        #expect(output.hasPrefix("\(file): policy \"default_policy\", "), "\(output)")
        #expect(output.hasSuffix(", from run/checkpoint_000000\n"), "\(output)")
        #expect(try others(scratch, ["run", file]).isEmpty)
    }

    @Test(
        "Options of a form arrive there",
        arguments: [
            (["onnx", "--opset", "11"], .onnx(opset: 11)), (["onnx", "--raw"], .onnx(ONNXOptions(isRaw: true))),
            (["onnx", "--opset", "22", "--mask"], .onnx(ONNXOptions(opset: 22, hasMask: true))),
            (["safetensors", "--names", "sb3"], .safetensors(.sb3)),
            (["c", "--prefix", "cart_pole"], .c(prefix: "cart_pole")),
        ] as [([String], ModelForm)])
    func options(_ arguments: [String], _ form: ModelForm) throws {
        let scratch = try Scratch()
        try scratch.savePolicies(1, to: "c")
        try scratch.done(["export", "c", "out", "--to"] + arguments)
        let expected = try Policy(restoring: scratch.path("c")).exported(as: form, id: "pol0")
        #expect(try scratch.files(".")["out"] == Data(expected))
    }

    @Test("A pattern makes a directory with a folder for each policy", arguments: forms)
    func many(_ form: ModelForm, _ file: String) throws {
        let scratch = try Scratch()
        try scratch.savePolicies(3, to: "c")
        try scratch.done(["export", "c", "--policy", "pol[01]", "--to", form.name, "out"])
        try scratch.done(["export", "c", "--policy", "*2", "--to", form.name, "out/"].dropLast() + ["two"])
        func expected(_ ids: [String]) throws -> [String: Data] {
            try Dictionary(
                uniqueKeysWithValues: ids.map { id in
                    let policy = try Policy(restoring: scratch.path("c"), id: PolicyID(id))
                    return ("\(id)/\(file)", Data(try policy.exported(as: form, id: id)))
                })
        }
        #expect(try scratch.files("out") == expected(["pol0", "pol1"]))
        #expect(try scratch.files("two") == expected(["pol2"]))
        // Into one that is there: only with --force, and what else is there stays.
        let refused = try scratch.rein("export", "c", "--policy", "*", "--to", form.name, "out")
        #expect(refused.code == 2)
        #expect(refused.errors.contains("out: is there already"), "\(refused.errors)")
        #expect(try scratch.files("out").count == 2)
        try scratch.write("mine", to: "out/notes.txt")
        try scratch.done(["export", "c", "--policy", "*", "--to", form.name, "out/", "--force"])
        var all = try expected(["pol0", "pol1", "pol2"])
        all["notes.txt"] = Data("mine".utf8)
        #expect(try scratch.files("out") == all)
    }

    @Test("--json says file, size, inputs and outputs")
    func json() throws {
        let scratch = try Scratch()
        try scratch.savePolicies(2, to: "c")
        let one = try document(
            scratch.done(["export", "c", "--policy", "pol1", "--to", "onnx", "a.onnx", "--json"]).output)
        #expect(try one.string("file") == "a.onnx")
        #expect(try one.string("policy") == "pol1")
        #expect(try one.string("form") == "onnx")
        #expect(try one.int("size") == scratch.files(".")["a.onnx"]?.count)
        #expect(
            try one.child("inputs").tree == [["name": "obs", "type": "FP32", "shape": ["batch", 4]]])
        #expect(
            try one.child("outputs").tree == [
                ["name": "action", "type": "INT64", "shape": ["batch"]],
                ["name": "output", "type": "FP32", "shape": ["batch", 2]],
            ])
        let many = try document(
            scratch.done(["export", "c", "--policy", "*", "--to", "safetensors", "all", "--json"]).output
        ).list()
        #expect(try many.map { try $0.string("file") } == ["pol0", "pol1"].map { "all/\($0)/model.safetensors" })
    }

    @Test("Ids with stars, spaces and letters of any language are exact, and names of folders")
    func ids() throws {
        let scratch = try Scratch()
        let ids: [PolicyID] = ["a*", "ab", "red team", "дом 家"]
        let algorithm = try PPO(
            environment: EnvironmentSpecification(CartPole.self), configuration: Scratch.configuration,
            lineup: Lineup(policies: ids, mapping: .all("ab")))
        try algorithm.save(to: scratch.path("c"))
        for (index, id) in ids.enumerated() {
            try scratch.done(["export", "c", "--policy", id.string, "--to", "safetensors", "\(index)"])
            let policy = try #require(algorithm.policy(id))
            #expect(
                try scratch.files(".")["\(index)"] == Data(policy.exported(as: .safetensors, id: id.string)), "\(id)")
        }
        try scratch.done(["export", "c", "--policy", "?*", "--to", "safetensors", "all"])
        #expect(try Set(scratch.files("all").keys) == Set(ids.map { "\($0)/model.safetensors" }))
    }

    @Test(
        "Checkpoints of RLlib and agents of Stable-Baselines3 are exported as what they are read as", arguments: forms)
    func foreign(_ form: ModelForm, _ file: String) throws {
        let scratch = try Scratch()
        try scratch.done([
            "export", OtherLibrariesTests.rllib("ppo_cartpole/checkpoint"), "--to", form.name, "rllib",
        ])
        let rllib = try Policy(restoring: OtherLibrariesTests.rllib("ppo_cartpole/checkpoint"))
        #expect(try scratch.files(".")["rllib"] == Data(rllib.exported(as: form, id: "default_policy")))
        let agent = OtherLibrariesTests.agent("ppo_largest_floats.zip")
        try scratch.done(["convert-checkpoint", agent, "agent", "--to", "native"])
        try scratch.done(["export", agent, "--to", form.name, "first"])
        try scratch.done(["export", "agent", "--to", form.name, "second"])
        #expect(try scratch.files(".")["first"] == scratch.files(".")["second"])
    }

    @Test("A full disk leaves the file that was there, and no other", arguments: forms)
    func fullDisk(_ form: ModelForm, _ file: String) throws {
        let scratch = try Scratch()
        try scratch.done(
            ["train", "--output", "run", "--stop-steps", "32", "--quiet"] + Scratch.tiny.dropLast(2)
                + ["--set", "network.hidden=[256,256]"])
        try scratch.write("old", to: "out")
        let outcome = try CommandProcess(
            ["export", "run", "--to", form.name, "out", "--force"], in: scratch.directory, ignoring: "XFSZ",
            fileSizeLimit: 16
        ).wait()
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("out: cannot write the file: File too large"), "\(outcome.errors)")
        #expect(try scratch.text("out") == "old")
        let many = try CommandProcess(
            ["export", "run", "--policy", "*", "--to", form.name, "all"], in: scratch.directory, ignoring: "XFSZ",
            fileSizeLimit: 16
        ).wait()
        #expect(many.code == 1)
        #expect(many.errors.contains("File too large"), "\(many.errors)")
        #expect(try others(scratch, ["run", "out"]).isEmpty)
    }
}
