import Foundation
import Rein
import Testing

@Suite("rein merge")
struct MergeTests {
    @Test("Policies of several checkpoints come together under new names, and train on")
    func merges() throws {
        let scratch = try Scratch()
        let first = try scratch.savePolicies(3, to: "first")
        var settings = Scratch.configuration
        settings.seed = 9
        let second = try scratch.savePolicies(2, to: "second", configuration: settings)
        try scratch.done(["extract", "second", "--policy", "pol1", "champion"])
        try scratch.done([
            "merge", "league", "first:pol[01]", "rival=second:pol0", "champion", "third=champion", "--mapping",
            "agent_0=pol0,*=rival", "--policies-to-train", "pol0,rival",
        ])
        try scratch.done(["verify", "league"])
        let league = try PPO(restoring: scratch.path("league"))
        #expect(league.policyIDs == ["pol0", "pol1", "rival", "champion", "third"])
        #expect(league.policiesToTrain == ["pol0", "rival"])
        #expect(league.agents == first.agents)
        #expect(league.configuration == first.configuration)
        #expect(league.counters == first.counters)
        for (id, expected) in [
            ("pol1", first.policy("pol1")), ("rival", second.policy("pol0")), ("champion", second.policy("pol1")),
            ("third", second.policy("pol1")),
        ] as [(PolicyID, Policy?)] {
            #expect(league.policy(id) == expected, "\(id)")
        }
        try scratch.done(["train", "--resume", "league", "--stop-steps", "64", "--output", "run", "--quiet"])
        #expect(try Policy(restoring: scratch.path("run/checkpoint_000000"), id: "rival") != second.policy("pol0"))
        #expect(try Policy(restoring: scratch.path("run/checkpoint_000000"), id: "champion") == second.policy("pol1"))
    }

