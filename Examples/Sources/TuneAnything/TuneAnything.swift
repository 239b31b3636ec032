import Foundation
import ReinCheckpoints
import ReinTune

/// Tunes something that learns nothing: simulated annealing, which looks for a short way through some cities. What is
/// searched are the temperatures that it goes through and how it changes a way, one of which has a setting of its own.
@main
struct TuneAnything {
    static func main() async throws {
        let space: SearchSpace = [
            "first": .logUniform(1e-3...10),
            "last": .derived { inputs in try 0.001 * inputs["first"] },
            "move": .cases([
                "swap": [:],
                "reverse": ["longest": .logIntegers(2...40)],
            ]),
        ]
        let searcher = try SpaceSearcher(searching: space, metric: "length", order: .min, seed: 7)
        var tuner = Tuner(
            TrainableDefinition(named: "annealing", anneal), searcher: searcher, space: space, seed: 7)
        tuner.maximumTrials = 60
        tuner.writesEvents = false

        let folder =
            CommandLine.arguments.dropFirst().first
            ?? FileManager.default.temporaryDirectory.appendingPathComponent("annealing-\(UUID().uuidString)").path
        let outcome = try await tuner.run(in: folder)

        let grid = try ResultGrid(reading: outcome.folder)
        print(try grid.table(["length"], order: .min, limit: 5).text())
        print(try grid.importance(of: "length", .min).text())
        print("all of it: rein results \(outcome.folder) --metric length --mode min")
    }

    /// The trainable is a function that returns one result.
    @Sendable private static func anneal(
        _ configuration: StateMap, _ session: TrainableSession
    ) async throws -> StateMap? {
        let settings = StateReader(.map(configuration))
        let (first, last) = (try settings.child("first").double(), try settings.child("last").double())
        let longest = try settings.optionalChild("longest")?.int()
        var random = Generator(state: 1)
        var tour = Tour(cities: 40, &random)
        let steps = 4000
        for step in 0..<steps {
            let temperature = first * pow(last / first, Double(step) / Double(steps))
            let changed = tour.changed(longest: longest, &random)
            let gain = tour.length - changed.length
            if gain >= 0 || Double.random(in: 0..<1, using: &random) < exp(gain / temperature) { tour = changed }
        }
        return ["length": .double(tour.length)]
    }
}

/// A round trip through cities in the unit square.
struct Tour {
    private var cities: [SIMD2<Double>]
    private(set) var length = 0.0

    init(cities count: Int, _ random: inout Generator) {
        cities = (0..<count).map { _ in .random(in: 0...1, using: &random) }
        length = measured
    }

    /// The tour with a stretch turned round, or with two cities exchanged when there is no longest stretch.
    func changed(longest: Int?, _ random: inout Generator) -> Tour {
        var tour = self
        let first = Int.random(in: 0..<cities.count, using: &random)
        if let longest {
            let last = min(cities.count - 1, first + Int.random(in: 1...longest, using: &random))
            tour.cities[first...last].reverse()
        } else {
            tour.cities.swapAt(first, Int.random(in: 0..<cities.count, using: &random))
        }
        tour.length = tour.measured
        return tour
    }

    private var measured: Double {
        cities.indices.reduce(0) { sum, place in
            let way = cities[place] - cities[(place + 1) % cities.count]
            return sum + (way * way).sum().squareRoot()
        }
    }
}

/// Random numbers from a seed: SplitMix64.
struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
