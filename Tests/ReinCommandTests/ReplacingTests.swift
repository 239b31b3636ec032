import Foundation
import Rein
import Testing

@Suite("Replacing checkpoints")
struct ReplacingTests {
    /// The commands that make a checkpoint at `taken` of what is in `run`.
    private static let commands = [
        ["convert-checkpoint", "run", "taken", "--to", "msgpack"], ["extract", "run", "taken"],
        ["merge", "taken", "run"],
    ]

    @Test("A checkpoint that is there already is replaced with --force, and otherwise stays", arguments: commands)
    func force(_ command: [String]) throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 32)
        try scratch.savePolicies(2, to: "taken")
        let before = try scratch.files("taken")
        let refused = try CommandProcess(command, in: scratch.directory).wait()
        #expect(refused.code == 2)
        #expect(refused.errors.contains("taken: is there already"), "\(refused.errors)")
        #expect(refused.errors.contains("--force"), "\(refused.errors)")
        #expect(try scratch.files("taken") == before)
        try scratch.done(command + ["--force"])
        #expect(try scratch.files("taken") != before)
        try scratch.done(["verify", "taken"])
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.directory.path)
        #expect(Set(names) == ["run", "taken"])
    }

    @Test("Nothing but a checkpoint is ever replaced, nor a part of one", arguments: commands)
    func others(_ command: [String]) throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 32)
        let directory = scratch.directory.appendingPathComponent("taken")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
        try scratch.write("mine", to: "taken/notes.txt")
        let folder = try CommandProcess(command + ["--force"], in: scratch.directory).wait()
        #expect(folder.code == 2)
        #expect(folder.errors.contains("is no checkpoint"), "\(folder.errors)")
        #expect(try scratch.text("taken/notes.txt") == "mine")
        try FileManager.default.removeItem(at: directory)
        try scratch.write("mine", to: "taken")
        let file = try CommandProcess(command + ["--force"], in: scratch.directory).wait()
        #expect(file.code == 2)
        #expect(try scratch.text("taken") == "mine")
        let inside = "run/checkpoint_000000/policies/default_policy"
        let before = try scratch.files("run")
        let part = try CommandProcess(
            command.map { $0 == "taken" ? inside : $0 } + ["--force"], in: scratch.directory
        ).wait()
        #expect(part.code == 2)
        #expect(part.errors.contains("inside the checkpoint run/checkpoint_000000"), "\(part.errors)")
        #expect(try scratch.files("run") == before)
        let nowhere = try CommandProcess(
            command.map { $0 == "taken" ? "no/such/place" : $0 } + ["--force"], in: scratch.directory
        ).wait()
        #expect(nowhere.code == 2)
        #expect(nowhere.errors.contains("there is no directory no/such to make it in"), "\(nowhere.errors)")
    }

    @Test("A checkpoint may be replaced by what is made from it")
    func itself() throws {
        let scratch = try Scratch()
        try scratch.savePolicies(2, to: "both")
        let before = try scratch.files("both")
        try scratch.done(["convert-checkpoint", "both", "both", "--to", "msgpack", "--force"])
        #expect(scratch.exists("both/algorithm_state.msgpck"))
        try scratch.done(["convert-checkpoint", "both", "both", "--to", "native", "--force"])
        #expect(try scratch.files("both") == before)
        try scratch.done([
            "merge", "both", "both:pol0", "--mapping", "*=pol0", "--policies-to-train", "pol0", "--force",
        ])
        #expect(try CheckpointDirectory(opening: scratch.path("both")).policyIDs == ["pol0"])
    }
}
