import ReinCheckpoints
import Testing

@testable import ReinTune

@Suite struct StopRuleTests {
    @Test("at least and at most, of metrics inside maps too")
    func thresholds() throws {
        var stopper = try Stopper(.anyOf([.atLeast("evaluation/score", 2), .atMost("loss", 0.1)]))
        func judge(_ score: StateTree, _ loss: StateTree) throws -> StopDecision {
            try stopper.judge(["evaluation": ["score": score], "loss": loss], of: "a")
        }
        #expect(try judge(1, 0.2) == .goOn)
        #expect(try judge(2, 0.2) == .stopTrial)
        #expect(try judge(1.5, 0.1) == .stopTrial)
        #expect(try judge(.double(.nan), .double(.nan)) == .goOn)
        #expect(try judge(.double(.infinity), 1) == .stopTrial)
        #expect(try judge(.bool(true), 1) == .goOn)
    }

    @Test("a metric that the first result lacks fails that trial, with the keys that it has, and no other")
    func missing() throws {
        var stopper = try Stopper(.anyOf([.atLeast("evaluation/score", 2), .iterations(3)]))
        let bad: StateTree = ["evaluation": ["scor": 1], "loss": 1, "config": ["a": 1]]
        for _ in 0..<2 {
            let error = #expect(throws: StateError.self) { try stopper.judge(bad, of: "a") }
            #expect(error?.code == .missingKey && error?.path == "evaluation/score")
            #expect(
                error?.message
                    == "the result has no such number; did you mean \"evaluation/scor\"? "
                    + "Its keys are evaluation/scor, loss")
        }
        #expect(throws: StateError.self) { try stopper.judge([:], of: "c") }
        #expect(try stopper.judge(["evaluation": ["score": 1]], of: "b") == .goOn)
        // What comes only now and then may be missing later.
        #expect(try stopper.judge(["loss": 1], of: "b") == .goOn)
        let text = #expect(throws: StateError.self) {
            try stopper.judge(["evaluation": ["score": "2"]], of: "b")
        }
        #expect(text?.code == .wrongType && text?.path == "evaluation/score")
        // Whether it was the first survives.
        var restored = try Stopper(.anyOf([.atLeast("evaluation/score", 2), .iterations(3)]))
        try restored.restore(from: stopper.state)
        #expect(try restored.judge(["loss": 1], of: "b") == .stopTrial)
        #expect(throws: StateError.self) { try restored.judge(bad, of: "a") }
    }

    @Test("a list of very many keys is cut")
    func manyKeys() throws {
        var stopper = try Stopper(.atLeast("score", 1))
        let result = StateTree.map(StateMap(uniqueEntries: (0..<5_000).map { ("k\($0)", 1) }))
        let error = #expect(throws: StateError.self) { try stopper.judge(result, of: "a") }
        #expect(error?.message.hasSuffix("k39 and 4960 more") == true)
        #expect((error?.message.utf8.count ?? .max) < 1_000)
    }

    @Test("done ends a trial whatever else is missing")
    func done() throws {
        var stopper = try Stopper(.atLeast("score", 1))
        #expect(try stopper.judge(["done": true], of: "a") == .stopTrial)
        #expect(throws: StateError.self) { try stopper.judge(["done": false], of: "b") }
    }

    @Test("a closure sees the result and the trial")
    func closure() throws {
        let rule = StopRule.anyOf([.when { result, id in id == "a" && result == ["x": 1] }, .iterations(9)])
        var stopper = try Stopper(rule)
        #expect(try stopper.judge(["x": 1], of: "a") == .stopTrial)
        #expect(try stopper.judge(["x": 2], of: "a") == .goOn)
        #expect(try stopper.judge(["x": 1], of: "b") == .goOn)
        var restored = try Stopper(rule)
        try restored.restore(from: stopper.state)
        #expect(restored.state == stopper.state)
        let error = #expect(throws: StateError.self) { try rule.tree() }
        #expect(error?.code == .unsupportedFormat)
    }

    @Test("every rule is written as data and read again")
    func data() throws {
        let rule = StopRule.anyOf([
            .atLeast("evaluation/score", 475), .atMost("loss", -0.5), .iterations(200), .timeBudget(seconds: 3_600),
            .trialPlateau(try TrialPlateau(metric: "loss", resultCount: 7, threshold: .init(0.25, .min))),
            .trialPlateau(try TrialPlateau(metric: "loss")),
            .experimentPlateau(try ExperimentPlateau(metric: "a/b", order: .max, patience: 2)),
            .anyOf([.iterations(3)]),
        ])
        let tree = try rule.tree()
        let read = try StopRule(StateReader(try JSON.parse(JSON.text(tree))))
        #expect(JSON.text(try read.tree()) == JSON.text(tree))
        // The state of one suits the other, though numbers may have become integers.
        var (first, second) = (try Stopper(rule), try Stopper(read))
        let result: StateTree = ["evaluation/score": 1, "loss": 1, "a/b": 1]
        #expect(try first.judge(result, of: "a") == .goOn)
        try second.restore(from: try JSON.parse(JSON.text(first.state)))
        for _ in 0..<9 { #expect(try first.judge(result, of: "a") == (try second.judge(result, of: "a"))) }
    }

    @Test("bad data names the place")
    func badData() throws {
        for (text, path) in [
            (#"[{"rule": "atleast", "metric": "a", "value": 1}]"#, "stop/0/rule"),
            (#"{"rule": "atLeast", "metrik": "a", "value": 1}"#, "stop/metrik"),
            (#"{"rule": "atLeast", "metric": "a", "value": "1"}"#, "stop/value"),
            (#"{"rule": "atLeast", "metric": "a"}"#, "stop/value"),
            (#"{"rule": "iterations", "count": 1.5}"#, "stop/count"),
            (#"{"rule": "iterations", "count": -1}"#, "stop/iterations"),
            (#"{"rule": "timeBudget", "seconds": 0}"#, "stop/timeBudget"),
            (#"{"rule": "trialPlateau", "metric": "a", "resultCount": 1}"#, "stop/resultCount"),
            (#"{"rule": "trialPlateau", "metric": "a", "order": "min"}"#, "stop/order"),
            (#"{"rule": "trialPlateau", "metric": "a", "threshold": 0}"#, "stop"),
            (#"{"rule": "experimentPlateau", "metric": "a", "order": "best"}"#, "stop/order"),
            (#"{"rule": "experimentPlateau", "metric": "", "top": 3}"#, "stop/metric"),
            (#"{"score": "9"}"#, "stop/score"), (#"{"evaluation": {"score": 9}}"#, "stop/evaluation"),
            (#""score""#, "stop"), ("3", "stop"), (#"{"": 3}"#, "stop/atLeast"),
        ] {
            let error = #expect(throws: StateError.self, "\(text)") {
                try StopRule(StateReader(try JSON.parse(text), path: "stop"))
            }
            #expect(error?.path == path, "\(text)")
        }
        for rule: StopRule in [
            .atLeast("a", .nan), .atMost("", 1), .iterations(-1), .timeBudget(seconds: .nan),
            .anyOf([.iterations(1), .timeBudget(seconds: -1)]),
        ] {
            #expect(throws: StateError.self) { try Stopper(rule) }
        }
    }

    @Test("NaN is no plateau, and the worst of an experiment's values", arguments: ScoreOrder.allCases)
    func notANumber(order: ScoreOrder) throws {
        var stopper = try Stopper(.experimentPlateau(try ExperimentPlateau(metric: "loss", top: 2, order: order)))
        #expect(try stopper.judge(["loss": .double(.nan)], of: "a") == .goOn)
        #expect(try stopper.judge(["loss": .double(.nan)], of: "a") == .goOn)
        #expect(try stopper.judge(["loss": 0.5], of: "b") == .goOn)
        #expect(try stopper.judge(["loss": 0.5], of: "b") == .stopAll)
        #expect(try stopper.judge(["loss": .double(.nan)], of: "a") == .stopAll)
        #expect(throws: StateError.self) { try stopper.judge(["loss": "x"], of: "a") }
        #expect(try stopper.judge([:], of: "a") == .goOn)
        #expect(throws: StateError.self) { try stopper.judge([:], of: "c") }
    }

    @Test("refuses the state of other rules and then has changed nothing")
    func otherRules() throws {
        var stopper = try Stopper(.iterations(3))
        _ = try stopper.judge([:], of: "a")
        let good = stopper.state
        for rule: StopRule in [.iterations(4), .atLeast("a", 3), .anyOf([]), .when { _, _ in true }] {
            let other = try Stopper(rule).state
            #expect(throws: StateError.self) { try stopper.restore(from: other) }
            #expect(stopper.state == good)
        }
        #expect(throws: StateError.self) { try stopper.restore(from: 3) }
        let plateau = try TrialPlateau(metric: "loss", resultCount: 2)
        var window = try Stopper(.trialPlateau(plateau))
        _ = try window.judge(["loss": 1], of: "a")
        guard case .map(var map) = window.state, case .list(let rules)? = map["rules"], case .map(var rule) = rules[0]
        else { return }
        rule["state"] = [["id": "a", "count": 3, "values": [1, 2, 3]]]
        map["rules"] = [.map(rule)]
        let error = #expect(throws: StateError.self) { try window.restore(from: .map(map)) }
        #expect(error?.path == "rules/0/state/0")
    }

    @Test("an experiment that goes on with other rules keeps what still counts")
    func takeOver() throws {
        let plateau = StopRule.trialPlateau(try TrialPlateau(metric: "loss", resultCount: 2, gracePeriod: 2))
        var before = try Stopper(.anyOf([.timeBudget(seconds: 10), .iterations(2), plateau, .atLeast("loss", 9)]))
        _ = before.isOver(at: 100)
        #expect(before.isOver(at: 110) == true)
        #expect(try before.judge(["loss": 1], of: "a") == .goOn)
        let rules = StopRule.anyOf([plateau, .when { _, _ in false }, .iterations(4), .timeBudget(seconds: 15)])
        var after = try Stopper(rules)
        #expect(throws: StateError.self) { try after.restore(from: before.state) }
        try after.takeOver(from: before.state)
        #expect(after.isOver(at: 7) == false)
        #expect(after.isOver(at: 12) == true)
        // The plateau has the value of before.
        #expect(try after.judge(["loss": 1], of: "a") == .stopTrial)
        #expect(try after.judge(["loss": 2], of: "a") == .goOn)
        #expect(try after.judge(["loss": 3], of: "a") == .stopTrial)
        var fresh = try Stopper(.iterations(2))
        try fresh.takeOver(from: try Stopper(plateau).state)
        #expect(try fresh.judge([:], of: "a") == .goOn)
        #expect(throws: StateError.self) { try fresh.takeOver(from: ["trials": [], "rules": [["rule": "x"]]]) }
    }
}
