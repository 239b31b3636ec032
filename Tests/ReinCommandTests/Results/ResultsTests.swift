import Foundation
import Rein
import Testing

@Suite("rein results")
struct ResultsTests {
    private static let byScore = ["results", "experiment", "--metric", "score", "--mode", "max"]

    /// The ids of the trials in the order of the rows.
    private func ids(_ output: String) -> [String] {
        output.split(separator: "\n").dropFirst().compactMap { line in
            line.hasPrefix("abcde_") ? line.split(separator: " ").first.map(String.init) : nil
        }
    }

    @Test("Trials stand in the order of the metric, those that have failed after the others unless they take part")
    func order() throws {
        let scratch = try Scratch()
        _ = try SampleExperiment.ppo(in: scratch)
        let plain = try scratch.done(Self.byScore)
        #expect(ids(plain.output) == ["abcde_00001", "abcde_00000", "abcde_00002"])
        #expect(plain.output.contains("Best: abcde_00001, score 4.0 after iteration 2 (max, scope checkpoint)"))
        #expect(plain.output.contains("T_abcde_00001_1/checkpoint_000000"))
        #expect(plain.output.contains("learningRate") && !plain.output.contains("rolloutLength"))
        #expect(plain.errors.isEmpty)
        let all = try scratch.done(Self.byScore + ["--scope", "all"]).output
        #expect(all.contains("Best: abcde_00001, score 9.0 after iteration 1 (max, scope all)"))
        #expect(all.contains("Checkpoint: none is known of this result"))
        let errored = try scratch.done(Self.byScore + ["--include-errored"]).output
        #expect(errored.contains("Best: abcde_00002, score 50.0"))
        let least = try scratch.done(["results", "experiment", "--metric", "score", "--mode", "min"]).output
        #expect(ids(least) == ["abcde_00000", "abcde_00001", "abcde_00002"])
        #expect(ids(try scratch.done(Self.byScore + ["--limit", "1"]).output) == ["abcde_00001"])
        let two = try scratch.done(Self.byScore + ["--metric", "training_iteration"]).output
        #expect(ids(two) == ["abcde_00001", "abcde_00000", "abcde_00002"])
        #expect(two.prefix { $0 != "\n" }.hasSuffix("score  training_iteration"))
    }

    @Test("Where no trial has a checkpoint, all results count")
    func withoutCheckpoints() throws {
        let scratch = try Scratch()
        let experiment = try SampleExperiment(scratch)
        try experiment.addTrial(0, ["x": 1], scores: [2, 1], hasCheckpoint: false)
        let output = try scratch.done(Self.byScore).output
        #expect(output.contains("Best: abcde_00000, score 2.0 after iteration 1 (max, scope all)"))
        let refused = try scratch.rein(Self.byScore + ["--scope", "checkpoint", "--best-config", "best.json"])
        #expect(refused.code == 2 && refused.errors.contains("no trial has a checkpoint"))
    }

