import Foundation
import Rein
import Testing

@Suite("Going on after a mishap", .timeLimit(.minutes(30)))
struct ResumptionTests {
    /// The words of a run that says so although it is quiet.
    private func resume(
        _ scratch: Scratch, _ run: String = "run", steps: Int, _ more: [String] = []
    ) throws -> CommandProcess.Outcome {
        try CommandProcess(
            ["train", "--resume", run, "--stop-steps", "\(steps)", "--quiet"] + more, in: scratch.directory
        ).wait()
    }

    /// Makes `run` what it is when its process is killed before the first checkpoint.
    private func kill(_ scratch: Scratch, at records: Bool) throws {
        try scratch.train("run", steps: 96)
        try FileManager.default.removeItem(atPath: scratch.path("run/checkpoint_000000"))
        guard !records else { return }
        for name in ["progress.csv", "result.json"] {
            try FileManager.default.removeItem(atPath: scratch.path("run/\(name)"))
        }
    }

    @Test("A run that was killed before its first checkpoint starts from its beginning", arguments: [false, true])
    func withoutCheckpoint(_ records: Bool) throws {
        let scratch = try Scratch()
        try kill(scratch, at: records)
        let outcome = try resume(scratch, steps: 96)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("no checkpoint yet"), "\(outcome.errors)")
        try scratch.train("whole", steps: 96)
        #expect(try scratch.files("run/checkpoint_000000") == scratch.files("whole/checkpoint_000000"))
        let rows = try scratch.text("run/progress.csv").split(separator: "\n")
        #expect(rows.map { $0.prefix { $0 != "," } } == ["iteration", "1", "2", "3"])
    }

    @Test("It starts as it was begun: where it ends is in params.json, and other options are refused")
    func asItWasBegun() throws {
        let scratch = try Scratch()
        try kill(scratch, at: true)
        for options in [["--policies", "default_policy"], ["--environment", "Acrobot-v1"], ["--output", "other"]] {
            let outcome = try resume(scratch, steps: 96, options)
            #expect(outcome.code == 2)
            #expect(outcome.errors.contains("--config run/params.json"), "\(outcome.errors)")
            #expect(!scratch.exists("other"))
        }
        try scratch.done(["train", "--resume", "run", "--quiet"])
        #expect(try scratch.text("run/progress.csv").split(separator: "\n").last?.hasPrefix("3,96,") == true)
        try FileManager.default.removeItem(atPath: scratch.path("run/checkpoint_000000"))
        try scratch.write("{", to: "run/params.json")
        let outcome = try resume(scratch, steps: 96)
        #expect(outcome.code == 1 && outcome.errors.contains("run/params.json"), "\(outcome.errors)")
    }

    @Test("A damaged newest checkpoint is said, and the one before taken; --newest-only refuses", arguments: 0..<4)
    func damagedCheckpoint(_ damage: Int) throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 96, ["--checkpoint-every", "1"])
        let newest = "run/checkpoint_000002"
        switch damage {
        case 0: try scratch.damage("\(newest)/policies/default_policy/policy_state.safetensors")
        case 1: try FileManager.default.removeItem(atPath: scratch.path("\(newest)/algorithm_state.safetensors"))
        case 2: try scratch.write("", to: "\(newest)/rllib_checkpoint.json")
        default:
            try FileManager.default.removeItem(atPath: scratch.path(newest))
            try FileManager.default.createDirectory(
                atPath: scratch.path(newest), withIntermediateDirectories: false)
        }
        let before = try scratch.files("run")
        for refusal in [["--resume", "run", "--newest-only"], ["--resume", newest]] {
            let outcome = try scratch.rein(["train", "--stop-steps", "160"] + refusal)
            // An empty directory that is named is no checkpoint at all.
            let code: Int32 = damage == 3 && refusal.last == newest ? 2 : 1
            #expect(outcome.code == code && outcome.errors.contains("checkpoint_000002"), "\(outcome.errors)")
            #expect(try scratch.files("run") == before)
        }
        let outcome = try resume(scratch, steps: 160)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("\(newest) is damaged"), "\(outcome.errors)")
        try scratch.train("whole", steps: 160)
        let numbers = ["checkpoint_000003", "checkpoint_000004", "checkpoint_000005"]
        #expect(numbers.allSatisfy { scratch.exists("run/\($0)") })
        #expect(try scratch.files("run/checkpoint_000005") == scratch.files("whole/checkpoint_000000"))
        let results = try scratch.text("run/result.json").split(separator: "\n")
        #expect(try results.map { try document(String($0)).int("iteration") } == [1, 2, 3, 4, 5])
    }

    @Test("A whole checkpoint that does not fit what is asked for is not called damaged")
    func unfit() throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 96, ["--checkpoint-every", "1"])
        let outcome = try resume(scratch, steps: 160, ["--environment", "Pendulum-v1", "--output", "other"])
        #expect(outcome.code != 0)
        #expect(!outcome.errors.contains("damaged"), "\(outcome.errors)")
    }

    @Test("With nothing but damaged checkpoints the last one is named")
    func allDamaged() throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 64, ["--checkpoint-every", "1"])
        for number in 0...1 { try scratch.write("", to: "run/checkpoint_00000\(number)/rllib_checkpoint.json") }
        let before = try scratch.files("run")
        let outcome = try resume(scratch, steps: 96)
        #expect(outcome.code == 1 && outcome.errors.contains("checkpoint_000000"), "\(outcome.errors)")
        #expect(try scratch.files("run") == before)
    }

    @Test(
        "Damaged parameters are set aside and said, and the run goes on",
        arguments: ["", "\0\0\0\0\0\0", "{\"algor", #"{"algorithm": "PPO", "sxop": 3}"#, #"{"algorithm": 7}"#])
    func damagedParameters(_ text: String) throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 64)
        for number in ["", "-2"] {
            try scratch.write(text, to: "run/params.json")
            let outcome = try resume(scratch, steps: number.isEmpty ? 96 : 128)
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(outcome.errors.contains("run/params.json.damaged\(number)"), "\(outcome.errors)")
            #expect(try scratch.text("run/params.json.damaged\(number)") == text)
            let stop = try document(scratch.text("run/params.json")).child("stop")
            #expect(try stop.int("steps") == (number.isEmpty ? 96 : 128))
        }
        try scratch.train("whole", steps: 128)
        #expect(try scratch.files("run/checkpoint_000002") == scratch.files("whole/checkpoint_000000"))
    }

    @Test("Parameters of another program are left alone, and the run goes on in a directory of its own")
    func foreignParameters() throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 64)
        let text = #"{"env": "CartPole-v1", "num_workers": 2, "policies": {}}"#
        try scratch.write(text, to: "run/params.json")
        let before = try scratch.files("run")
        try scratch.done(["train", "--resume", "run", "--stop-steps", "96", "--quiet"])
        #expect(try scratch.files("run") == before)
        #expect(scratch.exists("runs/CartPole-v1-ppo-seed0/checkpoint_000000"))
    }

    @Test("A finished run is left as it is, and the command that trains on is said")
    func finished() throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 64)
        let before = try scratch.files("run")
        for arguments in [["--resume", "run"], ["--resume", "run", "--stop-steps", "10"]] {
            let outcome = try scratch.done(["train"] + arguments)
            #expect(outcome.output.contains("Nothing to do"), "\(outcome.output)")
            #expect(outcome.output.contains("rein train --resume run --stop-steps 128"), "\(outcome.output)")
            let report = try document(scratch.done(["train", "--json", "--quiet"] + arguments).output)
            #expect(try report.string("checkpoint") == "run/checkpoint_000000")
            #expect(try report.int("environmentSteps") == 64)
            #expect(try scratch.files("run") == before)
        }
    }

    @Test("The last line is the command that comes next")
    func nextCommand() throws {
        let scratch = try Scratch()
        let outcome = try scratch.done(["train", "--output", "a run", "--stop-steps", "64"] + Scratch.tiny)
        #expect(outcome.output.hasSuffix("\nNext: rein evaluate 'a run'\n"), "\(outcome.output)")
        try scratch.done(["evaluate", "a run", "--episodes", "1"])
    }
}
