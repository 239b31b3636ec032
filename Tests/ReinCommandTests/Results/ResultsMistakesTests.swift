import Foundation
import Rein
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Suite("Mistakes with rein results")
struct ResultsMistakesTests {
    private static let byScore = ["results", "experiment", "--metric", "score", "--mode", "max"]

    @Test(
        "What does not go together, or is not known, is wrong usage",
        arguments: [
            (["--mode", "max"], "--metric"), (["--scope", "last"], "--metric"),
            (["--metric", "score", "--mode", "most"], "neither max nor min"),
            (["--metric", "scor", "--mode", "max"], "did you mean \"score\"?"),
            (["--metric", "score", "--mode", "max", "--scope", "lats"], "did you mean \"last\"?"),
            (["--against", "time_total_s"], "--curves"), (["--output", "a"], "--export"),
            (["--all-results"], "--export csv"), (["--export", "json", "--all-results"], "--export csv"),
            (["--export", "csv", "--json"], "--output FILE"), (["--json", "--limit", "1"], "--limit"),
            (["--limit", "0"], "--limit"), (["--export", "xls"], "csv"),
            (["--metric", "score", "--mode", "max", "--importance", "--export", "csv"], "--importance"),
            (["--metric", "score", "--mode", "max", "--curves", "a", "--parallel", "a"], "two files"),
            (["--metric", "score", "--mode", "max", "--curves", "a", "--against", "time"], "no trial has the metric"),
        ])
    func wrongUsage(_ options: [String], _ words: String) throws {
        let scratch = try Scratch()
        _ = try SampleExperiment.ppo(in: scratch)
        let outcome = try scratch.rein(["results", "experiment"] + options)
        #expect(outcome.code == 2, "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
        #expect(!scratch.exists("a"))
    }

    @Test("What is no experiment is said, with what was probably meant")
    func noExperiment() throws {
        let scratch = try Scratch()
        let experiment = try SampleExperiment.ppo(in: scratch)
        try scratch.write("x", to: "file")
        try FileManager.default.createDirectory(atPath: scratch.path("empty"), withIntermediateDirectories: true)
        for (path, words) in [
            ("nowhere", "there is no such folder"), ("file", "is a file"), ("empty", "is no experiment"),
            ("\(experiment.name)/T_abcde_00000_0", "did you mean the folder above it?"),
        ] {
            let outcome = try scratch.rein("results", path)
            #expect(outcome.code == 2 && outcome.output.isEmpty)
            #expect(outcome.errors.contains(words), "\(outcome.errors)")
        }
    }

    @Test("Files that are there stay, unless --force replaces them, which replaces files alone")
    func taken() throws {
        let scratch = try Scratch()
        _ = try SampleExperiment.ppo(in: scratch)
        try scratch.write("mine", to: "best.json")
        for option in ["--best-config", "--curves", "--parallel"] {
            let refused = try scratch.rein(Self.byScore + [option, "best.json"])
            #expect(refused.code == 2 && refused.errors.contains("--force"), "\(refused.errors)")
            #expect(try scratch.text("best.json") == "mine")
        }
        // One that is taken leaves the others unmade.
        let second = try scratch.rein(Self.byScore + ["--curves", "c.svg", "--export", "csv", "--output", "best.json"])
        #expect(second.code == 2 && !scratch.exists("c.svg"))
        try scratch.done(Self.byScore + ["--best-config", "best.json", "--force"])
        _ = try document(scratch.text("best.json"))

        try #require(mkfifo(scratch.path("pipe"), 0o600) == 0)
        try #require(symlink("nowhere", scratch.path("link")) == 0)
        for (path, words) in [
            ("experiment", "is a directory"), ("pipe", "is no file"), ("/dev/null", "is no file"),
            ("none/c.svg", "there is no directory none"), ("c.svg/", "there is no directory c.svg"),
        ] {
            let refused = try scratch.rein(Self.byScore + ["--curves", path, "--force"])
            #expect(refused.code == 2 && refused.errors.contains(words), "\(refused.errors)")
        }
        let link = try scratch.rein(Self.byScore + ["--curves", "link"])
        #expect(link.code == 2 && !scratch.exists("nowhere"))
    }

    @Test("A file that has no room is not left in part")
    func noRoom() throws {
        let scratch = try Scratch()
        let experiment = try SampleExperiment(scratch)
        try experiment.addTrial(0, ["x": 1], scores: (0..<2000).map(Double.init))
        let outcome = try CommandProcess(
            ["results", "experiment", "--export", "csv", "--all-results", "--output", "all.csv"],
            in: scratch.directory, ignoring: "XFSZ", fileSizeLimit: 16
        ).wait()
        #expect(outcome.code == 1 && outcome.errors.contains("all.csv"), "\(outcome.code) \(outcome.errors)")
        let left = try FileManager.default.contentsOfDirectory(atPath: scratch.directory.path)
        #expect(left.allSatisfy { !$0.contains("all.csv") }, "\(left)")
    }

    @Test("Control characters in names and results reach no terminal")
    func controls() throws {
        let scratch = try Scratch()
        let experiment = try SampleExperiment(scratch)
        let escape = "\u{1B}]0;owned\u{7}\n\u{202E}"
        try experiment.addTrial(
            0, ["x\(escape)": .string(escape), "environment": "CartPole-v1"], scores: [1],
            folder: "T\u{1B}[2J_abcde_00000_0")
        try experiment.addTrial(1, ["x\(escape)": 2, "environment": .string(escape)], scores: [2])
        try experiment.write("{\"\(escape)", to: "T\u{1B}[2J_abcde_00000_0/result.json")
        try experiment.write(#"{"metric": "\u001b[31mred", "mode": "max"}"#, to: "tune.json")
        for options in [
            [], Array(Self.byScore.dropFirst(2)), Array(Self.byScore.dropFirst(2)) + ["--best-config", "b.json"],
            ["--metric", escape, "--mode", "max"], ["--importance"],
        ] {
            let outcome = try scratch.rein(["results", "experiment"] + options)
            for text in [outcome.output, outcome.errors] {
                #expect(
                    text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 32 && $0.value != 0x202E },
                    "\(options): \(text.debugDescription)")
            }
        }
    }

    @Test("Links that lead outside are not followed, and that is said")
    func links() throws {
        let scratch = try Scratch()
        let outside = try SampleExperiment(scratch, named: "outside")
        try outside.addTrial(7, ["x": 7], scores: [99])
        try outside.write(#"{"metric": "score", "mode": "max"}"#, to: "tune.json")
        let experiment = try SampleExperiment.ppo(in: scratch)
        try #require(
            symlink(scratch.path("outside/T_abcde_00007_7"), scratch.path("\(experiment.name)/T_abcde_00007_7")) == 0)
        try #require(symlink(scratch.path("outside/tune.json"), scratch.path("\(experiment.name)/tune.json")) == 0)
        let outcome = try scratch.done(["results", "experiment"])
        #expect(!outcome.output.contains("abcde_00007") && !outcome.output.contains("Best:"))
        #expect(outcome.errors.split(separator: "\n").count { $0.contains("symbolic link") } == 2, "\(outcome.errors)")
    }
}
