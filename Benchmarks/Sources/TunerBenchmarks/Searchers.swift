import ReinCheckpoints
import ReinTune

/// What tree-structured Parzen estimators take to think.
enum Searchers {
    static func measure() throws {
        let space: SearchSpace = [
            "rate": .logUniform(1e-5...1), "momentum": .uniform(0...1), "width": .integers(8...512),
        ]
        var searcher = try SpaceSearcher(searching: space, metric: "score", order: .max, seed: 1)
        print("| tree-structured Parzen estimators, three parameters | |")
        print("| --- | ---: |")
        let start = ContinuousClock.now
        for number in 0..<1_000 { try tell(&searcher, number) }
        print("| s for 1,000 trials | \(TunerBenchmarks.text([(ContinuousClock.now - start) / .seconds(1)])) |")
        for number in 1_000..<10_000 { try tell(&searcher, number) }
        var samples: [Double] = []
        for number in 10_000..<10_020 {
            let start = ContinuousClock.now
            _ = try searcher.suggest(TrialID("\(number)"))
            samples.append((ContinuousClock.now - start) / .milliseconds(1))
        }
        print("| ms a suggestion after 10,000 trials | \(TunerBenchmarks.text(samples, digits: 2)) |")
    }

    private static func tell(_ searcher: inout SpaceSearcher<TPESearcher>, _ number: Int) throws {
        let id = TrialID("\(number)")
        guard case .configuration(let configuration) = try searcher.suggest(id) else { return }
        guard case .double(let rate)? = configuration["rate"], case .double(let momentum)? = configuration["momentum"]
        else { return }
        let score = -(rate - 0.1) * (rate - 0.1) - (momentum - 0.9) * (momentum - 0.9)
        searcher.complete(id, result: ["score": .double(score)], hasFailed: false)
    }
}