    @Test("Metric and mode are those of the plan, and options go before them")
    func plan() throws {
        let scratch = try Scratch()
        let experiment = try SampleExperiment.ppo(in: scratch)
        try experiment.write(#"{"metric": "score", "mode": "min", "later": 1}"#, to: "tune.json")
        #expect(try scratch.done(["results", "experiment"]).output.contains("Best: abcde_00000, score 3.0"))
        let turned = try scratch.done(["results", "experiment", "--mode", "max"]).output
        #expect(turned.contains("Best: abcde_00001"))
        let other = try scratch.rein("results", "experiment", "--metric", "time_total_s")
        #expect(other.code == 2 && other.errors.contains("needs --mode"))
    }

    @Test("A plan that is damaged is passed over and said", arguments: ["{", #"{"metric": "score", "mode": "up"}"#])
    func damagedPlan(_ text: String) throws {
        let scratch = try Scratch()
        try SampleExperiment.ppo(in: scratch).write(text, to: "tune.json")
        let outcome = try scratch.done(["results", "experiment"])
        #expect(outcome.errors.contains("experiment/tune.json"), "\(outcome.errors)")
        #expect(ids(outcome.output) == ["abcde_00000", "abcde_00001", "abcde_00002"])
    }

    @Test(
        "Without a metric there is no best trial, and what needs one says so and names the metrics",
        arguments: [
            ["--best-config", "a"], ["--curves", "a"], ["--parallel", "a"], ["--importance"], ["--include-errored"],
        ])
    func withoutMetric(_ options: [String]) throws {
        let scratch = try Scratch()
        _ = try SampleExperiment.ppo(in: scratch)
        #expect(ids(try scratch.done(["results", "experiment"]).output).first == "abcde_00000")
        let refused = try scratch.rein(["results", "experiment"] + options)
        #expect(refused.code == 2 && refused.output.isEmpty)
        #expect(refused.errors.contains("\(options[0]) needs a --metric"), "\(refused.errors)")
        #expect(refused.errors.contains("the metrics are score, training_iteration"), "\(refused.errors)")
        #expect(!scratch.exists("a"))
    }

    @Test("The best configuration is one that rein train takes, with what the plan has for all trials")
    func bestConfiguration() throws {
        let scratch = try Scratch()
        let experiment = try SampleExperiment(scratch)
        try experiment.write(
            #"{"metric": "score", "mode": "max", "trainable": {"environment": "CartPole-v1", "epochs": 1, "#
                + #""network": {"hidden": [8], "activation": "relu"}}}"#, to: "tune.json")
        try experiment.addTrial(0, ["rolloutLength": 16, "network": ["hidden": [4]]], scores: [1])
        let outcome = try scratch.done(["results", "experiment", "--best-config", "best.json"])
        #expect(outcome.output.contains("best.json: the settings of trial abcde_00000"))
        let made = try document(scratch.text("best.json"))
        #expect(try made.child("environment").string() == "CartPole-v1")
        let settings = try made.child("configuration")
        #expect(try settings.child("rolloutLength").int() == 16 && settings.child("epochs").int() == 1)
        #expect(try settings.child("network").tree == ["hidden": [4], "activation": "relu"])
        try scratch.done(["train", "--config", "best.json", "--stop-steps", "128", "--quiet", "--output", "run"])
        let run = try document(scratch.text("run/params.json")).child("configuration")
        #expect(try run.child("rolloutLength").int() == 16)
    }

    @Test("Settings that are none of rein train are no configuration, and nothing is written")
    func foreignConfiguration() throws {
        let scratch = try Scratch()
        let experiment = try SampleExperiment(scratch)
        try experiment.addTrial(0, ["lr": 0.1, "env": "CartPole-v1"], scores: [1])
        let refused = try scratch.rein(Self.byScore + ["--best-config", "best.json", "--curves", "curves.svg"])
        #expect(refused.code == 2 && refused.output.isEmpty)
        #expect(refused.errors.contains("--export json"), "\(refused.errors)")
        #expect(!scratch.exists("best.json") && !scratch.exists("curves.svg"))
    }

    @Test("Pictures and exports go to their files, and the table to standard output")
    func files() throws {
        let scratch = try Scratch()
        _ = try SampleExperiment.ppo(in: scratch)
        let outcome = try scratch.done(
            Self.byScore + [
                "--curves", "c.svg", "--against", "time_total_s", "--parallel", "p.svg", "--export", "csv",
                "--all-results", "--output", "all.csv",
            ])
        #expect(ids(outcome.output).count == 3)
        #expect(try scratch.text("c.svg").hasPrefix("<svg") && scratch.text("p.svg").hasPrefix("<svg"))
        #expect(try scratch.text("c.svg").contains("time_total_s"))
        #expect(try scratch.text("all.csv").split(separator: "\n").count == 6)
        for file in ["c.svg", "p.svg", "all.csv"] { #expect(outcome.output.contains("\n\(file): ")) }
    }

    @Test("What is exported to standard output is alone there")
    func exports() throws {
        let scratch = try Scratch()
        _ = try SampleExperiment.ppo(in: scratch)
        let csv = try scratch.done(["results", "experiment", "--export", "csv"]).output
        #expect(csv.hasPrefix("trial_id,number,status") && csv.split(separator: "\n").count == 4)
        let all = try scratch.done(["results", "experiment", "--export", "csv", "--all-results"]).output
        #expect(all.hasPrefix("trial_id,") && all.split(separator: "\n").count == 6)
        let json = try document(scratch.done(["results", "experiment", "--export", "json"]).output)
        #expect(try json.child("trials").list().count == 3)
        let both = try scratch.done(Self.byScore + ["--export", "json", "--best-config", "best.json"])
        _ = try document(both.output)
        #expect(both.errors.contains("best.json: the settings"))
    }

    @Test("One JSON document has trials, the best one and what is asked for")
    func json() throws {
        let scratch = try Scratch()
        _ = try SampleExperiment.ppo(in: scratch)
        let report = try document(scratch.done(Self.byScore + ["--json", "--importance"]).output)
        #expect(try report.child("best").child("trial_id").string() == "abcde_00001")
        #expect(try report.child("best").child("config").child("learningRate").double() == 1e-2)
        #expect(try report.child("scope").string() == "checkpoint")
        #expect(try report.child("trials").list().map { try $0.child("value").double() } == [3, 4, 50])
        #expect(try report.child("importance").child("reason").string().contains("at least 10"))
        let plain = try document(scratch.done(["results", "experiment", "--json"]).output)
        #expect(plain.optionalChild("best") == nil && plain.optionalChild("metric") == nil)
    }

    @Test("The setting that decides is the most important one")
    func importance() throws {
        let scratch = try Scratch()
        let experiment = try SampleExperiment(scratch)
        for number in 0..<30 {
            let (x, y) = (Double(number * 7 % 30), Double(number * 11 % 30))
            try experiment.addTrial(number, ["x": .double(x), "y": .double(y)], scores: [x + 0.01 * y])
        }
        let output = try scratch.done(Self.byScore + ["--importance", "--limit", "1"]).output
        let lines = output.split(separator: "\n")
        let header = try #require(lines.firstIndex { $0.hasPrefix("parameter") })
        #expect(lines[header + 1].hasPrefix("x ") && lines[header + 2].hasPrefix("y "))
    }

    @Test("An experiment that Ray recorded is read, its failed trial last")
    func recorded() throws {
        let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../ReinTuneTests/Fixtures/results/experiment").path
        let outcome = try Scratch().done(["results", fixture, "--metric", "score", "--mode", "max", "--scope", "last"])
        #expect(ids(outcome.output) == ["abcde_00001", "abcde_00000", "abcde_00002"])
        #expect(outcome.output.contains("Best: abcde_00001, score 24.0 after iteration 4"))
    }
}
