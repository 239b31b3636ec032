import Foundation
import ReinCheckpoints
import ReinTestSupport
import Testing

@testable import ReinTune

struct DeterministicPopulationTests {
    private static func tuner(frequency: Int) throws -> Tuner {
        let space: SearchSpace = ["rate": .grid([0.25, 0.5, 0.75, 1.0])]
        var tuner = try Tuner(TrainableDefinition(Climber.self), searching: space)
        tuner.scheduler = PopulationBasedTraining(
            try .init(
                metric: "height", order: .max, timeAttribute: "training_iteration", interval: 2,
                mutations: ["rate": .domain(.uniform(0...1))], quantile: 0.5))
        tuner.stopRule = .iterations(24)
        tuner.checkpoints = try CheckpointConfig(numToKeep: 2, frequency: frequency)
        tuner.isDeterministic = true
        tuner.synchronizes = false
        tuner.writesEvents = false
        return tuner
    }

    // With a frequency, whoever is taken over from may have a checkpoint already that nobody has decided on.
    @Test("Who takes over from whom, and what, depends on the seed alone", arguments: [0, 1])
    func repeats(frequency: Int) async throws {
        try await withTemporaryDirectory { folder in
            var seen: Set<String> = []
            for run in 0..<5 {
                // The name of the folder is part of the ids.
                let name = "\(folder)/\(run)/climbers"
                let outcome = try await Self.tuner(frequency: frequency).run(in: name)
                let log = try String(contentsOfFile: "\(name)/pbt_global.txt", encoding: .utf8)
                #expect(log.split(separator: "\n").count > 3)
                seen.insert(
                    log + outcome.trials.map { "\($0.lastResult.flatMap { $0.score("height") } ?? 0)" }.joined())
            }
            #expect(seen.count == 1)
        }
    }
}
