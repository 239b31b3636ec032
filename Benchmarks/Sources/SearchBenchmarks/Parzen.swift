import ReinCheckpoints
import ReinTrainables
import ReinTune

/// Settings of PPO for Acrobot after few steps, searched for with tree-structured Parzen estimators, three seeds each; and
/// the best of them and the defaults with ten other seeds.
enum Parzen {
    static let iterations = 16
    static let metric = "evaluation/returnMean"

    static func run(trials: Int) async throws -> (record: StateTree, isUseful: Bool) {
        let searched: SearchSpace = [
            "learningRate": .logUniform(1e-4...1e-2), "epochs": .integers(3...20),
            "minibatchSize": .choice([32, 64, 128, 256]), "gaeLambda": .uniform(0.8...1),
            "discount": .choice([0.95, 0.98, 0.99, 0.999]), "entropyCoefficient": .logUniform(1e-5...0.1),
            "clipRange": .uniform(0.1...0.4),
        ]
        let space = try SearchSpace(entries(fixed) + searched.entries)
        let definition = try TrainableDefinition(AlgorithmTrainable.self).repeated(
            seeds: 3, summary: .interquartileMean, firstSeed: 1)
        var tuner = Tuner(
            definition,
            searcher: try SpaceSearcher(
                searching: space, metric: metric, order: .max, options: TPEOptions(startupTrials: 10), seed: 1),
            space: space, seed: 1)
        tuner.maximumTrials = trials
        configure(&tuner)
        let best = try await SearchBenchmarks.withFolder { folder in
            let outcome = try await tuner.run(in: folder)
            precondition(outcome.isFinished, "the search did not come to its end")
            return outcome.trials.max {
                let (left, right) = (SearchBenchmarks.last(metric, of: $0), SearchBenchmarks.last(metric, of: $1))
                return right.isNaN ? false : left.isNaN || left < right
            }
        }
        guard let best else { return ([:], false) }
        var settings = best.configuration
        settings["seed"] = nil
        let found = try await measure(settings)
        let defaults = try await measure(fixed)
        let record: StateTree = [
            "environment": "Acrobot-v1", "algorithm": "PPO", "iterations": .int(Int64(iterations)),
            "trials": .int(Int64(trials)), "seedsOfTheSearch": [1, 2, 3], "best": .map(settings),
            "returnInTheSearch": .double(SearchBenchmarks.last(metric, of: best)),
            "otherSeeds": "101 to 110", "found": row(found), "defaults": row(defaults),
        ]
        return (record, interquartileMean(found) > interquartileMean(defaults))
    }

    private static let fixed: StateMap = [
        "environment": "Acrobot-v1", "evaluation": ["every": .int(Int64(iterations)), "episodes": 50],
    ]

    private static func entries(_ settings: StateMap) -> [SearchSpace.Entry] {
        settings.map { key, value in (key: key, parameter: .fixed(value)) }
    }

    private static func configure(_ tuner: inout Tuner) {
        tuner.stopRule = .iterations(iterations)
        tuner.isDeterministic = true
        tuner.maximumConcurrency = 2
        tuner.synchronizes = false
        tuner.writesEvents = false
    }

    /// The returns that settings come to with ten seeds.
    private static func measure(_ settings: StateMap) async throws -> [Double] {
        let seeds = SearchSpace.Parameter.grid((101...110).map { .fixed(.int($0)) })
        let space = try SearchSpace(entries(settings) + [(key: "seed", parameter: seeds)])
        var tuner = try Tuner(TrainableDefinition(AlgorithmTrainable.self), searching: space)
        configure(&tuner)
        return try await SearchBenchmarks.withFolder { folder in
            let outcome = try await tuner.run(in: folder)
            return outcome.trials.map { SearchBenchmarks.last(metric, of: $0) }
        }
    }

    /// The mean of the middle half.
    private static func interquartileMean(_ values: [Double]) -> Double {
        let middle = values.sorted().dropFirst(values.count / 4).dropLast(values.count / 4)
        return middle.reduce(0, +) / Double(middle.count)
    }

    private static func row(_ values: [Double]) -> StateTree {
        ["returns": .list(values.map { .double($0) }), "interquartileMean": .double(interquartileMean(values))]
    }
}
