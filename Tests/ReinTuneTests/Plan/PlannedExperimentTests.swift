import Foundation
import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

@Suite struct PlannedExperimentTests {
    private func plan(_ entries: String, space: String = #"{"rate": {"uniform": [0, 1]}}"#) throws -> ExperimentPlan {
        try ExperimentPlan(json: #"{"space": \#(space), "metric": "score", "mode": "min", \#(entries)}"#)
    }

    @Test(
        "each scheduler is read with the metric of the experiment, made, and written as it is read",
        arguments: [
            (#"{"type": "fifo"}"#, false, "FIFOScheduler"),
            (
                #"{"type": "asha", "gracePeriod": 2, "bracketCount": 2, "timeAttribute": "steps"}"#, false,
                "ASHAScheduler"
            ),
            (#"{"type": "hyperBand", "maxTime": 27}"#, true, "HyperBandScheduler"),
            (#"{"type": "medianStopping", "gracePeriod": 5, "minSamples": 2}"#, true, "MedianStoppingRule"),
            (
                #"{"type": "populationBased", "interval": 2, "mutations": {"rate": {"uniform": [0, 1]}}}"#, true,
                "PopulationBasedTraining"
            ),
        ])
    func schedulers(text: String, needsCheckpoints: Bool, type: String) throws {
        let plan = try plan(#""scheduler": \#(text)"#)
        #expect(try "\(Swift.type(of: plan.makeScheduler()))" == type)
        #expect(plan.scheduler.needsCheckpoints == needsCheckpoints)
        if type != "FIFOScheduler" {
            #expect(plan.scheduler.objective?.metric == "score" && plan.scheduler.objective?.order == .min)
        }
        let tree = try plan.scheduler.tree()
        let reader = StateReader(tree)
        #expect(reader.optionalChild("metric") == nil && reader.optionalChild("order") == nil)
        #expect(try SchedulerPlan(reader, metric: "score", order: .min).tree() == tree)
        for (key, value) in try StateReader(JSON.parse(text)).map() {
            let written = try reader.child(key)
            if case .int = value.tree { #expect(try written.double() == value.double()) }
        }
        // The metric is said once.
        for key in ["metric", "order", "mode"] where type != "FIFOScheduler" {
            guard case .map(var map) = tree else { return }
            map[key] = "max"
            let error = #expect(throws: StateError.self) {
                try SchedulerPlan(StateReader(.map(map), path: "scheduler"), metric: "score", order: .min)
            }
            #expect(error?.path == "scheduler/\(key)" && error?.code == .alreadyExists)
        }
    }

    @Test("a scheduler of another metric is refused")
    func otherMetric() throws {
        var plan = try plan(#""scheduler": {"type": "asha"}"#)
        try plan.check()
        plan.metric = "return"
        let error = #expect(throws: StateError.self) { try plan.check() }
        #expect(error?.description == "scheduler: compares by score (min), the experiment by return (min)")
        plan.metric = nil
        #expect(throws: StateError.self) { try plan.check() }
    }

    @Test("what changes settings itself goes with no searcher that learns")
    func learningSearchers() throws {
        let population = #""scheduler": {"type": "populationBased", "mutations": {"rate": [1, 2]}}"#
        let error = #expect(throws: StateError.self) { try plan(population + #", "searcher": {"type": "tpe"}"#) }
        #expect(error?.path == "searcher/type")
        _ = try plan(population + #", "searcher": {"type": "random", "limit": 4}"#)
    }

    @Test("a replay reads its file when it begins, and has one trial")
    func replay() throws {
        try withTemporaryDirectory { folder in
            let file = "\(folder)/pbt_policy_a.txt"
            let line = #"["a_tag", "b_tag", 3, 4, {"rate": 0.1}, {"rate": 0.2}]"#
            try (line + "\n").write(toFile: file, atomically: false, encoding: .utf8)
            let plan = try plan(#""scheduler": {"type": "replay", "policy": "\#(file)"}"#)
            let scheduler = try #require(try plan.makeScheduler() as? PopulationBasedTrainingReplay)
            #expect(scheduler.configuration == ["rate": 0.1] && scheduler.changes.count == 1)
            #expect(try SchedulerPlan(StateReader(plan.scheduler.tree()), metric: nil, order: .max).needsCheckpoints)
            var other = plan
            other.scheduler = .replay(policy: "\(folder)/none")
            #expect(#expect(throws: StateError.self) { try other.makeScheduler() }?.path.hasPrefix("scheduler") == true)
            other = plan
            other.samples = 2
            #expect(#expect(throws: StateError.self) { try other.check() }?.path == "samples")
            other.samples = -1
            #expect(#expect(throws: StateError.self) { try other.check() }?.path == "samples")
        }
    }

    /// Runs an experiment of climbers whose score is their height.
    private func run(_ entries: String, in folder: String) async throws -> (most: Int, trials: [TrialRecord]) {
        let text = #"{"space": {"rate": {"uniform": [0, 1]}}, "metric": "height", "mode": "max", \#(entries)}"#
        var tuner = try Tuner(ExperimentPlan(json: text), of: TrainableDefinition(Climber.self))
        tuner.machine = try MachineResources(cpus: 4, gpus: 0, memory: 1e9)
        tuner.synchronizes = false
        var most = 0
        let outcome = try await tuner.run(in: folder) { most = max(most, $0.count(.running)) }
        #expect(outcome.isFinished && outcome.trials.allSatisfy { $0.status == .terminated })
        return (most, outcome.trials)
    }

    @Test("a tuner has the searcher, the scheduler, the rule and the numbers of the plan")
    func tuners() async throws {
        try await withTemporaryDirectory { folder in
            let stop = #""stop": {"training_iteration": 2}"#
            let (most, trials) = try await run(
                #""samples": 6, "maxConcurrent": 2, "seed": 3, \#(stop)"#, in: "\(folder)/a")
            #expect(most == 2 && trials.count == 6)
            #expect(trials.allSatisfy { $0.lastResult?.metric("training_iteration") == 2 })
            let other = try await run(#""samples": 6, "seed": 4, \#(stop)"#, in: "\(folder)/b")
            #expect(other.most == 4 && other.trials.map(\.configuration) != trials.map(\.configuration))
            // A searcher that learns, bounded, with a point of its own.
            let learned = try await run(
                #""samples": 5, "searcher": {"type": "tpe", "pointsToEvaluate": [{"rate": 0.25}], "limit": 1}, \#(stop)"#,
                in: "\(folder)/c")
            #expect(learned.most == 1 && learned.trials.count == 5)
            #expect(learned.trials[0].configuration == ["rate": 0.25])
        }
    }

    @Test("what is trained gets the seeds and the resources of the plan")
    func definitions() async throws {
        let plan = try plan(#""seeds": 2, "resources": {"bundles": [{"CPU": 3}]}"#)
        let definition = try plan.definition(of: TrainableDefinition(ValueCounter.self))
        #expect(try definition.resources(for: [:]) == PlacementGroup(cpus: 3))
        let result = try await TrainableDriver(definition).train()
        #expect(result["seeds/1/n"] == 1 && result["n"] == 1.0)
        let plain = try self.plan(#""samples": 2"#).definition(of: TrainableDefinition(ValueCounter.self))
        #expect(try await TrainableDriver(plain).train()["seeds"] == nil)
        #expect(try plain.resources(for: [:]) == .oneCPU)
        #expect(throws: StateError.self) { try plan.definition(of: TrainableDefinition(named: "f") { _, _ in nil }) }
    }
}
