import Foundation
import Rein
import Testing

@Suite("rein with environments of several agents")
struct SharedEnvironmentTests {
    /// Trains a little at tic-tac-toe.
    static func train(_ scratch: Scratch, _ options: [String] = []) throws {
        try scratch.done(
            [
                "train", "--environment", "TicTacToe-v3", "--policies", "main,small,old", "--mapping",
                "player_1=main,*=small", "--policies-to-train", "main,small", "--stop-steps", "64", "--output", "run",
                "--quiet", "--set", "environmentCount=4", "--set", "rolloutLength=8", "--set", "network.hidden=[8]",
            ] + options)
    }

    @Test("Policies have settings of their own, which come back with --config and --resume")
    func settings() throws {
        let scratch = try Scratch()
        try Self.train(
            scratch,
            [
                "--set-policy", "small:network.hidden=[4]", "--set-policy", "*l*:learningRate=1e-4",
                "--evaluation-mapping", "player_2=main,*=old",
            ])
        let report = try document(scratch.done(["inspect", "run", "--json"]).output)
        let own = try report.child("policyConfigurations")
        #expect(try own.map().map(\.key) == ["old", "small"])
        #expect(try own.child("small").child("network").map().map(\.key) == ["hidden"])
        #expect(try own.child("old").double("learningRate") == 1e-4)
        let text = try scratch.done(["inspect", "run"]).output
        #expect(text.contains("configuration of small") && text.contains("in evaluation"))
        try scratch.done(["train", "--config", "run/params.json", "--output", "again", "--quiet"])
        let isSame = try scratch.files("again/checkpoint_000000") == scratch.files("run/checkpoint_000000")
        #expect(isSame)
        try scratch.done(["train", "--resume", "run", "--stop-steps", "128", "--quiet"])
        #expect(
            try Policy(restoring: scratch.path("run/checkpoint_000001"), id: "small").network.architecture.hidden == [4]
        )
    }

    @Test("evaluate plays under the mapping for evaluation, or under one that is given, also against chance")
    func evaluates() throws {
        let scratch = try Scratch()
        try Self.train(scratch, ["--evaluation-mapping", "player_2=main,*=old"])
        let report = try document(
            scratch.done(["evaluate", "run", "--episodes", "6", "--seed", "2", "--explore", "--json"]).output)
        let library = try PPO(restoring: scratch.path("run/checkpoint_000000"))
            .evaluate(episodes: 6, seed: 2, explores: true)
        let players = try report.list("players")
        #expect(try players.map { try $0.string("player") } == ["old", "main"])
        #expect(try players.map { try $0.string("agent") } == ["player_1", "player_2"])
        let outcomes = library.outcomes(of: "main")
        #expect(try players[1].int("aboveZero") == outcomes.won)
        #expect(try players[1].int("atZero") == outcomes.drawn)
        #expect(try players[1].int("belowZero") == outcomes.lost)
        #expect(try report.double("lengthMean") == library.summary?.lengthMean)
        let table = try scratch.done([
            "evaluate", "run", "--episodes", "3", "--random", "luck", "--mapping", "player_1=luck,*=small",
        ]).output
        #expect(table.contains("luck as player_1") && table.contains("small as player_2"))
        try scratch.done(["extract", "run", "--policy", "main", "alone"])
        let alone = try scratch.done([
            "evaluate", "alone", "--environment", "TicTacToe-v3", "--episodes", "2",
        ]).output
        #expect(alone.contains("policy as player_2"))
    }

    @Test("What does not fit is wrong usage that says why")
    func refusals() throws {
        let scratch = try Scratch()
        try Self.train(scratch)
        try scratch.savePolicies(1, to: "single")
        for (arguments, words) in [
            (["evaluate", "run", "--mapping", "player_1=main"], "player_2"),
            (["evaluate", "run", "--mapping", "*=mian"], "did you mean \"main\""),
            (["evaluate", "run", "--random", "main", "--mapping", "*=main"], "this name"),
            (["evaluate", "run", "--random", "luck"], "no agent"),
            (["evaluate", "run", "--policy", "main", "--mapping", "*=main"], "one of them"),
            (["evaluate", "single", "--mapping", "*=pol0"], "several agents"),
            (["train", "--set-policy", "main:epochs=3", "--stop-steps", "9"], "\"main\""),
            (["train", "--set-policy", "default_policy:seed=3", "--stop-steps", "9"], "share"),
            (["train", "--set-policy", "default_policy:epoch=3", "--stop-steps", "9"], "did you mean \"epochs\""),
            (["train", "--set-policy", "epochs=3", "--stop-steps", "9"], "id:key=value"),
            (["train", "--resume", "run", "--set-policy", "main:network.hidden=[3]"], "main:network.hidden"),
            (["train", "--resume", "run", "--evaluation-mapping", "*=nobody"], "\"nobody\""),
        ] {
            let outcome = try CommandProcess(arguments, in: scratch.directory).wait()
            #expect(outcome.code == 2, "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
        }
    }
}
