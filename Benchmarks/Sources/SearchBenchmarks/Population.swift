import ReinCheckpoints
import ReinRandom
import ReinTrainables
import ReinTune

/// A population of PPO on Pendulum, with learning rates and entropy bonuses from far too small to far too large: trained
/// with population-based training, and as long without it, from the same beginnings.
enum Population {
    static let size = 8
    static let iterations = 60
    static let metric = "episodeReturnMean"

    static func run(seeds: Int) async throws -> (record: StateTree, isUseful: Bool) {
        var rows: [StateTree] = []
        var wins = 0
        var sums = (with: 0.0, without: 0.0)
        for seed in 1...max(1, seeds) {
            let with = try await best(seed: seed, exploits: true)
            let without = try await best(seed: seed, exploits: false)
            print("seed \(seed): \(with) with exploiting and exploring, \(without) without")
            rows.append(["seed": .int(Int64(seed)), "with": .double(with), "without": .double(without)])
            if with > without { wins += 1 }
            sums.with += with
            sums.without += without
        }
        let count = Double(rows.count)
        let record: StateTree = [
            "environment": "Pendulum-v1", "algorithm": "PPO", "population": .int(Int64(size)),
            "iterations": .int(Int64(iterations)), "metric": .string(metric),
            "measured": "the best member's mean return of its last 100 training episodes", "seeds": .list(rows),
            "wins": .int(Int64(wins)), "meanWith": .double(sums.with / count),
            "meanWithout": .double(sums.without / count),
        ]
        return (record, sums.with > sums.without && wins * 2 > rows.count)
    }

    private static func best(seed: Int, exploits: Bool) async throws -> Double {
        let rate = Domain.logUniform(1e-6...1e-1)
        let entropy = Domain.logUniform(1e-5...1)
        let space: SearchSpace = [
            "environment": .fixed("Pendulum-v1"), "discount": .fixed(0.9), "environmentCount": .fixed(8),
            "rolloutLength": .fixed(256), "seed": .fixed(.int(Int64(seed))), "learningRate": .domain(rate),
            "entropyCoefficient": .domain(entropy),
        ]
        var tuner = try Tuner(
            TrainableDefinition(AlgorithmTrainable.self), searching: space, samples: size, seed: UInt64(seed))
        if exploits {
            tuner.scheduler = PopulationBasedTraining(
                try .init(
                    metric: metric, order: .max, timeAttribute: "training_iteration", interval: 5,
                    mutations: ["learningRate": .domain(rate), "entropyCoefficient": .domain(entropy)]),
                random: RandomStream(seed: UInt64(seed), name: "population"))
        }
        tuner.stopRule = .iterations(iterations)
        tuner.checkpoints = try CheckpointConfig(numToKeep: 2)
        tuner.isDeterministic = true
        tuner.maximumConcurrency = size
        tuner.synchronizes = false
        tuner.writesEvents = false
        return try await SearchBenchmarks.withFolder { folder in
            let outcome = try await tuner.run(in: folder)
            precondition(outcome.isFinished, "the population did not come to its end")
            return outcome.trials.map { SearchBenchmarks.last(metric, of: $0) }.filter { !$0.isNaN }.max() ?? -.infinity
        }
    }
}
