import ReinCheckpoints
import Testing

@testable import ReinTune

struct SearchedSpaceTests {
    private static let space: SearchSpace = [
        "fixed": "x", "x": .uniform(-5...5), "twice": .derived { try $0["x"] * 2 },
        "kind": .cases([
            "line": ["slope": .uniform(0...1)], "step": ["slope": .uniform(0...1), "height": .integers(1...4)],
            "none": [:],
        ]),
        "network": ["width": .logIntegers(8...256)],
    ]

    @Test("The parameters of a space are its domains, with the choices they depend on")
    func parameters() throws {
        let parameters = try Self.space.searchParameters()
        #expect(parameters.map(\.path) == ["x", "kind", "slope", "height", "network/width"])
        #expect(parameters[2].condition == .init("kind", isAnyOf: ["line", "step"]))
        #expect(parameters[3].condition == .init("kind", is: "step"))
        #expect(parameters[4].condition == nil)
        let grid = #expect(throws: StateError.self) { try (["a": .grid([1, 2])] as SearchSpace).searchParameters() }
        #expect(grid?.path == "a")
        let different: SearchSpace = ["k": .cases(["a": ["r": .uniform(0...1)], "b": ["r": .uniform(0...2)]])]
        #expect(#expect(throws: StateError.self) { try different.searchParameters() }?.path == "r")
    }

    /// The lower, the better; the best is 0 at x = 1 of the kind "none".
    private static func loss(_ settings: StateMap) throws -> Double {
        guard case .double(let x)? = settings["x"], case .double(let twice)? = settings["twice"],
            case .string(let kind)? = settings["kind"]
        else { throw StateError(.malformed, "settings are missing") }
        try #require(twice == 2 * x && settings["fixed"] == "x" && (settings["slope"] == nil) == (kind == "none"))
        return (x - 1) * (x - 1) + (kind == "none" ? 0 : 1)
    }

    @Test("A controller finds better settings with it than at random, and goes on from its state as without")
    func search() throws {
        func make() throws -> TrialController {
            try TrialController(
                searching: ConcurrencyLimiter(
                    SpaceSearcher(
                        searching: Self.space, metric: "loss", order: .min, pointsToEvaluate: [["x": 4]], seed: 3),
                    limit: 2),
                scheduling: FIFOScheduler(), stopping: .iterations(1),
                ControllerSettings(experiment: "abcde", concurrency: 2, maximumTrials: 100), space: Self.space)
        }
        var whole = ScriptedExperiment(try make()) { record, _ in
            (try? Self.loss(record.configuration)).map { ["loss": .double($0)] }
        }
        var parts = whole
        for count in 0..<101 {
            try whole.step()
            try parts.step()
            guard count % 20 == 19 else { continue }
            var other = try make()
            try other.restore(from: TreeLine.tree(in: Array(TreeLine.text(of: parts.controller.state).utf8)))
            parts.controller = other
        }
        #expect(whole.log == parts.log)
        #expect(whole.controller.isClosed && whole.controller.trials.records.count == 100)
        let records = whole.controller.trials.records
        #expect(records.first?.configuration["x"] == 4.0 && records.allSatisfy { $0.status != .errored })
        let losses = try records.map { try Self.loss($0.configuration) }
        // At random half of the losses are above 6.
        #expect(try #require(losses.min()) < 0.05 && losses.suffix(40).sorted()[20] < 2)
    }
}