    @Test("Of one checkpoint merging makes the same, and adding a policy does not change how the others go on")
    func continues() throws {
        let scratch = try Scratch()
        let algorithm = try scratch.savePolicies(2, to: "two")
        try scratch.savePolicies(1, to: "one")
        try scratch.done(["merge", "same", "two"])
        #expect(try scratch.files("same") == scratch.files("two"))
        try scratch.done(["merge", "more", "two", "extra=one"])
        let merged = try PPO(restoring: scratch.path("more"))
        #expect(merged.policiesToTrain == ["pol0", "pol1"])
        #expect(merged.mapping == algorithm.mapping)
        _ = try algorithm.train()
        _ = try merged.train()
        for id in algorithm.policyIDs { #expect(merged.policy(id) == algorithm.policy(id)) }
    }

    @Test("Policies of the first checkpoint that get new names keep their agents")
    func renames() throws {
        let scratch = try Scratch()
        try scratch.savePolicies(1, to: "one")
        try scratch.done(["merge", "out", "best=one", "pol0=one"])
        let merged = try PPO(restoring: scratch.path("out"))
        #expect(merged.mapping.choice(for: "agent_0") == "best")
        #expect(merged.policiesToTrain == ["best"])
    }

    @Test("Replay comes along, and the other format can be asked for")
    func replay() throws {
        let scratch = try Scratch()
        try scratch.done([
            "train", "--algorithm", "dqn", "--environment", "CartPole-v1", "--stop-steps", "64", "--output", "run",
            "--quiet", "--set", "stepsPerIteration=64", "--set", "network.hidden=[8]",
        ])
        try scratch.done(["extract", "run", "alone"])
        try scratch.done(["merge", "out", "run", "copy=run", "alone", "--format", "msgpack"])
        try scratch.done(["verify", "out"])
        let manifest = try CheckpointDirectory(opening: scratch.path("out")).manifest
        #expect(manifest.replays == [.default: .included, "copy": .included, "alone": .omitted])
        try scratch.done([
            "train", "--resume", "out", "--mapping", "*=copy", "--stop-steps", "128", "--output", "more", "--quiet",
        ])
    }

    @Test("A policy that only acts may come from other settings, and brings no replay; own settings stay with copies")
    func strangers() throws {
        let scratch = try Scratch()
        for (name, options) in [
            ("a", ["--set-policy", "default_policy:network.hidden=[6]"]), ("b", ["--set", "network.hidden=[16]"]),
        ] {
            try scratch.done(
                [
                    "train", "--algorithm", "dqn", "--environment", "CartPole-v1", "--stop-steps", "64", "--output",
                    name, "--quiet", "--set", "stepsPerIteration=64", "--set", "network.hidden=[8]",
                ] + options)
        }
        try scratch.done(["merge", "out", "a", "twice=a", "rival=b", "--policies-to-train", "twice"])
        let manifest = try CheckpointDirectory(opening: scratch.path("out")).manifest
        #expect(manifest.replays == [.default: .included, "twice": .included, "rival": .omitted])
        try scratch.done([
            "train", "--resume", "out", "--mapping", "*=twice", "--stop-steps", "128", "--output", "more", "--quiet",
        ])
        let merged = try DQN(restoring: scratch.path("more/checkpoint_000000"))
        #expect(merged.policy("twice")?.network.architecture.hidden == [6])
        #expect(merged.policy("rival")?.network.architecture.hidden == [16])
        let refused = try scratch.rein("merge", "no", "a", "rival=b", "--policies-to-train", "rival")
        #expect(refused.code == 2 && refused.errors.contains("settings of a"), "\(refused.errors)")
    }

    @Test("What does not fit together is an error that names both, and nothing is written")
    func refusals() throws {
        let scratch = try Scratch()
        try scratch.savePolicies(2, to: "a")
        try scratch.savePolicies(2, to: "b")
        var wide = Scratch.configuration
        wide.network.hidden = [16]
        try scratch.savePolicies(1, to: "wide", configuration: wide)
        try scratch.done([
            "train", "--algorithm", "dqn", "--environment", "CartPole-v1", "--stop-steps", "64", "--output", "dqn",
            "--quiet", "--set", "stepsPerIteration=64", "--set", "network.hidden=[8]",
        ])
        try scratch.savePolicies(1, to: "bad")
        try scratch.damage("bad/policies/pol0/policy_state.safetensors")
        let before = try FileManager.default.contentsOfDirectory(atPath: scratch.path("")).sorted()
        for (arguments, code, words) in [
            (["out", "a", "b"], 2, ["\"pol0\" of a", "\"pol0\" of b"]),
            (["out", "a", "x=b"], 2, ["\"x\"", "x=b:pol0"]),
            (["out", "a", "b:pol7"], 2, ["did you mean \"pol"]),
            (["out", "a", "q/r=b:pol0"], 2, ["q/r=b"]),
            (["out", "a", "x:=b:pol0"], 2, ["x:"]),
            (["out", "a", "b:"], 2, ["empty"]),
            (["out", "a:pol0"], 2, ["\"agent_1\"", "\"pol1\""]),
            (["out", "a", "--mapping", "agent_0=pol0"], 2, ["\"agent_1\""]),
            (["out", "a", "--policies-to-train", "pol9"], 2, ["\"pol9\""]),
            (["out", "a/policies/pol0", "x=b:pol0"], 2, ["first checkpoint"]),
            (["out", "a", "a/policies/pol0:pol0"], 2, ["single policy"]),
            (["out", "a", "x=wide", "--policies-to-train", "x"], 2, ["\"pol0\" of wide", "settings of a"]),
            (["out", "a", "dqn", "--policies-to-train", "default_policy"], 2, ["DQN", "PPO"]),
            (["out", "a", "x=bad"], 1, ["bad/policies/pol0/policy_state.safetensors"]),
            (["out", "a", "missing"], 2, ["missing"]),
            (["b", "a"], 2, ["b: is there already", "--force"]),
            (["out", "a", "POL0=b:pol1"], 2, ["two policies would be \"POL0\""]),
            (["out"], 2, ["checkpoint"]),
        ] as [([String], Int32, [String])] {
            let outcome = try CommandProcess(["merge"] + arguments, in: scratch.directory).wait()
            #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
            #expect(words.allSatisfy { outcome.errors.contains($0) }, "\(arguments): \(outcome.errors)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path("")).sorted() == before)
        }
    }
}
