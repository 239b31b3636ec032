import Foundation
import Rein
import Testing

@Suite("rein train")
struct TrainTests {
    @Test("A run leaves parameters, records and one checkpoint of the end")
    func runDirectory() throws {
        let scratch = try Scratch()
        let outcome = try scratch.train("run", steps: 96)
        #expect(outcome.output.isEmpty && outcome.errors.isEmpty)
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path("run")).sorted()
        #expect(names == [".run.json", "checkpoint_000000", "params.json", "progress.csv", "result.json"])
        let rows = try scratch.text("run/progress.csv").split(separator: "\n")
        #expect(rows.count == 4)
        #expect(rows[0].hasPrefix("iteration,environmentSteps,"))
        #expect(rows[0].contains(",policies/default_policy/policyLoss,"))
        #expect(rows[3].hasPrefix("3,96,"))
        #expect(Set(rows.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }).count == 1)
        let results = try scratch.text("run/result.json").split(separator: "\n")
        #expect(try results.map { try document(String($0)).int("iteration") } == [1, 2, 3])
    }

    @Test("With --json standard output is one document, and progress is on standard error")
    func json() throws {
        let scratch = try Scratch()
        let outcome = try scratch.done(
            ["train", "--json", "--output", "run", "--stop-steps", "64", "--seed", "3"] + Scratch.tiny)
        let report = try document(outcome.output)
        #expect(try report.string("algorithm") == "PPO")
        #expect(try report.string("environment") == "CartPole-v1")
        #expect(try report.string("stopped") == "steps")
        #expect(try report.int("environmentSteps") == 64)
        #expect(try report.int("seed") == 3)
        #expect(try report.string("checkpoint") == "run/checkpoint_000000")
        #expect(outcome.errors.contains("64 steps"))
        #expect(!outcome.errors.contains("\r"))
    }

    @Test("Without --output a run gets a directory of its own each time")
    func freshDirectories() throws {
        let scratch = try Scratch()
        for _ in 0..<2 { try scratch.done(["train", "--quiet", "--stop-steps", "32", "--seed", "5"] + Scratch.tiny) }
        #expect(scratch.exists("runs/CartPole-v1-ppo-seed5/checkpoint_000000"))
        #expect(scratch.exists("runs/CartPole-v1-ppo-seed5-2/checkpoint_000000"))
    }

    @Test("A directory that holds a run is not overwritten")
    func takenDirectory() throws {
        let scratch = try Scratch()
        try scratch.train("run")
        let before = try scratch.files("run")
        let outcome = try scratch.rein("train", "--output", "run", "--stop-steps", "32")
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("--resume"))
        #expect(try scratch.files("run") == before)
    }

    @Test("Checkpoints are made by frequency, and the one of the end not twice")
    func frequency() throws {
        let scratch = try Scratch()
        try scratch.train("run", steps: 128, ["--checkpoint-every", "2"])
        #expect(scratch.exists("run/checkpoint_000000"))
        #expect(scratch.exists("run/checkpoint_000001"))
        #expect(!scratch.exists("run/checkpoint_000002"))
        try scratch.train("odd", steps: 96, ["--checkpoint-every", "2", "--format", "msgpack"])
        #expect(scratch.exists("odd/checkpoint_000001/algorithm_state.msgpck"))
        #expect(!scratch.exists("odd/checkpoint_000002"))
    }

    @Test("A run ends at the return that is asked for, once 100 episodes are over")
    func stopsOnReturn() throws {
        let scratch = try Scratch()
        let outcome = try scratch.done(
            ["train", "--json", "--output", "run", "--stop-return", "1", "--stop-steps", "100000"]
                + Scratch.tiny + ["--set", "rolloutLength=256"])
        let report = try document(outcome.output)
        #expect(try report.string("stopped") == "return")
        #expect(try report.int("episodes") >= 100)
        let rows = try scratch.text("run/result.json").split(separator: "\n")
        let before = try document(String(rows[rows.count - 2]))
        #expect(try before.int("episodes") < 100)
    }

    @Test("A negative return can be asked for")
    func negativeReturn() throws {
        let scratch = try Scratch()
        try scratch.done(
            [
                "train", "--quiet", "--output", "run", "--environment", "Pendulum-v1", "--stop-return", "-1e9",
                "--stop-steps", "64",
            ] + Scratch.tiny)
        let stop = try document(scratch.text("run/params.json")).child("stop")
        #expect(try stop.double("return") == -1e9)
    }

    @Test("params.json repeats a run bit for bit, with another number of threads too")
    func repeats() throws {
        let scratch = try Scratch()
        try scratch.train("first", ["--seed", "11", "--set", "learningRate=[[0,1e-3],[64,0]]"])
        try scratch.done(
            ["train", "--config", "first/params.json", "--output", "second", "--quiet", "--threads", "2"])
        #expect(try scratch.text("first/params.json") == scratch.text("second/params.json"))
        let first = try scratch.files("first/checkpoint_000000")
        #expect(first.count > 3)
        #expect(try scratch.files("second/checkpoint_000000") == first)
    }

    @Test("Options go before the file of parameters")
    func optionsOverFile() throws {
        let scratch = try Scratch()
        try scratch.write(
            #"{"environment": "Acrobot-v1", "stop": {"steps": 64}, "configuration": {"discount": 0.5, "seed": 4}}"#,
            to: "some.json")
        try scratch.done(
            ["train", "--config", "some.json", "--output", "run", "--quiet", "--seed", "6"] + Scratch.tiny)
        let parameters = try document(scratch.text("run/params.json"))
        #expect(try parameters.string("environment") == "Acrobot-v1")
        #expect(try parameters.string("algorithm") == "PPO")
        #expect(try parameters.child("stop").int("steps") == 64)
        #expect(try parameters.child("configuration").double("discount") == 0.5)
        #expect(try parameters.child("configuration").int("seed") == 6)
        #expect(try parameters.child("configuration").int("rolloutLength") == 16)
    }

    @Test(
        "What is wrong with a file of parameters is said with its name and the nearest key",
        arguments: [
            (#"{"enviroment": "CartPole-v1"}"#, "\"environment\""),
            (#"{"discount": 0.9}"#, "\"configuration.discount\""),
            (#"{"stop": {"step": 3}}"#, "\"steps\""),
            (#"{"stop": {"steps": "many"}}"#, "stop/steps"),
            (#"{"configuration": {"discout": 0.9}}"#, "\"discount\""),
            (#"{"configuration": 3}"#, "configuration"),
            (#"{"format": "pickle"}"#, "format"),
            (#"{"policies": ["a/b"]}"#, "a/b"),
            (#"{"algorithm": "POP"}"#, "\"ppo\""),
            (#"{"seed": 1,}"#, "line 1"),
            ("[]", "map"),
        ])
    func wrongFile(_ text: String, _ word: String) throws {
        let scratch = try Scratch()
        try scratch.write(text, to: "wrong.json")
        let outcome = try scratch.rein("train", "--config", "wrong.json", "--stop-steps", "32")
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains(word), "\(outcome.errors)")
        #expect(!scratch.exists("runs"))
    }

    @Test("A preset gives environment, settings and steps; other options go before it")
    func preset() throws {
        let scratch = try Scratch()
        let outcome = try scratch.rein(
            "train", "--algorithm", "dqn", "--preset", "zoo/CartPole-v1", "--stop-steps", "64", "--seed", "3",
            "--set", "stepsPerIteration=64", "--set", "replayCapacity=1000", "--output", "run", "--quiet")
        #expect(outcome.code == 0, "\(outcome.errors)")
        let parameters = try document(scratch.text("run/params.json"))
        #expect(try parameters.string("algorithm") == "DQN")
        #expect(try parameters.child("stop").int("steps") == 64)
        #expect(try parameters.child("configuration").int("updatesPerInterval") == 128)
        #expect(try parameters.child("configuration").int("seed") == 3)
        let again = try scratch.rein("train", "--resume", "run", "--stop-steps", "128", "--quiet")
        #expect(again.code == 0, "\(again.errors)")
        let wrong = try scratch.rein("train", "--preset", "zoo/CartPol-v1")
        #expect(wrong.code == 2 && wrong.errors.contains("\"zoo/CartPole-v1\""), "\(wrong.errors)")
        let both = try scratch.rein("train", "--preset", "zoo/CartPole-v1", "--config", "run/params.json")
        #expect(both.code == 2)
        let list = try scratch.rein("presets", "--json")
        #expect(list.code == 0)
        #expect(try document(list.output).list().count == Preset.all.count)
    }
}
