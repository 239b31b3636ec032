import Foundation
import ReinCheckpoints
import ReinTune

/// Gradient ascent on a hill, seen through a surrogate: 1.2 - h0 x^2 - h1 y^2 in the place of 1.2 - x^2 - y^2. With h = [1, 0]
/// it never climbs in the direction of y, with [0, 1] never in that of x. Only a population that takes over from one another,
/// and changes h on the way, reaches the top. The example is that of Jaderberg et al. 2017, figure 2.
struct Hill: StatefulTrainable {
    private let weights: [Double]
    private var place = [0.9, 0.8]

    init(configuration: StateMap, context: TrainableContext) throws {
        let settings = StateReader(.map(configuration))
        weights = [try settings.child("h0").double(), try settings.child("h1").double()]
    }

    mutating func step() -> StepResult {
        for axis in 0..<2 { place[axis] -= 0.02 * weights[axis] * place[axis] }
        return StepResult(["height": .double(1.2 - place[0] * place[0] - place[1] * place[1])])
    }

    var state: StateMap { ["place": .list(place.map { .double($0) })] }
    mutating func load(_ state: StateReader) throws { place = try state.child("place").list().map { try $0.double() } }
}

@main
struct TunePopulation {
    static func main() async throws {
        let folder =
            CommandLine.arguments.dropFirst().first
            ?? FileManager.default.temporaryDirectory.appendingPathComponent("hill-\(UUID().uuidString)").path
        let alone = try await height(in: "\(folder)/alone", FIFOScheduler())
        let population = try await height(
            in: "\(folder)/population",
            PopulationBasedTraining(
                try .init(
                    metric: "height", order: .max, timeAttribute: "training_iteration", interval: 4,
                    mutations: ["h0": .domain(.uniform(0...1)), "h1": .domain(.uniform(0...1))], quantile: 0.5,
                    resampleProbability: 0.5)))
        print("the best of two alone: \(alone), as a population: \(population), the top: 1.2")
    }

    /// Trains two trials, and gives the height of the better one.
    private static func height(in folder: String, _ scheduler: any TrialScheduler) async throws -> Double {
        let space: SearchSpace = [
            "pair": .grid([0, 1]),
            "h0": .derived { inputs in try inputs["pair"] },
            "h1": .derived { inputs in try 1 - inputs["pair"] },
        ]
        var tuner = try Tuner(TrainableDefinition(Hill.self), searching: space)
        tuner.scheduler = scheduler
        tuner.stopRule = .iterations(200)
        tuner.checkpoints = try CheckpointConfig(numToKeep: 2)
        tuner.isDeterministic = true
        tuner.synchronizes = false
        _ = try await tuner.run(in: folder)
        return try ResultGrid(reading: folder).bestResult("height", .max, scope: .last).value
    }
}
