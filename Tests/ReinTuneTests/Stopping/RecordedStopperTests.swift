import ReinCheckpoints
import Testing

@testable import ReinTune

@Suite struct RecordedStopperTests {
    private static func cases() throws -> [StateReader] { Array(try Fixture.named("stoppers").list("cases")) }

    /// The rule of a recorded stopper; nil for what has no case here.
    private static func rule(_ recorded: StateReader) throws -> StopRule? {
        let (name, arguments) = (try recorded.string("name"), try recorded.child("arguments"))
        func order(_ key: String) throws -> ScoreOrder? {
            try arguments.optionalChild(key).flatMap { ScoreOrder(rawValue: try $0.string()) }
        }
        if name.hasPrefix("MaximumIteration") { return .iterations(try arguments.int("max_iter")) }
        if name.hasPrefix("TrialPlateau") {
            let threshold = try arguments.optionalChild("metric_threshold")?.double()
            return .trialPlateau(
                try TrialPlateau(
                    metric: arguments.string("metric"), deviation: arguments.optionalChild("std")?.double() ?? 0.01,
                    resultCount: arguments.optionalChild("num_results")?.int() ?? 4,
                    gracePeriod: arguments.optionalChild("grace_period")?.int() ?? 4,
                    // One without an order cannot be written here; of the two recorded one is 0 and does nothing.
                    threshold: try order("mode").flatMap { order in threshold.map { .init($0, order) } }))
        }
        if name.hasPrefix("ExperimentPlateau") {
            return .experimentPlateau(
                try ExperimentPlateau(
                    metric: arguments.string("metric"), deviation: arguments.optionalChild("std")?.double() ?? 0.001,
                    top: arguments.optionalChild("top")?.int() ?? 10, order: order("mode") ?? .min,
                    patience: arguments.optionalChild("patience")?.int() ?? 0))
        }
        if name == "Function" {
            return .when { result, _ in StateReader(result).optionalChild("x")?.tree == 3 }
        }
        if name == "Combined" {
            return .anyOf([
                .iterations(4), .trialPlateau(try TrialPlateau(metric: "loss", resultCount: 2, gracePeriod: 1)),
            ])
        }
        return nil
    }

    @Test("decides as recorded, in one run and in two halves", arguments: [false, true])
    func decisions(inHalves: Bool) throws {
        var count = 0
        for recorded in try Self.cases() {
            guard let steps = try recorded.optionalChild("steps")?.list(), recorded.optionalChild("arguments") != nil,
                let rule = try Self.rule(recorded)
            else { continue }
            count += 1
            var stopper = try Stopper(rule)
            for (place, step) in steps.enumerated() {
                let id = TrialID(try step.string("trial"))
                let result = Self.result(try step.child("result").tree)
                let where_ = "\(try recorded.string("name")), step \(place)"
                if inHalves, place == steps.count / 2 {
                    let state = stopper.state
                    stopper = try Stopper(rule)
                    try stopper.restore(from: state)
                    #expect(stopper.state == state)
                }
                if step.optionalChild("error") != nil {
                    #expect(throws: StateError.self, "\(where_)") { try stopper.judge(result, of: id) }
                    continue
                }
                let decision = try stopper.judge(result, of: id)
                #expect(decision.stopsTrial == (try step.child("stop_trial").bool()), "\(where_)")
                #expect(decision.stopsExperiment == (try step.child("stop_all").bool()), "\(where_)")
            }
        }
        #expect(count == 18)
    }

    private static func result(_ tree: StateTree) -> StateTree {
        guard case .map(let map) = tree else { return tree }
        // Text that stands for a number is one; the text of a case is left.
        return .map(StateMap(uniqueEntries: map.map { ($0.key, $0.value.withNumbersForWords) }))
    }

    @Test("Ray's stop dictionaries decide as recorded")
    func dictionaries() throws {
        let cases = try Self.cases().filter { $0.optionalChild("stop") != nil }
        #expect(cases.count == 10)
        for recorded in cases {
            var stopper = try Stopper(try StopRule(recorded.child("stop")))
            let name = try recorded.string("name")
            for step in try recorded.list("steps") {
                let result = Self.result(try step.child("result").tree)
                guard step.optionalChild("error") == nil else {
                    let error = #expect(throws: StateError.self) { try stopper.judge(result, of: "a") }
                    #expect(error?.path == "score")
                    continue
                }
                let expected = try step.child("stop").bool()
                #expect(try stopper.judge(result, of: "a").stopsTrial == expected, "\(name)")
            }
        }
    }

    @Test("the time budget is used up as recorded, and what is left counts after a restore")
    func timeout() throws {
        let recorded = try #require(try Self.cases().first { try $0.string("name") == "Timeout 10 s" })
        let rule = StopRule.timeBudget(seconds: try recorded.child("arguments").double("timeout"))
        var stopper = try Stopper(rule)
        for step in try recorded.list("clock_steps") {
            #expect(stopper.isOver(at: try step.double("clock")) == (try step.child("stop_all").bool()))
        }
        var first = try Stopper(.anyOf([.iterations(3), rule]))
        for clock in [1000.0, 1006] { #expect(first.isOver(at: clock) == false) }
        var second = try Stopper(.anyOf([.iterations(3), rule]))
        try second.restore(from: first.state)
        for step in try recorded.list("after_6_s_saved_and_restored") {
            #expect(second.isOver(at: try step.double("clock")) == (try step.child("stop_all").bool()))
        }
    }

    @Test("a clock that jumps back takes nothing back, and one that is no number says nothing")
    func clock() throws {
        var stopper = try Stopper(.timeBudget(seconds: 10))
        for seconds in [100, 106, 50, .nan, -.infinity, 53.0] { #expect(stopper.isOver(at: seconds) == false) }
        #expect(stopper.isOver(at: 54) == true)
        #expect(stopper.isOver(at: 0) == true)
    }

    @Test("what Ray's constructors refuse is refused, and names the setting")
    func refused() throws {
        for recorded in try Self.cases() where recorded.optionalChild("error") != nil {
            let arguments = try recorded.child("arguments")
            // An order that does not exist, a fraction of a value and a whole number for a deviation have no words here.
            if arguments.optionalChild("mode") != nil || arguments.tree == ["top": 2.5] { continue }
            if arguments.tree == ["std": 1] { continue }
            if arguments.optionalChild("metric_threshold") != nil {
                let data: StateTree = ["rule": "trialPlateau", "metric": "loss", "threshold": 0.5]
                #expect(throws: StateError.self) { try StopRule(StateReader(data)) }
                continue
            }
            let error = #expect(throws: StateError.self) {
                try ExperimentPlateau(
                    metric: "loss", deviation: arguments.optionalChild("std")?.double() ?? 0.001,
                    top: arguments.optionalChild("top")?.int() ?? 10,
                    patience: arguments.optionalChild("patience")?.int() ?? 0)
            }
            let names = ["std": "deviation", "top": "top", "patience": "patience"]
            #expect(error?.path == names[try arguments.map()[0].key])
        }
    }
}
