import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

struct WarmStartTests {
    private static let space: SearchSpace = ["rate": .uniform(0...1), "kind": .choice(["a", "b"])]

    private static func searcher() throws -> SpaceSearcher<TPESearcher> {
        try SpaceSearcher(
            searching: space, metric: "height", order: .max, options: TPEOptions(startupTrials: 5), seed: 4)
    }

    @Test("A search knows what the trials of an earlier experiment came to, as if they had been its own")
    func earlierExperiment() async throws {
        try await withTemporaryDirectory { folder in
            var tuner = Tuner(TrainableDefinition(Climber.self), searcher: try Self.searcher(), space: Self.space)
            tuner.maximumTrials = 8
            tuner.stopRule = .iterations(2)
            tuner.maximumConcurrency = 1
            tuner.synchronizes = false
            let outcome = try await tuner.run(in: "\(folder)/e")
            let results = try await outcome.results()
            let warm = try SpaceSearcher(
                warmStartedFrom: results, searching: Self.space, metric: "height", order: .max,
                options: TPEOptions(startupTrials: 5), seed: 9)
            var told = try SpaceSearcher(
                searching: Self.space, metric: "height", order: .max, options: TPEOptions(startupTrials: 5), seed: 9)
            var (one, other) = (warm, told)
            #expect(try one.suggest("t") != other.suggest("t"))
            for trial in outcome.trials {
                let values: StateMap = [
                    "rate": trial.configuration["rate"] ?? .null, "kind": trial.configuration["kind"] ?? .null,
                ]
                let score = try #require(trial.lastResult).number(of: "height")
                var base = told.base
                try base.add(EvaluatedPoint(values, score: score))
                told = try SpaceSearcher(Self.space, with: base)
            }
            (one, other) = (warm, told)
            for number in 0..<10 {
                let id = TrialID("\(number)")
                #expect(try one.suggest(id) == other.suggest(id))
            }
            // Settings of another space are an error that names the trial.
            let error = #expect(throws: StateError.self) {
                try SpaceSearcher(
                    warmStartedFrom: results, searching: ["rate": .uniform(5...6)], metric: "height",
                    order: .max, seed: 9)
            }
            #expect(error?.path.contains(outcome.trials[0].id.string) == true)
        }
    }
}
