import Foundation
import ReinCheckpoints
import Testing

@testable import ReinCommand

@Suite("rein train --resume with changed settings")
struct ChangedSettingsTests {
    private func settings(_ scratch: Scratch, _ run: String = "run") throws -> StateReader {
        try document(scratch.text("\(run)/params.json")).child("configuration")
    }

    private func changes(_ scratch: Scratch, _ run: String = "run") throws -> [String] {
        try document(scratch.text("\(run)/params.json")).optionalChild("changes")?.list().map { change in
            "\(try change.int("iteration")) \(try change.string("key")) \(JSON.text(try change.child("to").tree))"
        } ?? []
    }

    private func resume(_ scratch: Scratch, steps: Int, _ more: [String]) throws -> CommandProcess.Outcome {
        try scratch.rein(["train", "--resume", "run", "--stop-steps", "\(steps)"] + more)
    }

    @Test("A run goes on with them, says so, and both records tell of it")
    func records() throws {
        let scratch = try Scratch()
        try scratch.train("run")
        let before = try settings(scratch)
        let outcome = try resume(
            scratch, steps: 128, ["--set", "learningRate=1e-4", "--set", "adam.beta1=0.8", "--seed", "9"])
        try #require(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("learningRate is now 0.0001 instead of 0.001"), "\(outcome.errors)")
        #expect(outcome.errors.contains("seed is now 9") && outcome.errors.contains("episodes begin anew"))
        let after = try settings(scratch)
        #expect(try after.double("learningRate") == 1e-4 && after.child("adam").double("beta1") == 0.8)
        #expect(try after.double("discount") == before.double("discount"))
        #expect(try changes(scratch).sorted() == ["2 adam.beta1 0.8", "2 learningRate 0.0001", "2 seed 9"])
        let lines = try scratch.text("run/result.json").split(separator: "\n").map { try document(String($0)) }
        #expect(lines.count == 4)
        #expect(lines.map { $0.optionalChild("changes") != nil } == [false, false, true, false])
        #expect(try lines[2].child("configuration").double("learningRate") == 1e-4)
        #expect(try scratch.text("run/progress.csv").split(separator: "\n").count == 5)
        // Later checkpoints have them, and what was changed before stays on record.
        try #require(resume(scratch, steps: 192, ["--set", "epochs=2", "--quiet"]).code == 0)
        #expect(try changes(scratch).count == 4 && settings(scratch).double("learningRate") == 1e-4)
        // A params.json begins a new run with what it says.
        try scratch.done(["train", "--config", "run/params.json", "--output", "other", "--stop-steps", "64", "--quiet"])
        #expect(try settings(scratch, "other").int("epochs") == 2)
        #expect(try document(scratch.text("other/params.json")).optionalChild("changes") == nil)
    }

    @Test("What no checkpoint has yet is done again by the next who resumes")
    func pending() throws {
        let scratch = try Scratch()
        try scratch.train("run")
        try FileManager.default.copyItem(atPath: scratch.path("run"), toPath: scratch.path("kept"))
        try #require(resume(scratch, steps: 128, ["--set", "learningRate=1e-4", "--quiet"]).code == 0)
        // As if the process had been killed before it saved.
        try FileManager.default.removeItem(atPath: scratch.path("run/checkpoint_000001"))
        try #require(scratch.exists("run/checkpoint_000000"))
        try #require(resume(scratch, steps: 128, ["--quiet"]).code == 0)
        #expect(try settings(scratch).double("learningRate") == 1e-4)
        #expect(try changes(scratch) == ["2 learningRate 0.0001"])
        let changed = try scratch.files("run/checkpoint_000001")
        try scratch.done([
            "train", "--resume", "kept", "--stop-steps", "128", "--set", "learningRate=1e-4", "--quiet",
        ])
        #expect(try scratch.files("kept/checkpoint_000001") == changed)
    }

    @Test("A file says what is to change, and nothing else that differs from the checkpoint")
    func file() throws {
        let scratch = try Scratch()
        try scratch.train("run")
        try scratch.write(#"{"configuration": {"discount": 0.5}, "stop": {"steps": 128}}"#, to: "change.json")
        try scratch.done(["train", "--resume", "run", "--config", "change.json", "--set", "gaeLambda=0.5", "--quiet"])
        #expect(try settings(scratch).double("discount") == 0.5 && settings(scratch).double("gaeLambda") == 0.5)
        #expect(try document(scratch.text("run/params.json")).child("stop").int("steps") == 128)
        // The run's own parameters change nothing.
        try scratch.done([
            "train", "--resume", "run", "--config", "run/params.json", "--stop-steps", "192", "--quiet",
        ])
        #expect(try changes(scratch).count == 2)
        for (text, words) in [
            (#"{"algorithm": "DQN"}"#, "is for DQN"), (#"{"environment": "Acrobot-v1"}"#, "--environment"),
            (#"{"policies": ["other"]}"#, "--policies"), (#"{"policiesToTrain": []}"#, "--policies-to-train"),
            (#"{"configuration": {"dicsount": 1}}"#, "discount"),
        ] {
            try scratch.write(text, to: "wrong.json")
            let outcome = try resume(scratch, steps: 256, ["--config", "wrong.json"])
            #expect(outcome.code == 2 && outcome.errors.contains(words), "\(text): \(outcome.errors)")
        }
    }

    @Test("What cannot change is refused with both values, and the run stays as it is")
    func refusals() throws {
        let scratch = try Scratch()
        try scratch.train("run")
        let before = try scratch.files("run")
        for (more, words) in [
            (["--set", "network.hidden=[5]"], ["network.hidden", "[5]", "[8]"]),
            (["--set", "dicsount=0.5"], ["discount"]), (["--set", "discount=2"], ["0 to 1"]),
            (["--set-policy", "other:discount=0.5"], ["other", "default_policy"]),
            (["--set-policy", "default_policy:seed=3"], ["seed"]), (["--algorithm", "dqn"], ["--algorithm"]),
            (["--preset", "zoo/CartPole-v1"], ["--preset", "--set"]),
        ] {
            let outcome = try resume(scratch, steps: 128, more)
            #expect(outcome.code == 2, "\(more): \(outcome.errors)")
            for word in words { #expect(outcome.errors.contains(word), "\(more): \(outcome.errors)") }
        }
        #expect(try scratch.files("run") == before)
    }

    @Test("A policy's own setting is changed alone")
    func ownSetting() throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 64, ["--policies", "a,b", "--mapping", "*=a"])
        try scratch.done([
            "train", "--resume", "run", "--stop-steps", "128", "--set-policy", "b:discount=0.5", "--quiet",
        ])
        let parameters = try document(scratch.text("run/params.json"))
        #expect(try parameters.child("policyConfigurations").child("b").double("discount") == 0.5)
        #expect(try parameters.child("configuration").double("discount") == 0.99)
        #expect(try parameters.child("changes").list().map { try $0.string("policy") } == ["b"])
    }
}
