import Foundation
import Rein
import Testing

@testable import ReinCommand

@Suite("How many checkpoints of a run stay", .timeLimit(.minutes(30)))
struct KeepingTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func checkpoints(_ run: String = "run") throws -> [Int] {
        try FileManager.default.contentsOfDirectory(atPath: scratch.path(run)).compactMap {
            CheckpointName.index(in: $0)
        }
        .sorted()
    }

    private func status(_ run: String = "run") throws -> RunStatus {
        try RunStatus(of: RunDirectory(path: scratch.path(run)))
    }

    @Test("The newest stay, and the others go; nothing else about the run changes")
    func newest() throws {
        try scratch.train("run", steps: 6 * 32, ["--checkpoint-every", "1", "--keep", "2"])
        #expect(try checkpoints() == [4, 5])
        try scratch.train("whole", steps: 6 * 32, ["--checkpoint-every", "1"])
        #expect(try checkpoints("whole") == [0, 1, 2, 3, 4, 5])
        for name in ["checkpoint_000004", "checkpoint_000005"] {
            #expect(try scratch.files("run/\(name)") == scratch.files("whole/\(name)"))
        }
        let parameters = try document(scratch.text("whole/params.json")).map().map(\.key)
        #expect(!parameters.contains("keep"))
    }

    @Test("With a key, those of its best values stay, and the newest", arguments: ScoreOrder.allCases)
    func best(_ order: ScoreOrder) throws {
        let key = "policies/default_policy/entropy"
        try scratch.train(
            "run", steps: 9 * 32,
            ["--checkpoint-every", "1", "--keep", "2", "--keep-best", key, "--keep-order", order.rawValue])
        let rows = try scratch.text("run/result.json").split(separator: "\n").map { line in
            try document(String(line)).child("policies").child("default_policy").double("entropy")
        }
        try #require(rows.count == 9)
        let ranked = rows.indices.sorted {
            (order == .max ? rows[$0] : -rows[$0], $0) < (order == .max ? rows[$1] : -rows[$1], $1)
        }
        #expect(try checkpoints() == Set(ranked.suffix(2) + [8]).sorted())
    }

    @Test("A run that goes on keeps what it was told, also after it was killed; another rule may be given")
    func resuming() async throws {
        let key = "policies/default_policy/entropy"
        try scratch.train("run", steps: 3 * 32, ["--checkpoint-every", "1", "--keep", "2", "--keep-best", key])
        let process = try CommandProcess(
            ["train", "--resume", "run", "--stop-steps", "1000000000", "--quiet"], in: scratch.directory)
        try wait { try checkpoints().max() ?? 0 > 20 }
        process.send(SIGKILL)
        _ = try process.wait()
        #expect(try checkpoints().count <= 5)
        func train(_ more: Int, _ options: String...) throws {
            let iteration = try document(scratch.done(["inspect", "run", "--json"]).output)
                .child("counters").int("iterations")
            try scratch.done(
                ["train", "--resume", "run", "--stop-steps", "\((iteration + more) * 32)", "--quiet"] + options)
        }
        try train(4)
        let kept = try checkpoints()
        #expect((2...3).contains(kept.count), "\(kept)")
        #expect(try status().keptCheckpoints.map(\.name) == kept.map { CheckpointName.name($0) })
        #expect(try document(scratch.text("run/params.json")).child("keep").string("best") == key)
        // By another key, whose values the results have.
        try train(1, "--keep", "1", "--keep-best", "iteration", "--keep-order", "min")
        #expect(try checkpoints() == [kept[0], kept[kept.count - 1] + 1])
        #expect(try status().keptBy == "iteration")
        try train(3, "--keep", "all")
        #expect(try checkpoints().count == 5)
        #expect(try status().keptCheckpoints == [])
        #expect(try document(scratch.text("run/params.json")).map().allSatisfy { $0.key != "keep" })
    }

    @Test("What a process that was killed at the end was about to remove goes, though there is nothing left to train")
    func killedAtEnd() throws {
        try scratch.train("run", steps: 4 * 32, ["--checkpoint-every", "1", "--keep", "3"])
        #expect(try checkpoints() == [1, 2, 3])
        // As if it had been told to keep two, and killed when the last one was complete.
        let run = RunDirectory(path: scratch.path("run"))
        var parameters = try RunParameters(readingFrom: run.parametersPath)
        parameters.keep = KeepRule(count: 2)
        try LocalFile.replace(run.parametersPath, with: JSON.text(parameters.tree))
        let resume = ["train", "--resume", "run", "--stop-steps", "\(4 * 32)", "--quiet"]
        try scratch.done(resume)
        #expect(try checkpoints() == [1, 2, 3])
        var status = try RunStatus(of: run)
        status.state = .training
        try status.write(to: run)
        try scratch.done(["train", "--resume", "run/checkpoint_000002", "--stop-steps", "96", "--quiet"])
        #expect(try checkpoints() == [1, 2, 3])
        try scratch.done(resume)
        #expect(try checkpoints() == [2, 3])
        #expect(try self.status().keptCheckpoints.map(\.name) == ["checkpoint_000002", "checkpoint_000003"])
    }

    @Test("What the run did not make, or made when it was not told how many are to stay, stays")
    func others() throws {
        try scratch.train("run", steps: 2 * 32, ["--checkpoint-every", "1"])
        let files = FileManager.default
        try files.copyItem(atPath: scratch.path("run/checkpoint_000001"), toPath: scratch.path("run/checkpoint_000007"))
        try scratch.done(["train", "--resume", "run", "--stop-steps", "\(6 * 32)", "--quiet", "--keep", "1"])
        #expect(try checkpoints() == [0, 1, 7, 11])
    }

    @Test("A checkpoint that a person removed is no longer counted")
    func removedByHand() throws {
        try scratch.train("run", steps: 4 * 32, ["--checkpoint-every", "1", "--keep", "3"])
        for name in ["checkpoint_000001", "checkpoint_000003"] {
            try FileManager.default.removeItem(atPath: scratch.path("run/\(name)"))
        }
        try scratch.done(["train", "--resume", "run", "--stop-steps", "\(5 * 32)", "--quiet"])
        #expect(try checkpoints() == [2, 3, 4])
    }

    @Test("A replaceable checkpoint is one more, and does not count")
    func replaceable() throws {
        try scratch.train("run", ["--keep", "1"])
        let run = RunDirectory(path: scratch.path("run"))
        let made = try RunCheckpoints(of: run, keeping: KeepRule(count: 1))
        func make(replaceable: Bool) throws {
            _ = try made.make(replaceable: replaceable) { path, _ in
                try FileManager.default.copyItem(atPath: scratch.path("run/checkpoint_000000"), toPath: path)
            }
        }
        try make(replaceable: true)
        #expect(try checkpoints() == [0, 1])
        try make(replaceable: true)
        #expect(try checkpoints() == [0, 2])
        // The checkpoint of the end may be one that the clock asked for: it stays, and counts from then on.
        made.end(as: .finished, keeping: run.path(ofCheckpoint: "checkpoint_000002"))
        #expect(try checkpoints() == [2])
        #expect(try status().keptCheckpoints.map(\.name) == ["checkpoint_000002"])
    }

    @Test("A key that no result can have is an error before training, which names the nearest")
    func wrongKey() throws {
        func refusal(_ options: [String]) throws -> String {
            let outcome = try scratch.rein(["train", "--output", "none"] + Scratch.tiny + options)
            #expect(outcome.code == 2, "\(options): \(outcome.errors)")
            #expect(!scratch.exists("none"))
            return outcome.errors
        }
        let misspelt = try refusal(["--keep", "2", "--keep-best", "episodeReturnMeen"])
        #expect(misspelt.contains(#"did you mean "episodeReturnMean"?"#), "\(misspelt)")
        let short = try refusal(["--keep", "2", "--keep-best", "returnMean"])
        #expect(short.contains(#"did you mean "episodeReturnMean"?"#), "\(short)")
        for key in ["policies", "policies/other/entropy", "policies/default_policy/policyLos", "timers", "x", "/"] {
            #expect(try refusal(["--keep", "2", "--keep-best", key]).contains("--keep-best"))
        }
        for options in [
            ["--keep", "0"], ["--keep", "-1"], ["--keep", "1.5"], ["--keep", "some"], ["--keep-best", "episodes"],
            ["--keep-order", "min", "--keep", "2"], ["--keep", "all", "--keep-best", "episodes"],
            ["--keep", "2", "--keep-best", "episodes", "--keep-order", "best"],
        ] {
            #expect(try refusal(options).contains("--keep"))
        }
        for text in [#"{"keep": 3}"#, #"{"keep": {"checkpoints": 0}}"#, #"{"keep": {"checkpoint": 1}}"#] {
            try scratch.write(text, to: "wrong.json")
            #expect(try refusal(["--config", "wrong.json"]).contains("keep"))
        }
    }

    @Test("Every key of the results may be named")
    func keys() throws {
        for algorithm in ["ppo", "dqn"] {
            let run = "run-\(algorithm)"
            try scratch.done(
                ["train", "--algorithm", algorithm, "--output", run, "--stop-steps", "32", "--quiet"]
                    + (algorithm == "ppo" ? Scratch.tiny : ["--set", "network.hidden=[8]"]))
            let columns = try scratch.text("\(run)/progress.csv").split(separator: "\n")[0].split(separator: ",")
            let settings = try document(scratch.text("\(run)/params.json")).child("configuration").tree
            let made = try AlgorithmKind.named(algorithm).makeAlgorithm(
                environment: TrainingEnvironment(named: "CartPole-v1"), settings: settings)
            #expect(ResultKeys.all(of: made, evaluated: false) == columns.map(String.init))
        }
    }

    @Test("The best of evaluations may be kept, where there are any")
    func evaluations() throws {
        let options = ["--checkpoint-every", "1", "--keep", "1", "--keep-best", "evaluation/returnMean"]
        let outcome = try scratch.rein(["train", "--output", "none"] + Scratch.tiny + options)
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("--evaluate-every"), "\(outcome.errors)")
        #expect(!scratch.exists("none"))
        let evaluated = ["--evaluate-every", "1", "--evaluation-episodes", "3"]
        try scratch.train("run", steps: 5 * 32, options + evaluated)
        let rows = try scratch.text("run/result.json").split(separator: "\n").map { try document(String($0)) }
        let means = try rows.map { try $0.child("evaluation").double("returnMean") }
        let best = try #require(means.indices.max { (means[$0], $0) < (means[$1], $1) })
        #expect(try checkpoints() == Set([best, 4]).sorted())
        let algorithm = try AnyAlgorithm(restoring: scratch.path("run/checkpoint_000004"))
        let keys = Set(ResultKeys.all(of: algorithm, evaluated: true))
        let columns = try scratch.text("run/progress.csv").split(separator: "\n")[0].split(separator: ",").map(
            String.init)
        #expect(keys.isSuperset(of: columns), "\(Set(columns).subtracting(keys))")
        let misspelt = try scratch.rein(
            ["train", "--output", "none", "--keep", "1", "--keep-best", "evaluation/returnMeen"] + evaluated)
        #expect(misspelt.errors.contains(#"did you mean "evaluation/returnMean"?"#), "\(misspelt.errors)")
    }

    @Test("A key without a number in a result is said once, and such a checkpoint counts as the worst")
    func withoutNumber() throws {
        let options = ["--checkpoint-every", "1", "--keep", "1", "--keep-best", "episodeReturnMean"]
        let outcome = try scratch.rein(
            [
                "train", "--output", "run", "--stop-steps", "8", "--set", "environmentCount=1", "--set",
                "rolloutLength=4",
            ]
                + ["--set", "minibatchSize=4", "--set", "network.hidden=[8]"] + options)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.components(separatedBy: "counts as the worst").count == 2, "\(outcome.errors)")
        #expect(try checkpoints() == [1])
    }
}
