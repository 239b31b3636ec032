import Foundation
import Rein
import ReinTrainables
import ReinTune

/// Looks for settings of PPO on CartPole: twelve are tried, and of those that do badly the scheduler makes an end early.
/// `TunePPO FOLDER` goes on there when it was interrupted; without a folder it makes a new one.
@main
struct TunePPO {
    static func main() async throws {
        let folder = CommandLine.arguments.dropFirst().first ?? temporaryFolder()
        let space: SearchSpace = [
            "algorithm": "PPO",
            "environment": "CartPole-v1",
            "learningRate": .logUniform(1e-4...3e-2),
            "entropyCoefficient": .choice([0.0, 0.01]),
            "epochs": .integers(2...10),
            "environmentCount": 4,
            "rolloutLength": 64,
            "network": ["hidden": .choice([[16], [32, 32]])],
        ]
        var tuner = try Tuner(TrainableDefinition(AlgorithmTrainable.self), searching: space, samples: 12, seed: 1)
        tuner.scheduler = ASHAScheduler(
            try .init(metric: "episodeReturnMean", order: .max, maxTime: 18, gracePeriod: 2, reductionFactor: 3))
        tuner.checkpoints = try CheckpointConfig(numToKeep: 1, frequency: 6, atEnd: true)

        let isThere = FileManager.default.fileExists(atPath: folder)
        let outcome = isThere ? try await tuner.resume(in: folder) : try await tuner.run(in: folder)

        let grid = try ResultGrid(reading: outcome.folder)
        print(try grid.table(["episodeReturnMean"], order: .max).text())
        let best = try grid.bestResult("episodeReturnMean", .max)
        print("best: \(best.value) after iteration \(best.iteration ?? 0), \(best.checkpoint?.path ?? "no checkpoint")")
        let parameters = try AlgorithmTrainable.runParameters(of: best.configuration)
        print("rein train --config takes:\n\(JSON.text(.map(parameters), pretty: true))")
    }

    private static func temporaryFolder() -> String {
        FileManager.default.temporaryDirectory.appendingPathComponent("ppo-\(UUID().uuidString)").path
    }
}
