import Foundation
import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

@Suite struct ExperimentPlanTests {
    private static let whole = """
        {"trainable": {"algorithm": "PPO", "environment": "CartPole-v1"},
         "space": {"learningRate": {"logUniform": [1e-5, 1e-2]}, "width": {"int": [8, 64], "step": 8}, "discount": 0.99},
         "metric": "evaluation/returnMean", "mode": "min",
         "scheduler": {"type": "asha", "maxTime": 81, "reductionFactor": 3},
         "searcher": {"type": "tpe", "startupTrials": 4, "pointsToEvaluate": [{"width": 16}], "limit": 3,
                      "waitsForBatch": true},
         "samples": 12, "seeds": {"count": 3, "summary": "interquartileMean", "firstSeed": 100},
         "stop": {"training_iteration": 100}, "resources": {"bundles": [{"CPU": 2, "GPU": 0.5}]},
         "maxConcurrent": 2, "checkpoints": {"numToKeep": 2, "frequency": 5},
         "failures": {"maxFailures": -1, "maxRestoreFailures": 1, "failFast": true}, "seed": 7,
         "timeBudget": 3600, "stepTimeLimit": 60, "trialsIn": "processes", "deterministic": true}
        """

    @Test("everything is read, and written as it is read")
    func whole() throws {
        let plan = try ExperimentPlan(json: Self.whole)
        #expect(plan.trainable == ["algorithm": "PPO", "environment": "CartPole-v1"])
        #expect(plan.space.entries.map(\.key) == ["learningRate", "width", "discount"])
        #expect(plan.metric == "evaluation/returnMean" && plan.order == .min)
        #expect(plan.bestTrialRule == BestTrialRule("evaluation/returnMean", .min))
        guard case .asha(let settings) = plan.scheduler else { throw StateError(.wrongType, "no ASHA") }
        #expect(
            try settings
                == ASHAScheduler.Configuration(
                    metric: "evaluation/returnMean", order: .min, maxTime: 81, reductionFactor: 3))
        #expect(
            plan.searcher
                == SearcherPlan(
                    .tpe(TPEOptions(startupTrials: 4)), pointsToEvaluate: [["width": 16]], limit: 3, waitsForBatch: true
                ))
        #expect(plan.samples == 12 && plan.maximumTrials == 12)
        #expect(plan.seeds == SeedPlan(count: 3, summary: .interquartileMean, firstSeed: 100))
        #expect(try plan.resources == PlacementGroup(cpus: 2, gpus: 0.5) && plan.maxConcurrent == 2)
        #expect(try plan.checkpoints == CheckpointConfig(numToKeep: 2, frequency: 5))
        #expect(
            try plan.failures
                == FailurePolicy(maximumFailures: nil, maximumRestoreFailures: 1, failsFast: true))
        #expect(plan.seed == 7 && plan.timeBudget == 3600 && plan.stepTimeLimit == 60)
        #expect(plan.trialsIn == .processes && plan.isDeterministic)
        #expect(
            try plan.stopRule?.tree()
                == StopRule.anyOf([.anyOf([.atLeast("training_iteration", 100)]), .timeBudget(seconds: 3600)]).tree())
        let tree = try plan.tree()
        #expect(try ExperimentPlan(StateReader(tree)).tree() == tree)
        #expect(try ExperimentPlan(json: JSON.text(tree)).tree() == tree)
    }

    @Test("the example of the documentation is a plan")
    func documented() throws {
        let root = #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined()
        let article = try String(
            contentsOfFile: "\(root)/Sources/ReinTune/ReinTune.docc/Plans-of-Experiments.md", encoding: .utf8)
        let example = try #require(
            article.split(separator: "```json\n").dropFirst().first?.split(separator: "```").first)
        let plan = try ExperimentPlan(json: String(example))
        #expect(plan.seeds == SeedPlan(count: 3, summary: .interquartileMean) && plan.samples == 40)
        #expect(ExperimentPlan.Key.allCases.allSatisfy { article.contains("`\($0.rawValue)`") })
    }

    @Test("what is left out has its standard value, and null is as good")
    func standard() throws {
        let plan = try ExperimentPlan(json: #"{"space": {"rate": {"uniform": [0, 1]}}}"#)
        #expect(plan.trainable.isEmpty && plan.metric == nil && plan.samples == 1 && plan.seeds == nil)
        #expect(plan.stopRule == nil && plan.bestTrialRule == nil && plan.maximumTrials == nil)
        #expect(plan.searcher == SearcherPlan() && plan.failures == .standard && plan.checkpoints == .standard)
        #expect(plan.trialsIn == .threads && !plan.isDeterministic && plan.seed == 0)
        guard case .fifo = plan.scheduler else { throw StateError(.wrongType, "another scheduler") }
        let tree = try plan.tree()
        #expect(try StateReader(tree).map().map(\.key) == ExperimentPlan.Key.allCases.map(\.rawValue))
        #expect(try ExperimentPlan(StateReader(tree)).tree() == tree)
        #expect(try ExperimentPlan(json: #"{"space": {}, "seeds": 4}"#).seeds == SeedPlan(count: 4))
    }

    @Test(
        "what cannot be is refused with its place",
        arguments: [
            (#""metrics": "a""#, "metrics: there is no such key; did you mean \"metric\"?"),
            (#""metric": "a""#, "mode: required beside \"metric\", but missing"),
            (#""mode": "max""#, "metric: required beside \"mode\", but missing"),
            (#""metric": "a/", "mode": "max""#, "metric: \"a/\" names no metric"),
            (#""metric": "a", "mode": "maximum""#, "mode: there is no mode \"maximum\"; known ones are max, min"),
            (#""metric": 1, "mode": "max""#, "metric: expected string"),
            (#""scheduler": {"type": "fifo", "maxTime": 1}"#, "scheduler/maxTime: there is no such key"),
            (#""scheduler": {"maxTime": 1}"#, "scheduler/type: required, but missing"),
            (#""scheduler": {"type": "ASHA"}"#, "scheduler/type: there is no scheduler \"ASHA\""),
            (#""scheduler": {"type": "asha"}"#, "metric: the scheduler asha compares trials by it"),
            (#""searcher": {"type": "tpe"}"#, "metric: the searcher learns from it"),
            (#""searcher": {"type": "tpe", "draws": "anewInEachCell"}"#, "searcher/draws: there is no such key"),
            (#""searcher": {"type": "random", "draws": "once"}"#, "searcher/draws: there is no way to draw \"once\""),
            (#""searcher": {"type": "random", "limit": 0}"#, "searcher/limit: at least one trial has to run"),
            (#""searcher": {"type": "random", "waitsForBatch": true}"#, "searcher/waitsForBatch: a batch is as large"),
            (
                #""searcher": {"type": "random", "pointsToEvaluate": [{"rate": 2}]}"#,
                "searcher/pointsToEvaluate/0/rate: "
            ),
            (
                #""searcher": {"type": "random", "pointsToEvaluate": [1]}"#,
                "searcher/pointsToEvaluate/0: expected a map"
            ),
            (#""samples": -2"#, "samples: -2 is out of range (allowed: 0 and more, or -1 for no end)"),
            (#""samples": 1.5"#, "samples: expected integer"),
            (#""seeds": 0"#, "seeds: 0 is out of range"),
            (#""seeds": {"count": 0}"#, "seeds/count: 0 is out of range"),
            (#""seeds": {"number": 3}"#, "seeds/number: there is no such key"),
            (#""seeds": {"count": 2, "summary": "median"}"#, "seeds/summary: there is no summary \"median\""),
            (#""stop": {"rule": "iteration", "count": 3}"#, "stop/rule: there is no rule \"iteration\""),
            (#""resources": {"bundles": [{"cpu": 1}]}"#, "resources/bundles/0/cpu: there is no such resource"),
            (#""maxConcurrent": 0"#, "maxConcurrent: 0 is out of range (allowed: 1 and more)"),
            (#""checkpoints": {"keep": 1}"#, "checkpoints/keep: there is no such key"),
            (#""failures": {"maxFailures": -2}"#, "failures/maxFailures: -2 is out of range"),
            (#""failures": {"maxRestoreFailures": -1}"#, "failures/maxRestoreFailures: -1 is out of range"),
            (
                #""failures": {"failsFast": true}"#,
                "failures/failsFast: there is no such key; did you mean \"failFast\"?"
            ),
            (#""seed": -1"#, "seed: -1 is out of range"),
            (#""timeBudget": 0"#, "timeBudget: 0.0 is out of range (allowed: seconds, finite, above 0)"),
            (#""stepTimeLimit": "1h""#, "stepTimeLimit: expected number"),
            (#""trialsIn": "thread""#, "trialsIn: there is no place for trials \"thread\"; did you mean \"threads\"?"),
            (#""deterministic": 1"#, "deterministic: expected boolean"),
            (#""trainable": "PPO""#, "trainable: expected a map"),
        ])
    func refusals(entry: String, message: String) {
        let error = #expect(throws: StateError.self) {
            try ExperimentPlan(json: #"{"space": {"rate": {"uniform": [0, 1]}}, "# + entry + "}")
        }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    }

    @Test("a space that cannot be searched is refused with its place")
    func spaces() {
        func refusal(_ text: String) -> String {
            let error = #expect(throws: StateError.self) { try ExperimentPlan(json: text) }
            return error?.description ?? ""
        }
        #expect(refusal("{}").hasPrefix("space: required, but missing"))
        #expect(refusal(#"{"space": {"rate": {"uniform": [1, 0]}}}"#).hasPrefix("space/rate/uniform"))
        #expect(
            refusal(
                #"{"space": {"a": {"grid": [1, 2]}}, "metric": "m", "mode": "max", "searcher": {"type": "tpe"}}"#
            ).hasPrefix("space/a: a grid is gone through, not searched"))
        #expect(refusal(#"{"space": {"b": {"derived": "product", "of": ["c", 4]}}}"#).hasPrefix("space/b"))
        #expect(#expect(throws: StateError.self) { try ExperimentPlan(json: "[") }?.code == .malformed)
    }

    @Test("closures cannot be written, and the error says where they are")
    func closures() throws {
        var plan = ExperimentPlan(space: ["a": .uniform(0...1)])
        plan.stop = .when { _, _ in true }
        #expect(#expect(throws: StateError.self) { try plan.tree() }?.path.hasPrefix("stop") == true)
        plan.stop = nil
        plan.metric = "m"
        plan.scheduler = .populationBased(
            try .init(metric: "m", order: .max, exploring: { configuration, _ in configuration }))
        #expect(#expect(throws: StateError.self) { try plan.tree() }?.path == "scheduler/exploring")
        plan = ExperimentPlan(space: ["a": .uniform(0...1), "b": .derived { try $0["a"] * 2 }])
        #expect(#expect(throws: StateError.self) { try plan.tree() }?.path == "space/b")
    }
}
