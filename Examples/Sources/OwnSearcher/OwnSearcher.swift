import Foundation
import ReinCheckpoints
import ReinTune

/// Minimizes Branin's function with a searcher of one's own; the minimum is 0.398.
@main
struct OwnSearcher {
    static func main() async throws {
        let branin = TrainableDefinition(named: "branin") { configuration, _ in
            let settings = StateReader(.map(configuration))
            let (x, y) = (try settings.child("x").double(), try settings.child("y").double())
            return ["value": .double(value(15 * x - 5, 15 * y))]
        }
        var tuner = Tuner(branin, searcher: EvolutionStrategy(["x", "y"], minimizing: "value", seed: 2))
        tuner.maximumTrials = 100
        tuner.maximumConcurrency = 1
        tuner.isDeterministic = true
        tuner.writesEvents = false
        tuner.synchronizes = false

        let folder =
            CommandLine.arguments.dropFirst().first
            ?? FileManager.default.temporaryDirectory.appendingPathComponent("branin-\(UUID().uuidString)").path
        _ = try await tuner.run(in: folder)
        print(try ResultGrid(reading: folder).table(["value"], order: .min, limit: 3).text())
    }

    /// Branin's function.
    private static func value(_ x: Double, _ y: Double) -> Double {
        let pi = Double.pi
        let bend = y - 5.1 / (4 * pi * pi) * x * x + 5 / pi * x - 6
        return bend * bend + 10 * (1 - 1 / (8 * pi)) * cos(x) + 10
    }
}
