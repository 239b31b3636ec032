import Foundation
import Rein
import Testing

@Suite("rein train --resume")
struct ResumeTests {
    @Test("Stopping and resuming gives the bytes of a run without a stop")
    func sameBytes() throws {
        let scratch = try Scratch()
        try scratch.train("whole", steps: 128)
        try scratch.train("parts", steps: 64)
        try scratch.done(["train", "--resume", "parts", "--stop-steps", "128", "--quiet"])
        let whole = try scratch.files("whole/checkpoint_000000")
        #expect(whole.count > 3)
        #expect(try scratch.files("parts/checkpoint_000001") == whole)
    }

    @Test("Resuming from a conversion to msgpack and back gives the same bytes, too")
    func throughConversion() throws {
        let scratch = try Scratch()
        try scratch.train("whole", steps: 128, ["--environment", "Pendulum-v1"])
        try scratch.train("parts", steps: 64, ["--environment", "Pendulum-v1"])
        try scratch.done(["convert-checkpoint", "parts", "packed", "--to", "msgpack"])
        try scratch.done(["convert-checkpoint", "packed", "back", "--to", "native"])
        #expect(try scratch.files("back") == scratch.files("parts/checkpoint_000000"))
        try scratch.done(["train", "--resume", "back", "--stop-steps", "128", "--output", "rest", "--quiet"])
        #expect(try scratch.files("rest/checkpoint_000000") == scratch.files("whole/checkpoint_000000"))
        try scratch.done(["train", "--resume", "packed", "--stop-steps", "128", "--output", "more", "--quiet"])
        #expect(scratch.exists("more/checkpoint_000000/algorithm_state.msgpck"))
        try scratch.done(["convert-checkpoint", "more", "unpacked", "--to", "native"])
        #expect(try scratch.files("unpacked") == scratch.files("whole/checkpoint_000000"))
    }

    @Test("Names with numbers that no run comes to are not those of its checkpoints")
    func strangeNumbers() throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 64)
        let names = ["9223372036854775807", "9223372036854775806", "18446744073709551615", "0000000000000000009"]
        for name in names {
            try FileManager.default.copyItem(
                atPath: scratch.path("run/checkpoint_000000"), toPath: scratch.path("run/checkpoint_\(name)"))
        }
        try scratch.done(["train", "--resume", "run", "--stop-steps", "96", "--quiet"])
        #expect(scratch.exists("run/checkpoint_000001"))
        // They are checkpoints all the same.
        try scratch.done(["verify", "run/checkpoint_\(names[0])"])
    }

    @Test("A resumed run goes on with its records, and says in params.json where it ended")
    func records() throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 64)
        try scratch.done(["train", "--resume", "run/checkpoint_000000", "--stop-steps", "128", "--quiet"])
        let rows = try scratch.text("run/progress.csv").split(separator: "\n")
        #expect(rows.map { $0.prefix { $0 != "," } } == ["iteration", "1", "2", "3", "4"])
        let results = try scratch.text("run/result.json").split(separator: "\n")
        #expect(try results.map { try document(String($0)).int("iteration") } == [1, 2, 3, 4])
        #expect(try document(scratch.text("run/params.json")).child("stop").int("steps") == 128)
    }

    @Test("Records of iterations after the checkpoint are done again, and half a line is dropped")
    func recordsAfterTheCheckpoint() throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 128, ["--checkpoint-every", "1"])
        let handle = try FileHandle(forWritingTo: scratch.directory.appendingPathComponent("run/result.json"))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(#"{"iteration": 5, "environm"#.utf8))
        try handle.close()
        try scratch.done(["train", "--resume", "run/checkpoint_000001", "--stop-steps", "96", "--quiet"])
        let rows = try scratch.text("run/progress.csv").split(separator: "\n")
        #expect(rows.map { $0.prefix { $0 != "," } } == ["iteration", "1", "2", "3"])
        let results = try scratch.text("run/result.json").split(separator: "\n")
        #expect(try results.map { try document(String($0)).int("iteration") } == [1, 2, 3])
        #expect(try scratch.files("run/checkpoint_000004") == scratch.files("run/checkpoint_000002"))
    }

    @Test("With nothing left to do there is still a checkpoint in a directory of its own")
    func nothingLeft() throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 64)
        let report = try document(
            scratch.done([
                "train", "--resume", "run", "--stop-steps", "10", "--output", "copy", "--json", "--quiet",
            ]).output)
        #expect(try report.string("checkpoint") == "copy/checkpoint_000000")
        #expect(try report.int("environmentSteps") == 64)
        #expect(try scratch.files("copy/checkpoint_000000") == scratch.files("run/checkpoint_000000"))
    }

    @Test("Without stop options a resumed run ends where params.json says")
    func earlierCriteria() throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 96, ["--checkpoint-every", "1"])
        try scratch.done(["train", "--resume", "run/checkpoint_000000", "--quiet"])
        let rows = try scratch.text("run/progress.csv").split(separator: "\n")
        #expect(rows.last?.hasPrefix("3,96,") == true)
    }

    @Test("Some of the policies can be resumed, in a run directory of their own")
    func subset() throws {
        let scratch = try Scratch()
        try scratch.train("run", ["--policies", "pol0,pol1,pol2", "--mapping", "*=pol0"])
        let before = try scratch.files("run")
        try scratch.done([
            "train", "--resume", "run", "--policies", "pol1,pol2", "--mapping", "*=pol1", "--policies-to-train", "pol1",
            "--stop-steps", "128", "--output", "subset", "--quiet",
        ])
        #expect(try scratch.files("run") == before)
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: scratch.path("subset/checkpoint_000000/policies")
        ).sorted()
        #expect(folders == ["pol1", "pol2"])
        let report = try document(scratch.done(["inspect", "subset", "--json"]).output)
        #expect(try report.list("policiesToTrain").map { try $0.string() } == ["pol1"])
        #expect(try report.child("counters").int("environmentSteps") == 128)
    }

    @Test(
        "Policies that are not there or not restored are errors that list the ids",
        arguments: [
            ["--policies", "pol7"],
            ["--policies", "pol1"],
            ["--policies", "pol1", "--mapping", "*=pol0"],
            ["--policies", "pol0", "--policies-to-train", "pol1"],
            ["--mapping", "nobody=pol0"],
        ])
    func wrongSubset(_ options: [String]) throws {
        let scratch = try Scratch()
        try scratch.train("run", ["--policies", "pol0,pol1", "--mapping", "*=pol0"])
        let outcome = try CommandProcess(
            ["train", "--resume", "run", "--stop-steps", "96", "--output", "subset"] + options, in: scratch.directory
        ).wait()
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("\"pol"), "\(outcome.errors)")
        #expect(!scratch.exists("subset"))
    }

    @Test("A policy alone cannot be resumed")
    func policyAlone() throws {
        let scratch = try Scratch()
        try scratch.train("run")
        let outcome = try scratch.rein("train", "--resume", "run/checkpoint_000000/policies/default_policy")
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("policy alone"))
    }
}
