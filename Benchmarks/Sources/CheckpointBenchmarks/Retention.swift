import Foundation
import Rein

/// Measures what it takes to score checkpoints and to say which stay, among 10,000 that stay: the processor's time
/// of one registration in nanoseconds, the median of nine runs with the extremes.
enum Retention {
    private static let count = 10_000

    static func measure() throws {
        print("| checkpoints | what | ns a registration |")
        print("| ---: | --- | ---: |")
        try row("all stay, by a score", CheckpointConfig(scoreAttribute: "score"))
        try row("all stay, by a score of a map inside", CheckpointConfig(scoreAttribute: "evaluation/score"))
        try row("all stay, newest first", CheckpointConfig())
        try row("10,000 stay of 20,000, by a score", CheckpointConfig(numToKeep: count, scoreAttribute: "score"))
        try row("10,000 stay of 20,000, newest first", CheckpointConfig(numToKeep: count))
    }

    private static func row(_ name: String, _ config: CheckpointConfig) throws {
        var generator = SystemRandomNumberGenerator()
        let metrics = (0..<2 * count).map { index -> StateTree in
            let score = StateTree.double(.random(in: -1...1, using: &generator))
            return [
                "training_iteration": .int(Int64(index)), "score": score, "evaluation": ["length": 7, "score": score],
            ]
        }
        let samples = (0..<9).map { _ in
            var ranking = CheckpointRanking(config)
            // With a number to keep, what is measured is that as many go as come.
            let first = config.numToKeep ?? 0
            for index in 0..<first { ranking.register(index, metrics: metrics[index]) }
            let start = Measurement.processorNanoseconds
            for index in first..<(first + count) { ranking.register(index, metrics: metrics[index]) }
            let time = Measurement.processorNanoseconds - start
            precondition(ranking.count == count || ranking.count == count + 1, "10,000 are to stay")
            return time / Double(count)
        }.sorted()
        func text(_ value: Double) -> String { String(format: "%.0f", value) }
        print("| \(count) | \(name) | \(text(samples[4])) [\(text(samples[0]))..\(text(samples[8]))] |")
    }
}
